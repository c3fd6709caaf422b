"""The audit plugin of MariaDB in its own file."""

from __future__ import annotations

from watchfloor.parsers.database._server_audit import REFERENCE, finish, patterns
from watchfloor.parsers.plugin import LineParser

PARSER = LineParser(
    reference=REFERENCE,
    patterns=patterns(r"^(?P<_time>\d{8} \d\d:\d\d:\d\d),"),
    times=("%Y%m%d %H:%M:%S",),
    sieve=r"^\d{8} \d\d:\d\d:\d\d,[^,\s]+,",
    sources=("mariadb",),
    finish=finish,
)
