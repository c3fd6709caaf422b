"""McAfee (Skyhigh) Web Gateway: its access log in the default order."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._users import with_domain
from watchfloor.parsers.plugin import LineParser, Pattern
from watchfloor.parsers.web._records import ACCESS, finish_access

_PATTERN = (
    r'^\[(?P<_time>\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "(?P<user.name>[^"]*)" '
    r"(?P<source.address>[0-9A-Fa-f.:]+)"
    r' (?P<http.response.status_code>\d{1,3}) "(?P<_request>[^"]*)" "(?P<mcafee.categories>[^"]*)" "'
    r'(?P<mcafee.reputation>[^"]*)"'
    r' "(?P<http.response.mime_type>[^"]*)" (?P<http.response.bytes>\d+) (?P<http.request.bytes>\d+)'
    r' "(?P<user_agent.original>[^"]*)" "(?P<mcafee.virus_name>[^"]*)" "(?P<event.code>[^"]*)"'
    r'(?: "(?P<network.application>[^"]*)")?(?: .*)?\s*$'
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """What follows from the request; a block reason other than 0 is a failure."""
    blocked = frame["event.code"].str.contains("^[1-9]").fill_null(value=False)
    frame = frame.with_columns(pl.when(blocked).then(pl.lit("failure")).alias("event.outcome"))
    return with_domain(finish_access(frame))


PARSER = LineParser(
    reference="https://success.skyhighsecurity.com/Skyhigh_Secure_Web_Gateway_(On_Prem)",
    patterns=(Pattern(_PATTERN, ACCESS),),
    times=("%d/%b/%Y:%H:%M:%S %z",),
    sieve=r'^\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "[^"]*" [0-9A-Fa-f.:]+ \d',
    finish=_finish,
)
