"""nginx error logs.

The message quotes what clients send, as they send it: paths, referrers. The client's address is the first one outside
quotation marks after which the record goes on as nginx writes it; failing that, the last one.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers._patterns import REMAINDER
from watchfloor.parsers.plugin import LineParser, Pattern
from watchfloor.parsers.web._error import with_action, with_type
from watchfloor.parsers.web._modsecurity import with_match
from watchfloor.parsers.web._request import with_request

_HEAD = (
    r"^(?P<_time>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d)(?:[.,]\d+)? \[(?P<log.level>[a-z]+)\] "
    r"(?P<process.pid>\d+)#(?P<process.thread.id>\d+): (?:\*(?P<nginx.connection_id>\d+) )?"
)
_QUOTED = r'"[^"]*"'
# A user name of basic authentication has no colon (RFC 7617), so it cannot hold `client: `.
_USER = r'user "[^:]*"(?:: password mismatch| was not found in "[^"]*")'
_STRICT = (
    rf"^(?:{_USER}|(?:[^\"]|{_QUOTED})*?), client: (?P<source.address>[^\s,]+)(?:, server: (?P<server.address>[^,]*))?"
    rf"(?:, request: \"(?P<_request>[^\"]*)\")?(?:, subrequest: {_QUOTED})?(?:, upstream: {_QUOTED})?"
    rf"(?:, host: \"(?P<url.domain>\[[^\"\]]*\]|[^\":]*)(?::\d+)?\")?"
    rf"(?:, referrer: \"(?P<http.request.referrer>(?s:.*))\")?\s*$"
)
_LOOSE = r"^(?s:.*), client: (?P<source.address>[^\s,]+)(?:,|\s*$)"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Client, server and request out of the end of the message."""
    tail = frame["message"].str.extract_groups(_STRICT).struct.unnest()
    tail = tail.with_columns(pl.when(pl.all().is_in(["", "-"])).then(None).otherwise(pl.all()).name.keep())
    loose = frame["message"].str.extract(_LOOSE)
    tail = tail.with_columns(pl.coalesce("source.address", loose).alias("source.address"))
    user = frame["message"].str.extract(r'^user "(.*?)"(?:: password mismatch| was not found in)')
    frame = frame.drop(tail.columns, strict=False).hstack(tail)
    frame = frame.with_columns(
        pl.when(user != "").then(user).alias("user.name"),
        pl.when(user.is_not_null()).then(pl.lit("failure")).alias("event.outcome"),
    )
    return split_address(with_match(with_action(with_type(with_request(frame)))), "source")


PARSER = LineParser(
    reference="https://nginx.org/en/docs/ngx_core_module.html#error_log",
    patterns=(Pattern(rf"{_HEAD}{REMAINDER}"),),
    times=("%Y/%m/%d %H:%M:%S",),
    sieve=r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:[.,]\d+)? \[[a-z]+\] \d+#\d+: ",
    finish=_finish,
)
