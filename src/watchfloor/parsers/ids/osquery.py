"""Results of osquery's scheduled queries: rows added and removed, and snapshots."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers._connection import PROTOCOLS
from watchfloor.parsers.cloud._layout import Layout, at, parser

REFERENCE = "https://osquery.readthedocs.io/en/stable/deployment/logging/"
_ROW = "columns"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "unixTime": "_time",
    "calendarTime": "_time",
    "name": "rule.name",
    "action": "event.action",
    "hostIdentifier": "host.name",
    "counter": "event.sequence",
    "message": "message",
    "severity": "log.level",
    "decorations.host_uuid": "host.id",
    "decorations.hostname": "host.hostname",
    "decorations.username": "user.name",
    f"{_ROW}.pid": "process.pid",
    f"{_ROW}.parent": "process.parent.pid",
    f"{_ROW}.cmdline": "process.command_line",
    f"{_ROW}.cwd": "process.working_directory",
    f"{_ROW}.username": "user.name",
    f"{_ROW}.user": "user.name",
    f"{_ROW}.uid": "user.id",
    f"{_ROW}.remote_address": "destination.address",
    f"{_ROW}.remote_port": "destination.port",
    f"{_ROW}.local_address": "source.address",
    f"{_ROW}.local_port": "source.port",
    f"{_ROW}.address": "source.address",
    f"{_ROW}.port": "source.port",
    f"{_ROW}.md5": "file.hash.md5",
    f"{_ROW}.sha1": "file.hash.sha1",
    f"{_ROW}.sha256": "file.hash.sha256",
    f"{_ROW}.target_path": "file.path",
    f"{_ROW}.package": "package.name",
}
_TYPES = {"added": "creation", "removed": "deletion", "snapshot": "info"}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is a result, a snapshot or a status of osqueryd."""
    host = "hostIdentifier" in record or "unixTime" in record or "calendarTime" in record or "decorations" in record
    row = record.get("columns")
    if type(row) is dict and "eventid" in row:
        return False  # a Windows event, which is more than a row
    return (type(row) is dict and "name" in record and ("action" in record or host)) or (
        host and "name" in record and ("snapshot" in record or "diffResults" in record)
    )


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    row = record.get("columns")
    row = row if type(row) is dict else {}
    kind = _TYPES.get(str(record.get("action")), "info")
    path, name = row.get("path"), row.get("name")
    found: dict[str, Any] = {"event.category": ["host"], "event.type": ["info" if kind == "info" else "change"]}
    if "pid" in row and ("cmdline" in row or "parent" in row):
        found |= {
            "event.category": ["process"],
            "event.type": ["info"],
            "process.executable": path,
            "process.name": name,
        }
    elif path:
        found |= {"file.path": at(row, "target_path") or path, "file.name": row.get("filename")}
    if "protocol" in row:
        found["network.transport"] = PROTOCOLS.get(str(row["protocol"]))
    return found


PARSER = parser(REFERENCE, claims, Layout("osquery.result", _FIELDS, {"event.kind": "event"}, beyond=_beyond))
