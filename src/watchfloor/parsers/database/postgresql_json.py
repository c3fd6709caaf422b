"""PostgreSQL's log as JSON objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.database.postgresql import parse
from watchfloor.parsers.plugin import JsonParser

_NAMES = {
    "timestamp": "time",
    "error_severity": "severity",
    "dbname": "database",
    "remote_host": "client_addr",
    "remote_port": "client_port",
    "state_code": "sql_state_code",
    "statement": "query",
}


def _claims(record: dict[str, Any]) -> bool:
    return isinstance(record["session_id"], str) and isinstance(record["error_severity"], str)


def _parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    named = [{_NAMES.get(name, name): str(value) for name, value in record.items()} for record in records]
    return parse(named, wanted)


PARSER = JsonParser(
    dataset="database.postgresql",
    reference="https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-JSONLOG",
    claims=_claims,
    parse=_parse,
    keys=("timestamp", "pid", "session_id", "line_num", "error_severity"),
)
