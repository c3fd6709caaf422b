"""Redis' and Valkey's log: connections, starts and stops, warnings."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_HEAD = (
    r"(?P<process.pid>\d+):(?P<redis.role>[XCSM]) (?P<_time>\d\d [A-Z][a-z]{2}(?: \d{4})"
    r"? \d\d:\d\d:\d\d\.\d{3}) (?P<redis.level>[.*#-]) "
)
_SHAPES: tuple[tuple[str, Fields], ...] = (
    (
        r"Accepted \[?(?P<source.address>[0-9a-f.:]+?)\]?:(?P<source.port>\d+)\s*$",
        {"event.category": ["network"], "event.type": ["connection", "start"], "event.action": "accepted"},
    ),
    (
        (
            r"Client closed connection (?:id=\d+ addr=)?\[?(?P<source.address>[0-9a-f.:]+?)\]?:(?P<source.port>\d+)"
            r"(?: .*)?$"
        ),
        {"event.category": ["network"], "event.type": ["connection", "end"], "event.action": "closed"},
    ),
    (
        (
            r"Possible SECURITY ATTACK detected\. (?P<event.reason>.*?)(?: Connection (?:from "
            r"(?P<source.address>[0-9a-f.:]+):(?P<source.port>\d+) )?aborted\.)?\s*$"
        ),
        {"event.category": ["intrusion_detection"], "event.type": ["denied"], "event.outcome": "failure"},
    ),
    (
        r"(?:Ready to accept connections.*|\S+ (?:Redis|Valkey) is starting .*|Server (?:started|initialized).*)$",
        {"event.category": ["process"], "event.type": ["start"]},
    ),
    (
        r"(?:User requested shutdown.*|(?:Redis|Valkey) is now ready to exit.*|Received SIG.*)$",
        {"event.category": ["process"], "event.type": ["end"]},
    ),
    (r"(?P<event.reason>.*?)\s*$", {"event.category": ["database"], "event.type": ["info"]}),
)
_LEVELS = {".": "debug", "-": "verbose", "*": "notice", "#": "warning"}
_ROLES = {"X": "sentinel", "C": "child", "S": "replica", "M": "primary"}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Level and role in words."""
    frame = frame.with_columns(
        pl.col("redis.level").replace_strict(_LEVELS, default=None, return_dtype=pl.String).alias("log.level"),
        pl.col("redis.role").replace_strict(_ROLES, default=None, return_dtype=pl.String).alias("redis.role"),
    )
    return split_address(frame, "source")


PARSER = LineParser(
    reference="https://github.com/redis/redis/blob/unstable/src/server.c",
    patterns=tuple(Pattern(f"^{_HEAD}(?P<message>{regex})", fields) for regex, fields in _SHAPES),
    times=("%d %b %Y %H:%M:%S%.f",),
    sieve=r"^\d+:[XCSM] \d\d [A-Z][a-z]{2} (?:\d{4} )?\d\d:\d\d:\d\d\.\d{3} [.*#-] ",
    finish=_finish,
)
