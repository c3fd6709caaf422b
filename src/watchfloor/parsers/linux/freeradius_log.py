"""The RADIUS server FreeRADIUS's own log file."""

from __future__ import annotations

from watchfloor.parsers.linux._log import logged
from watchfloor.parsers.linux.freeradius import PATTERNS, finish
from watchfloor.parsers.plugin import LineParser

_HEAD = (
    r"(?P<_time>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}) : "
    r"(?P<log.level>Auth|Info|Error|Warning|Notice|Proxy|Debug|Acct|ERROR|INFO|WARN): "
)

PARSER = LineParser(
    dataset="linux.freeradius",
    reference="https://wiki.freeradius.org/guide/Log-Messages",
    patterns=logged(_HEAD, PATTERNS, {"network.protocol": "radius"}),
    times=("%a %b %e %H:%M:%S %Y",),
    sieve=rf"^{_HEAD}",
    finish=finish,
)
