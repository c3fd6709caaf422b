"""Open WebMail's log: log-ins, failed log-ins, sessions."""

from __future__ import annotations

from watchfloor.parsers.mail._parts import LOGIN_DONE, LOGIN_FAILED, SESSION_END, with_client, with_login
from watchfloor.parsers.plugin import LineParser, Pattern

_HEAD = (
    r"^(?P<_time>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}) - \[(?P<process.pid>\d+)\]"
    r" \((?P<source.address>[0-9A-Fa-f.:]+)\) (?P<user.name>.*?) - "
)

PARSER = LineParser(
    reference="https://openwebmail.org/",
    patterns=(
        Pattern(rf"{_HEAD}(?P<event.reason>login error - .*?)(?: - loginname=(?P<_login>.*))?$", LOGIN_FAILED),
        Pattern(rf"{_HEAD}(?P<event.reason>userinfo error.*)$", LOGIN_FAILED),
        Pattern(rf"{_HEAD}login(?: - .*)?$", LOGIN_DONE),
        Pattern(rf"{_HEAD}(?:logout|session (?:timeout|cleanup))(?: - .*)?$", SESSION_END),
        Pattern(rf"{_HEAD}(?P<event.reason>[a-z].*)$"),
    ),
    times=("%a %b %e %H:%M:%S %Y",),
    sieve=r"^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} - \[\d+\] \(",
    finish=lambda frame: with_login(with_client(frame)),
)
