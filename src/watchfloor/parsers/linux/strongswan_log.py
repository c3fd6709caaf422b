"""strongSwan's IKE daemon charon, writing to a file of its own."""

from __future__ import annotations

from watchfloor.parsers.linux._log import logged
from watchfloor.parsers.linux.strongswan import PATTERNS, finish
from watchfloor.parsers.plugin import LineParser

_HEAD = (
    r"(?:(?P<_yearless>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)|(?P<_time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)"
    r"?(?:Z|[+-]\d\d:?\d\d)?)"
    r") "
)

PARSER = LineParser(
    dataset="linux.strongswan",
    reference="https://docs.strongswan.org/docs/latest/config/logging.html",
    patterns=logged(_HEAD, PATTERNS, {"network.protocol": "ipsec"}),
    times=("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f"),
    sieve=rf"^{_HEAD}\d\d\[[A-Z]{{3}}\d?\] ",
    finish=finish,
)
