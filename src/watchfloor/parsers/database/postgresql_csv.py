"""PostgreSQL's log as comma-separated values."""

from __future__ import annotations

from collections.abc import Sequence

from watchfloor.parsers._address import endpoint
from watchfloor.parsers._pairs import columns
from watchfloor.parsers.database.postgresql import parse
from watchfloor.parsers.plugin import FieldsParser

_NAMES = [
    "time",
    "user",
    "database",
    "pid",
    "connection_from",
    "session_id",
    "session_line_num",
    "command_tag",
    "session_start_time",
    ("virtual_transaction_id"),
    "transaction_id",
    "severity",
    "sql_state_code",
    "message",
    "detail",
    "hint",
    "internal_query",
    "internal_query_pos",
    "context",
    "query",
    "query_pos",
    "location",
    "application_name",
    "backend_type",
    "leader_pid",
    "query_id",
]


def _read(lines: Sequence[str], _header: str) -> Sequence[dict[str, str] | None]:
    found = list(columns(lines, _NAMES))
    for record in found:
        if record and record.get("connection_from", "") not in {"", "[local]"}:
            address, port = endpoint(record["connection_from"], ported=True)
            record |= {"client_addr": address or "", "client_port": port or ""}
    return found


PARSER = FieldsParser(
    dataset="database.postgresql",
    reference="https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-CSVLOG",
    sieve=(
        r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [A-Z0-9+:-]{1,6},(?:\"(?:[^\"]|\"\")*\")?,(?:\"(?:[^\"]|\"\")"
        r"*\")?,\d+,"
        r"(?:\"[^\"]*\")?,[0-9a-f]+\.[0-9a-f]+,\d+,"
    ),
    read=_read,
    parse=parse,
)
