"""Exim's main and reject logs: arrivals, deliveries, bounces, refusals, failed log-ins, connections."""

from __future__ import annotations

from watchfloor.parsers.mail._exim import finish, patterns
from watchfloor.parsers.plugin import LineParser

_START = r"^(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?(?: [+-]\d{4})?) (?:\[(?P<process.pid>\d+)\] )?"

PARSER = LineParser(
    reference="https://www.exim.org/exim-html-current/doc/html/spec_html/ch-log_files.html",
    patterns=patterns(_START),
    times=("%Y-%m-%d %H:%M:%S%.f %z", "%Y-%m-%d %H:%M:%S%.f"),
    sieve=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?(?: [+-]\d{4})? (?:\[|[A-Za-z]|[0-9A-Za-z]{6}-|\S+ \[)",
    finish=finish,
)
