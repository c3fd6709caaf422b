"""What PowerDNS writes to its standard output, with the time alone in front."""

from __future__ import annotations

from watchfloor.parsers.dns._powerdns import SHAPES, finish, patterns
from watchfloor.parsers.dns._question import INFO
from watchfloor.parsers.plugin import LineParser, Pattern

_TIME = r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d"
_PREFIX = rf"(?:(?P<_yearless>{_TIME}) )?"

PARSER = LineParser(
    dataset="dns.powerdns",
    reference="https://doc.powerdns.com/recursor/settings.html#quiet",
    sieve=rf"^(?:{_TIME} )?{SHAPES}",
    patterns=(
        *patterns(_PREFIX),
        Pattern(rf'^{_PREFIX}msg="(?P<powerdns.message>(?:[^"\\]|\\.)*)" subsystem="(?P<log.logger>[^"]*)"', INFO),
        Pattern(rf"^{_PREFIX}(?P<powerdns.message>(?:Returning: '|End of answers|Found a zone ').*)$", INFO),
    ),
    times=(),
    finish=finish,
)
