"""Snort's alerts as messages to syslog, and what Snort says of itself."""

from __future__ import annotations

from watchfloor.parsers.ids import _fast
from watchfloor.parsers.plugin import MessageParser

PARSER = MessageParser(
    reference="https://docs.snort.org/start/alert_logging",
    programs=frozenset({"snort", "snort3", "snort_inline", "sfims"}),
    patterns=(_fast.MESSAGE,),
    fields={"event.kind": "event", "event.category": ["process"], "event.type": ["info"]},
    finish=_fast.finish,
)
