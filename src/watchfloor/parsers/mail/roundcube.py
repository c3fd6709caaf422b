"""Roundcube's log files: errors.log with failed log-ins, userlogins.log, sendmail.log."""

from __future__ import annotations

from watchfloor.parsers.mail._roundcube import finish, patterns
from watchfloor.parsers.plugin import LineParser

_TIME = r"\[(?P<_time>\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4})\]: "

PARSER = LineParser(
    reference="https://github.com/roundcube/roundcubemail/wiki/Configuration#logging",
    patterns=patterns(rf"^{_TIME}"),
    times=("%d-%b-%Y %H:%M:%S%.f %z",),
    sieve=r"^\[\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4}\]: ",
    finish=finish,
)
