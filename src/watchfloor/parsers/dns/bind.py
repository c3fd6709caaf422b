"""BIND's named by syslog: queries, answers, refusals, policies, rate limits, updates, transfers; Infoblox NIOS too."""

from __future__ import annotations

from watchfloor.parsers.dns._bind import CATEGORIES, LEVELS, finish, patterns
from watchfloor.parsers.dns._question import INFO
from watchfloor.parsers.plugin import MessageParser

_TIME = r"(?:(?:\d{2}-[A-Z][a-z]{2}-\d{4}|\d{4}-\d\d-\d\d)[ T]\d\d:\d\d:\d\d(?:\.\d+)?Z? )?"
_PREFIX = rf"{_TIME}(?:(?P<log.logger>{CATEGORIES}): ?)?(?:(?P<log.level>{LEVELS}): )?{_TIME}"


PARSER = MessageParser(
    reference="https://bind9.readthedocs.io/en/latest/reference.html#logging-block-grammar",
    programs=frozenset({"named", "named-pkcs11", "named-sdb"}),
    patterns=patterns(_PREFIX),
    fields=INFO,
    finish=finish,
)
