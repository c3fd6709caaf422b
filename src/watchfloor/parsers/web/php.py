"""PHP: errors of scripts and log of the FastCGI process manager."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers._patterns import REMAINDER
from watchfloor.parsers._times import LOCAL, in_utc
from watchfloor.parsers.plugin import LineParser, Pattern

_HEAD = (
    r"^\[(?P<_time>\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d+)?)(?: (?P<event.timezone>[A-Za-z_]+"
    r"(?:/[A-Za-z_/+-]+)?))?\] "
)
_LEVEL = (
    r"PHP (?P<log.level>Fatal error|Parse error|Warning|Notice|Deprecated|Strict Standards|Recoverable fatal error|"
    r"[A-Z][a-z]+ error): +"
)
_ERRORS = ["Notice", "Deprecated", "Strict Standards", "NOTICE", "DEBUG"]


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Category and type by the level; a time in UTC as such."""
    level = column(frame, "log.level")
    kind = pl.when(level.is_in(_ERRORS) | level.is_null()).then(pl.lit("info"))
    frame = frame.with_columns(
        pl.concat_list(pl.lit("web")).alias("event.category"),
        pl.concat_list(kind.otherwise(pl.lit("error"))).alias("event.type"),
    )
    if "event.timezone" in frame.columns and LOCAL in frame.columns:
        frame = frame.with_columns(_by_names(frame).alias("@timestamp"))
    return frame


def _by_names(frame: pl.DataFrame) -> pl.Series:
    """Times by the zone that each record names."""
    utc, zones = frame["@timestamp"], frame["event.timezone"]
    for name in zones.drop_nulls().unique():
        if name in available_timezones():
            here = pl.select(pl.when(zones == name).then(frame[LOCAL])).to_series()
            utc = utc.fill_null(in_utc(here, ZoneInfo(name)))
    return utc


PARSER = LineParser(
    reference="https://www.php.net/manual/en/errorfunc.configuration.php",
    patterns=(
        Pattern(
            rf"{_HEAD}{_LEVEL}(?P<message>(?s:.*)) in (?P<file.path>/.*?|[A-Za-z]:\\.*?)(?: on line |:)"
            rf"(?P<log.origin.file.line>\d+)\s*$"
        ),
        Pattern(rf"{_HEAD}{_LEVEL}{REMAINDER}"),
        Pattern(
            rf"{_HEAD}(?P<log.level>ALERT|ERROR|WARNING|NOTICE|DEBUG): (?:pid (?P<process.pid>\d+), .*?, line \d+: )?"
            rf"(?:\[pool (?P<php.pool>[^\]]+)\] )?{REMAINDER}"
        ),
        Pattern(rf"{_HEAD}PHP {REMAINDER}"),
    ),
    times=("%d-%b-%Y %H:%M:%S%.f",),
    sieve=(
        r"^\[\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d+)?(?: [A-Za-z_/+-]+)?\] (?:PHP |ALERT: |ERROR: |"
        r"WARNING: |NOTICE: |DEBUG: )"
    ),
    finish=_finish,
)
