"""Zeek's logs as JSON, of Zeek itself, of json-streaming-logs and of Corelight's sensors."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.zeek import _kinds, _logs

_UID = ("uid", "uids", "fuid", "id")
_STREAMED = frozenset({"_path", "_write_ts", "_system_name"})


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has a log's path, or a connection in Zeek's names, or the names of one of its logs."""
    if type(record.get("_path")) is str:
        return "ts" in record or "_write_ts" in record
    if type(record.get("ts")) not in {float, int, str}:
        return False
    if "id.orig_h" in record or "conn_uids" in record:
        return True
    inner = record.get("id")
    if type(inner) is dict and "orig_h" in inner:
        return True
    return any(name in record for name in _UID) and _kinds.told_by(frozenset(record)) is not None


PARSER = JsonParser(
    reference="https://docs.zeek.org/en/master/log-formats.html#zeek-json-format-logs",
    claims=claims,
    parse=_logs.parse,
    datasets=_logs.DATASETS,
)
