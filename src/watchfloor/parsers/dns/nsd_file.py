"""Files that NSD writes itself."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._times import with_epoch
from watchfloor.parsers.dns._nsd import LEVELS, REST, patterns
from watchfloor.parsers.dns.nsd import finish
from watchfloor.parsers.plugin import LineParser, Pattern

_PREFIX = (
    r"\[(?:(?P<_epoch>\d{9,11}(?:\.\d+)?)|(?P<_time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d{3}(?:[+-]\d\d:?\d\d)?))\] "
    rf"(?P<process.name>nsd)\[(?P<process.pid>\d+)\]: (?P<log.level>{LEVELS}): "
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    return finish(with_epoch(frame))


PARSER = LineParser(
    dataset="dns.nsd",
    reference="https://nsd.docs.nlnetlabs.nl/en/latest/manpages/nsd.conf.html",
    sieve=r"^\[[\d: T.+-]{9,30}\] nsd\[\d+\]: ",
    patterns=(*patterns(_PREFIX), Pattern(rf"^{_PREFIX}{REST.regex}", REST.fields)),
    times=("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f"),
    finish=_finish,
)
