"""3proxy: requests of its HTTP, SOCKS, FTP, POP3 and other services, in the format of its sample configuration."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._times import epochs
from watchfloor.parsers.plugin import Fields, LineParser, Pattern
from watchfloor.parsers.web._records import finish_access

_FIELDS: Fields = {"event.category": ["network"], "event.type": ["connection", "access"]}
_HEAD = (
    r"^(?:(?P<_time>\d\d-\d\d-\d{4} \d\d:\d\d:\d\d [+-]\d{4})|(?P<_since>\d{10}\.\d{3})) "
    r"(?P<threeproxy.service>[A-Z][A-Z0-9_]*)\.(?P<threeproxy.port>\d{1,5}) (?P<event.code>\d{3,5}) "
)
_SIDES = r" (?P<_client>\[?[0-9A-Fa-f.:]+\]?:\d{1,5}) (?P<_peer>\S+:\d{1,5})"
_COUNTS = r" (?P<source.bytes>\d+) (?P<destination.bytes>\d+) (?P<threeproxy.hops>\d+) "
# Fewer words than the fields of another record would be, which a user name with blanks in it could pretend.
_TEXT = r"(?P<threeproxy.text>\S*(?: \S+){0,4}?)"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Time, URL and outcome: the code is 0 where all went well."""
    if "_since" in frame.columns:
        utc = epochs(frame["_since"])
        frame = frame.drop("_since").with_columns(pl.coalesce("@timestamp", utc).alias("@timestamp"))
    well = pl.when(frame["event.code"].str.contains("^0+$")).then(pl.lit("success")).otherwise(pl.lit("failure"))
    frame = frame.with_columns(well.alias("event.outcome"))
    if "destination.address" not in frame.columns and "_peer" in frame.columns:
        peer = frame["_peer"]
        none = peer.str.contains(r"^(?:0\.0\.0\.0|\[?::\]?):0$")
        frame = frame.with_columns(pl.when(~none).then(peer).alias("_peer"))
    return finish_access(frame)


PARSER = LineParser(
    reference="https://3proxy.org/doc/man3/3proxy.cfg.3.html",
    patterns=(
        Pattern(
            rf"{_HEAD}(?P<user.name>\S+){_SIDES}{_COUNTS}(?P<_request>[A-Z]{{3,16}} \S+ HTTP/\d\.\d)\s*$",
            {"event.category": ["network", "web"], "event.type": ["access"]},
        ),
        Pattern(rf"{_HEAD}(?P<user.name>\S+){_SIDES}{_COUNTS}(?:(?P<event.action>[A-Z]+)_)?{_TEXT}\s*$", _FIELDS),
        # A user name with blanks in it could hold any address, so none is taken.
        Pattern(rf"{_HEAD}.*$", _FIELDS),
    ),
    times=("%d-%m-%Y %H:%M:%S %z",),
    sieve=r"^(?:\d\d-\d\d-\d{4} \d\d:\d\d:\d\d [+-]\d{4}|\d{10}\.\d{3}) [A-Z][A-Z0-9_]*\.\d{1,5} \d{3,5} ",
    finish=_finish,
)
