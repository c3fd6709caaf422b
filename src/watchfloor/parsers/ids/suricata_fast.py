"""Suricata's fast.log: one line per alert."""

from __future__ import annotations

from watchfloor.parsers.ids import _fast
from watchfloor.parsers.plugin import LineParser

PARSER = LineParser(
    reference="https://docs.suricata.io/en/latest/configuration/suricata-yaml.html#line-based-alerts-log-fast-log",
    patterns=(_fast.YEAR, _fast.SHORT_YEAR, _fast.NO_YEAR),
    times=_fast.TIMES,
    sources=("suricata",),
    sieve=_fast.SIEVE,
    finish=_fast.finish,
)
