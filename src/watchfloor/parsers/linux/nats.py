"""The log of the NATS server: clients, messages, errors."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_HEAD = (
    r"\[(?P<process.pid>\d+)\] (?P<_time>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?) \[(?P<_level>INF|DBG|"
    r"WRN|ERR|FTL|TRC)\] "
)
_CLIENT = (
    r"(?:\[?(?P<source.address>[0-9A-Fa-f.:]+?)\]?:(?P<source.port>\d+) - )?(?:(?P<_kind>cid|rid|lid|gid)"
    r":(?P<nats.client_id>\d+) - )?"
)
_SHAPES: tuple[tuple[str, Fields], ...] = (
    (
        rf"{_CLIENT}(?:Client connection created)\s*$",
        {"event.category": ["network"], "event.type": ["connection", "start"]},
    ),
    (
        rf"{_CLIENT}(?P<event.reason>Client connection closed.*)$",
        {"event.category": ["network"], "event.type": ["connection", "end"]},
    ),
    (
        (
            rf"{_CLIENT}(?P<event.reason>(?i:authorization (?:error|violation|timeout)|authentication (?:error|"
            rf"expired|failed|timeout|revoked)).*)$"
        ),
        {"event.category": ["authentication"], "event.type": ["start"], "event.outcome": "failure"},
    ),
    (rf"{_CLIENT}(?P<event.reason>.*?)\s*$", {"event.category": ["process"], "event.type": ["info"]}),
)
_LEVELS = {"INF": "info", "DBG": "debug", "WRN": "warning", "ERR": "error", "FTL": "fatal", "TRC": "trace"}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Level in words, addresses as IP."""
    level = pl.col("_level").replace_strict(_LEVELS, default=None, return_dtype=pl.String)
    return split_address(frame.with_columns(level.alias("log.level")), "source")


PARSER = LineParser(
    reference="https://docs.nats.io/running-a-nats-service/configuration/logging",
    patterns=tuple(Pattern(f"^{_HEAD}(?P<message>{regex})", fields) for regex, fields in _SHAPES),
    times=("%Y/%m/%d %H:%M:%S%.f",),
    sieve=r"^\[\d+\] \d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? \[(?:INF|DBG|WRN|ERR|FTL|TRC)\] ",
    finish=_finish,
)
