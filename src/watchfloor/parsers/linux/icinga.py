"""Icinga's main, debug and startup logs."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_HEAD = (
    r"(?:\[(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4})\] )?"
    r"(?P<log.level>debug|notice|information|warning|critical)/(?P<log.logger>[A-Za-z]+): "
)
_SHAPES: tuple[tuple[str, Fields], ...] = (
    (
        (
            r"(?P<event.reason>New client connection .*?from \[(?P<source.address>[0-9A-Fa-f.:]+)"
            r"\]:(?P<source.port>\d+).*)$"
        ),
        {"event.category": ["network"], "event.type": ["connection", "start"]},
    ),
    (r"(?P<event.reason>.*?)\s*$", {"event.category": ["process"], "event.type": ["info"]}),
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses as IP."""
    return split_address(frame, "source")


PARSER = LineParser(
    reference="https://icinga.com/docs/icinga-2/latest/doc/09-object-types/#filelogger",
    patterns=tuple(Pattern(f"^{_HEAD}(?P<message>{regex})", fields) for regex, fields in _SHAPES),
    times=("%Y-%m-%d %H:%M:%S %z",),
    sieve=(
        r"^(?:\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] )?(?:debug|notice|information|warning|critical)"
        r"/[A-Za-z]+: "
    ),
    finish=_finish,
)
