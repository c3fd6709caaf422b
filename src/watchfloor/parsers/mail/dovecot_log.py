"""Dovecot's own log file: the same messages as in syslog, behind a time, the service and a level."""

from __future__ import annotations

from watchfloor.parsers.mail._dovecot import finish, patterns
from watchfloor.parsers.plugin import LineParser

_HEAD = (
    r"(?:(?P<_yearless>[A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d(?:\.\d{1,6})?)"
    r"|(?P<_time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?: ?[+-]\d\d:?\d\d)?)) (?:dovecot: )?"
)

PARSER = LineParser(
    dataset="mail.dovecot",
    reference="https://doc.dovecot.org/2.3/settings/core/#core_setting-log_path",
    patterns=patterns(_HEAD, known_program=False),
    times=("%Y-%m-%d %H:%M:%S%.f %#z", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f"),
    sieve=rf"^{_HEAD}[a-z0-9_-]+(?:\([^()]*\))?(?:<[^<>]*>)*: (?:Info|Warning|Error|Fatal|Panic|Debug): ",
    finish=finish,
)
