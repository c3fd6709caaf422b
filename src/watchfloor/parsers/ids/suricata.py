"""Suricata's alerts as messages to syslog, and what Suricata says of itself."""

from __future__ import annotations

from watchfloor.parsers.ids import _fast
from watchfloor.parsers.plugin import MessageParser

PARSER = MessageParser(
    reference="https://docs.suricata.io/en/latest/configuration/suricata-yaml.html#output-to-syslog",
    programs=frozenset({"suricata", "suricata-main"}),
    patterns=(_fast.MESSAGE,),
    fields={"event.kind": "event", "event.category": ["process"], "event.type": ["info"]},
    finish=_fast.finish,
)
