"""What PostgreSQL's messages say, in whatever form the log is written."""

from __future__ import annotations

import re
from typing import Any

_SHAPES: tuple[tuple[re.Pattern[str], dict[str, Any]], ...] = tuple(
    (re.compile(regex), fields)
    for regex, fields in (
        (
            r"connection received: host=(?P<address>\S+)(?: port=(?P<port>\d+))?",
            {"category": ["network"], "type": ["connection", "start"], "action": "connection-received"},
        ),
        (
            (r'connection authenticated: (?:identity="(?P<identity>.*)" method=(?P<method>\S+)|'
             r'user="(?P<user>.*)" method=\S+) '),
            {"category": ["authentication"], "type": ["info"], "action": "authenticated", "outcome": "success"},
        ),
        (
            (r"(?:replication )?connection authorized: user=(?P<user>.*?)(?: database=(?P<database>.*?))?"
            r"(?: application_name=(?P<application>.*?))?(?: SSL enabled \(protocol=(?P<tls>[^,)]*)"
            r"(?:, cipher=(?P<cipher>[^,)]*))?.*\)"
            r"| GSS .*)?$"),
            {"category": ["authentication", "session"], "type": ["start"], "action": "logged-in", "outcome": "success"},
        ),
        (
            (r"disconnection: session time: (?P<duration>[\d:.]+) user=(?P<user>.*) database=(?P<database>.*) "
            r"host=(?P<address>\S+)(?: port=(?P<port>\d+))?$"),
            {"category": ["session"], "type": ["end"], "action": "logged-out"},
        ),
        (
            r'(?P<reason>(?:\w+ )+authentication failed|Peer authentication failed) for user "(?P<user>.*)"',
            {"category": ["authentication"], "type": ["start"], "action": "logged-in", "outcome": "failure"},
        ),
        (
            (r'(?P<reason>no pg_hba\.conf entry) for (?:replication connection from )?host "(?P<address>[^"]*)'
             r'", user "(?P<user>.*?)"'
            r'(?:, database "(?P<database>.*?)")?(?:, (?P<encryption>[^,"]*))?$'),
            {"category": ["authentication"], "type": ["start"], "action": "logged-in", "outcome": "failure"},
        ),
        (
            (r'(?P<reason>pg_hba\.conf rejects (?:replication )?connection) for host "(?P<address>[^"]*)'
             r'", user "(?P<user>.*?)"'
            r'(?:, database "(?P<database>.*?)")?(?:, (?P<encryption>[^,"]*))?$'),
            {"category": ["authentication"], "type": ["start"], "action": "logged-in", "outcome": "failure"},
        ),
        (
            r'(?P<reason>role "(?P<user>.*)" (?:does not exist|is not permitted to log in))$',
            {"category": ["authentication"], "type": ["start"], "action": "logged-in", "outcome": "failure"},
        ),
        (
            r"(?P<reason>(?:remaining connection slots|sorry, too many clients|too many connections).*)",
            {"category": ["database"], "type": ["access"], "outcome": "failure"},
        ),
        (
            (r"(?:duration: (?P<ms>[\d.]+) ms  )?(?:statement|execute [^:]*|parse [^:]*|bind [^:]*|"
             r"fastpath function call): "
            r"(?P<statement>(?s:.*))"),
            {"category": ["database"], "type": ["access"], "action": "statement"},
        ),
        (r"duration: (?P<ms>[\d.]+) ms$", {"category": ["database"], "type": ["info"], "action": "duration"}),
        (
            (r"AUDIT: (?P<class>\w+),(?P<number>\d+),\d+,(?P<audit_class>[\w ]*),(?P<command>[^,]*)"
             r",(?P<object_type>[^,]*),"
            r"(?P<object>[^,]*),(?P<statement>(?s:.*))$"),
            {"category": ["database"], "type": ["access"], "action": "audit"},
        ),
        (r"starting PostgreSQL (?P<version>\S+)", {"category": ["process"], "type": ["start"]}),
        (r"database system is ready to accept connections", {"category": ["process"], "type": ["start"]}),
        (r"(?:received \w+ shutdown request|database system is shut down)", {"category": ["process"], "type": ["end"]}),
        (r"(?P<reason>incomplete startup packet|invalid length of startup packet|unsupported frontend protocol.*)$",
         {"category": ["network"], "type": ["connection", "error"], "outcome": "failure"}),
        (r"permission denied for (?P<object_type>\w+) (?P<object>.*)$",
         {"category": ["database"], "type": ["access"], "outcome": "failure"}),
    )
)  # fmt: skip
_FIELDS = {
    "address": "source.address",
    "port": "source.port",
    "user": "user.name",
    "identity": "user.name",
    "reason": "event.reason",
    "version": "service.version",
    "cipher": "tls.cipher",
    "statement": "postgresql.log.query",
    "database": "postgresql.log.database",
    "application": "postgresql.log.application_name",
    "method": "postgresql.log.method",
}
_ERRORS = frozenset({"ERROR", "FATAL", "PANIC"})
_NAMES = frozenset({"", "[unknown]", "[local]"})


def facts(severity: str, message: str) -> dict[str, Any]:
    """The event's fields that follow from a message and its severity."""
    found: dict[str, Any] = {"event.category": ["database"], "event.type": ["info"]}
    for shape, fields in _SHAPES:
        if matched := shape.match(message):
            found |= {f"event.{name}": value for name, value in fields.items()}
            values = matched.groupdict()
            found |= {field: values[name] for name, field in _FIELDS.items() if values.get(name)}
            if milliseconds := values.get("ms"):
                found["event.duration"] = str(round(float(milliseconds) * 1_000_000))
            break
    if severity in _ERRORS and found.get("event.outcome") != "failure":
        found |= {"event.type": ["error"], "event.outcome": "failure", "event.reason": message}
    return {name: value for name, value in found.items() if not (isinstance(value, str) and value in _NAMES)}
