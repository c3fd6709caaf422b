"""The audit plugin of MariaDB in syslog, under the plugin's own name."""

from __future__ import annotations

from watchfloor.parsers.database._server_audit import REFERENCE, finish, patterns
from watchfloor.parsers.plugin import MessageParser

PARSER = MessageParser(
    reference=REFERENCE,
    dataset="database.mariadb_audit",
    programs=frozenset({"mysql-server_auditing"}),
    patterns=patterns("^ ?"),
    finish=finish,
)
