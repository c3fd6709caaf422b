"""Knot DNS by syslog: access decisions, transfers, notifies, updates, zone events."""

from __future__ import annotations

from watchfloor.parsers.dns._knot import LEVELS, patterns
from watchfloor.parsers.dns._question import INFO, with_question
from watchfloor.parsers.plugin import MessageParser

PARSER = MessageParser(
    reference="https://www.knot-dns.cz/docs/latest/html/reference.html#log-section",
    programs=frozenset({"knotd"}),
    patterns=patterns(rf"(?:(?P<log.level>{LEVELS}): )?"),
    fields=INFO,
    finish=with_question,
)
