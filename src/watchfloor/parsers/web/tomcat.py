"""Apache Tomcat: access logs of its valve, and what its own loggers write to catalina and localhost logs."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._patterns import REMAINDER
from watchfloor.parsers.plugin import LineParser, Pattern
from watchfloor.parsers.web._access import ACCESS, SIEVE, TIMES
from watchfloor.parsers.web._error import with_type
from watchfloor.parsers.web._records import finish_access

_LEVEL = r"(?P<log.level>SEVERE|WARNING|INFO|CONFIG|FINE|FINER|FINEST)"
_LINE = (
    r"^(?P<_time>\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d\.\d{3}) "
    rf"{_LEVEL} \[(?P<process.thread.name>[^\]]*)\] (?P<log.logger>\S+) {REMAINDER}"
)
_TWO_LINES = (
    r"^(?P<_time>[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M) "
    rf"(?P<log.logger>[\w.$]+ [\w<>$]+)(?:\r?\n{_LEVEL}: {REMAINDER[:-1]})?\s*$"
)
_LEVELS = {"SEVERE": "error", "WARNING": "warn"}
_LOCKED = r"authenticate the locked user \[?\"?(.*?)\"?\]?\.?\s*$"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """What follows from a request, or category and type of a message by its level."""
    frame = finish_access(frame)
    names = frame["log.level"]
    told = with_type(frame.with_columns(names.replace(_LEVELS).alias("log.level")))
    kinds = [told[name].alias(f"_{name}") for name in ("event.category", "event.type")]
    is_request = pl.col("log.level").is_null()
    frame = frame.with_columns(kinds).with_columns(
        pl.when(is_request).then(name).otherwise(f"_{name}").alias(name) for name in ("event.category", "event.type")
    )
    locked = frame["message"].str.extract(_LOCKED)
    failed = pl.when(locked.is_not_null()).then(pl.lit("failure"))
    known = [pl.col("event.outcome")] if "event.outcome" in frame.columns else []
    users = [pl.col("user.name")] if "user.name" in frame.columns else []
    return frame.with_columns(
        pl.coalesce(*known, failed).alias("event.outcome"), pl.coalesce(*users, locked).alias("user.name")
    )


PARSER = LineParser(
    reference="https://tomcat.apache.org/tomcat-10.1-doc/logging.html",
    patterns=(*ACCESS, Pattern(_LINE), Pattern(_TWO_LINES)),
    times=(*TIMES, "%d-%b-%Y %H:%M:%S%.f", "%b %e, %Y %I:%M:%S %p"),
    sieve=(
        rf"^(?:\d\d-[A-Z][a-z]{{2}}-\d{{4}} \d\d:\d\d:\d\d\.\d{{3}} [A-Z]+ \[|[A-Z][a-z]{{2}} \d{{1,2}}, "
        rf"\d{{4}} \d{{1,2}}:\d\d:\d\d [AP]M [\w.$]+ |{SIEVE})"
    ),
    sources=("tomcat", "catalina", "localhost_access"),
    finish=_finish,
)
