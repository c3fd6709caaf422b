"""PowerDNS authoritative server and recursor by syslog: questions, answers, transfers, notifies, updates."""

from __future__ import annotations

from watchfloor.parsers.dns._powerdns import finish, patterns
from watchfloor.parsers.dns._question import INFO
from watchfloor.parsers.plugin import MessageParser

PARSER = MessageParser(
    reference="https://doc.powerdns.com/authoritative/settings.html#log-dns-queries",
    programs=frozenset({"pdns", "pdns_server", "pdns_recursor", "pdns-recursor", "pdns-server", "pdns_instance"}),
    patterns=patterns(""),
    fields=INFO,
    finish=finish,
)
