"""Cisco ASA, PIX and FWSM: packets and connections, translations, log-ins, tunnels, commands."""

from __future__ import annotations

from watchfloor.parsers.firewall._cisco import finish, marker, observed
from watchfloor.parsers.plugin import LineParser, Pattern

PARSER = LineParser(
    reference="https://www.cisco.com/c/en/us/td/docs/security/asa/syslog/b_syslog.html",
    patterns=(Pattern(marker("ASA|PIX|FWSM"), observed("ASA")),),
    times=(),
    sieve=r"^\s?%(?:ASA|PIX|FWSM)-",
    finish=finish,
)
