"""Files that unbound writes itself."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._times import with_epoch
from watchfloor.parsers.dns._question import INFO
from watchfloor.parsers.dns._unbound import LEVELS, finish, patterns
from watchfloor.parsers.plugin import LineParser, Pattern

_TIME = (
    r"(?:\[(?P<_epoch>\d{9,11})\]|\[?(?P<_time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:?\d\d)\]?"
    r"|(?P<_yearless>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d))"
)
_PREFIX = (
    rf"{_TIME} (?P<process.name>unbound)\[(?P<process.pid>\d+):(?P<process.thread.id>[0-9a-f]+)\] "
    rf"(?P<log.level>{LEVELS}): "
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    return finish(with_epoch(frame))


PARSER = LineParser(
    dataset="dns.unbound",
    reference="https://unbound.docs.nlnetlabs.nl/en/latest/manpages/unbound.conf.html",
    sieve=r"^\[?[\w: +.-]{9,31}\]? unbound\[\d+:",
    patterns=(*patterns(_PREFIX), Pattern(rf"^{_PREFIX}(?P<unbound.message>.*)$", INFO)),
    times=("%Y-%m-%dT%H:%M:%S%.f%#z",),
    finish=_finish,
)
