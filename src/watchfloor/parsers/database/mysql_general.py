"""The general query log of MySQL and MariaDB: who connected and what was asked."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_TIME = r"(?:(?P<_time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(?:Z|[+-]\d\d:\d\d)|\d{6} [ \d]\d:\d\d:\d\d)|\t)\t"
_HEAD = rf"^{_TIME} *(?P<mysql.thread_id>\d+) "
_READ: Fields = {"event.category": ["database"], "event.type": ["access"]}
_DENIED: Fields = {
    "event.category": ["authentication"],
    "event.type": ["start"],
    "event.action": "logged-in",
    "event.outcome": "failure",
}
_COMMANDS = (
    r"Query|Prepare|Execute|Close stmt|Init DB|Field List|Statistics|Ping|Kill|Refresh|Create DB|Drop DB|"
    r"Change user|Debug"
    r"|Reset stmt|Fetch|Long Data|Set option|Shutdown|Processlist|Sleep|Binlog Dump(?: GTID)?|Register Slave|"
    r"Reset Connection"
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Action in lower case; addresses as IP or name."""
    if "mysql.command" in frame.columns:
        action = pl.col("mysql.command").str.to_lowercase().str.replace_all(" ", "-")
        known = [pl.col("event.action")] if "event.action" in frame.columns else []
        frame = frame.with_columns(pl.coalesce(*known, action).alias("event.action"))
    return split_address(frame, "source")


PARSER = LineParser(
    reference="https://dev.mysql.com/doc/refman/8.4/en/query-log.html",
    patterns=(
        Pattern(rf"{_HEAD}(?P<mysql.command>{_COMMANDS})\t(?P<mysql.query>(?s:.*))$", _READ),
        Pattern(
            rf"{_HEAD}(?P<mysql.command>Connect)\tAccess denied for user '(?P<user.name>.*)"
            rf"'@'(?P<source.address>[^' @]+)'"
            r" \((?P<event.reason>.*)\)\s*$",
            _DENIED,
        ),
        Pattern(
            rf"{_HEAD}(?P<mysql.command>Connect)\t(?P<user.name>.*)@(?P<source.address>[^\s@]+)(?: as \S+)"
            rf"? on (?P<mysql.database>.*?)"
            r"(?: using (?P<mysql.connection_type>[A-Za-z0-9/ ]+))?\s*$",
            {"event.category": ["session"], "event.type": ["start"], "event.action": "connect"},
        ),
        Pattern(
            rf"{_HEAD}(?P<mysql.command>Quit)\t.*$",
            {"event.category": ["session"], "event.type": ["end"], "event.action": "quit"},
        ),
    ),
    times=("%Y-%m-%dT%H:%M:%S%.f%#z", "%y%m%d %H:%M:%S", "%y%m%d %k:%M:%S"),
    sieve=(
        r"^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(?:Z|[+-]\d\d:\d\d)|\d{6} [ \d]\d:\d\d:\d\d|\t)"
        r"\t *\d+ [A-Z][A-Za-z ]+\t"
    ),
    finish=_finish,
)
