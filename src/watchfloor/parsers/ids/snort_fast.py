"""Snort's fast alerts (`alert_fast` of Snort 2 and 3): one line per alert."""

from __future__ import annotations

from watchfloor.parsers.ids import _fast
from watchfloor.parsers.plugin import LineParser

PARSER = LineParser(
    reference="https://docs.snort.org/start/alert_logging",
    patterns=(_fast.NO_YEAR, _fast.SHORT_YEAR),
    times=_fast.TIMES[1:],
    sieve=_fast.SIEVE,
    finish=_fast.finish,
)
