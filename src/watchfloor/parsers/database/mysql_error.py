"""The error log of MySQL and MariaDB: log-ins that were refused, broken connections, starts and stops, warnings."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_TIME = (
    r"(?P<_time>\d{4}-\d\d-\d\d[T ][ \d]\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?|\d{6} [ \d]\d:\d\d:\d\d)"
    r"(?: +(?:0x)?(?P<mysql.thread_id>[0-9a-f]{1,16}))? "
)
_LEVEL = r"\[(?P<log.level>Note|Warning|ERROR|System|Error|Info|Information)\] "
_CODE = r"(?:\[(?P<event.code>MY-\d{6})\] )?(?:\[(?P<log.logger>[A-Za-z_ ]+)\] )?"
_HEADS = (rf"{_TIME}{_LEVEL}{_CODE}", _LEVEL)
_HOST = r"(?P<source.address>[^' @]+)"
_LOGIN: Fields = {"event.category": ["authentication"], "event.type": ["start"], "event.action": "logged-in"}
_SHAPES: tuple[tuple[str, Fields], ...] = (
    (
        rf"Access denied for user '(?P<user.name>.*)'@'{_HOST}' \((?P<event.reason>using password: (?:YES|NO))\)\s*$",
        {**_LOGIN, "event.outcome": "failure"},
    ),
    (
        rf"Access denied for user '(?P<user.name>.*)'@'{_HOST}' (?P<event.reason>to database '.*')\s*$",
        {"event.category": ["database"], "event.type": ["access"], "event.outcome": "failure"},
    ),
    (
        rf"Access denied for user '(?P<user.name>.*)'@'{_HOST}'(?: (?P<event.reason>.*))?$",
        {**_LOGIN, "event.outcome": "failure"},
    ),
    (
        (r"Aborted connection \d+ to db: '(?P<mysql.database>.*)' user: '(?P<user.name>.*)' host: '"
        rf"{_HOST}' \((?P<event.reason>.*)\)\.?\s*$"),
        {"event.category": ["network"], "event.type": ["connection", "end"], "event.outcome": "failure"},
    ),
    (
        rf"(?P<event.reason>Host) '{_HOST}' is (?:blocked|not allowed).*$",
        {"event.category": ["network"], "event.type": ["connection", "denied"], "event.outcome": "failure"},
    ),
    (
        rf"(?P<event.reason>IP address|Hostname|Host name) '{_HOST}' (?:could not be|does not|is not).*$",
        {"event.category": ["network"], "event.type": ["info"]},
    ),
    (
        (r"(?:\S*(?:mysqld|mariadbd)\S*: ready for connections.*|Starting (?:MariaDB|MySQL).*|\S*(?:mysqld|"
         r"mariadbd)\S* \(mysqld .*\) starting.*)$"),
        {"event.category": ["process"], "event.type": ["start"]},
    ),
    (
        (r"(?:\S*(?:mysqld|mariadbd)\S*(?: \(initiated by: .*\))?: (?:Normal shutdown|Shutdown complete).*|"
         r"Received SHUTDOWN.*|Shutdown complete.*)$"),
        {"event.category": ["process"], "event.type": ["end"]},
    ),
    (r"(?P<event.reason>.*?)\s*$", {"event.category": ["database"]}),
)  # fmt: skip
_NOBODY = ["unauthenticated", "unconnected"]


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Type by level where the message says nothing more; words that mean nobody and nothing are none."""
    level = pl.col("log.level").str.to_lowercase()
    kind = pl.when(level == "error").then(pl.lit("error")).otherwise(pl.lit("info"))
    types = [pl.col("event.type")] if "event.type" in frame.columns else []
    names = [name for name in ("user.name", "mysql.database") if name in frame.columns]
    frame = frame.with_columns(
        pl.coalesce(*types, pl.concat_list(kind)).alias("event.type"),
        *(pl.when(~pl.col(name).is_in(_NOBODY)).then(name).alias(name) for name in names),
    )
    return split_address(frame, "source")


PARSER = LineParser(
    reference="https://dev.mysql.com/doc/refman/8.4/en/error-log-format.html",
    patterns=tuple(
        Pattern(f"^{head}(?P<message>{regex})", fields)
        for head in _HEADS
        for regex, fields in (_SHAPES if head != _LEVEL else _SHAPES[:-1])
    ),
    times=(
        "%Y-%m-%dT%H:%M:%S%.f%#z",
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%d %k:%M:%S%.f",
        "%y%m%d %H:%M:%S",
        "%y%m%d %k:%M:%S",
    ),
    sources=("mysqld", "mariadbd"),
    sieve=(
        r"^(?:(?:\d{4}-\d\d-\d\d[T ][ \d]\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)?|\d{6} [ \d]\d:\d\d:\d\d)"
        r"(?: +(?:0x)?[0-9a-f]{1,16})? )?\[(?:Note|Warning|ERROR|System|Error|Info|Information)\] "
    ),
    finish=_finish,
)
