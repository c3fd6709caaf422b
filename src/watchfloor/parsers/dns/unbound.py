"""Unbound by syslog: questions, answers, local zones, response policies, failures."""

from __future__ import annotations

from watchfloor.parsers.dns._question import INFO
from watchfloor.parsers.dns._unbound import LEVELS, finish, patterns
from watchfloor.parsers.plugin import MessageParser, Pattern

_PREFIX = rf"\[(?P<process.pid>\d+):(?P<process.thread.id>[0-9a-f]+)\] (?P<log.level>{LEVELS}): "

PARSER = MessageParser(
    reference="https://unbound.docs.nlnetlabs.nl/en/latest/manpages/unbound.conf.html",
    programs=frozenset({"unbound"}),
    patterns=(*patterns(_PREFIX), Pattern(rf"^{_PREFIX}", INFO), *patterns(rf"(?:(?P<log.level>{LEVELS}): )?")),
    fields=INFO,
    finish=finish,
)
