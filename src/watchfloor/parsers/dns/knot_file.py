"""Files that Knot DNS writes itself."""

from __future__ import annotations

from watchfloor.parsers.dns._knot import LEVELS, patterns
from watchfloor.parsers.dns._question import with_question
from watchfloor.parsers.plugin import LineParser

_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d{4}"

PARSER = LineParser(
    dataset="dns.knot",
    reference="https://www.knot-dns.cz/docs/latest/html/reference.html#log-section",
    sieve=(
        rf"^{_TIME} {LEVELS}: (?:\[[^\]\s]+\.\] |Knot DNS |(?:loaded|using|binding|loading|starting|server"
        r"|control|stopping"
        r"|shutting|reloading|configuration|updating|configured|changing|PID|statistics)\b)"
    ),
    patterns=patterns(rf"(?P<_time>{_TIME}) (?P<log.level>{LEVELS}): "),
    times=("%Y-%m-%dT%H:%M:%S%.f%z",),
    finish=with_question,
)
