"""Teleport's audit events: log-ins, sessions, commands, access requests, certificates."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://goteleport.com/docs/reference/deployment/monitoring/audit/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "time": "_time",
    "event": "event.action",
    "code": "event.code",
    "user": "user.name",
    "login": "user.effective.name",
    "addr.remote": "source.address",
    "addr.local": "destination.address",
    "success": "event.outcome",
    "error": "event.reason",
    "message": "message",
    "sid": "session.id",
    "server_hostname": "host.name",
    "server_id": "host.id",
    "program": "process.name",
    "path": "process.executable",
    "pid": "process.pid",
    "ppid": "process.parent.pid",
    "argv": "process.args",
    "return_code": "process.exit_code",
    "cluster_name": "orchestrator.cluster.name",
    "namespace": "orchestrator.namespace",
    "user_agent": "user_agent.original",
    "ei": "event.sequence",
    "method": "event.provider",
    "dst_addr": "destination.address",
    "dst_port": "destination.port",
    "src_addr": "source.address",
}
_SESSIONS = {"session.start": "start", "session.join": "start", "session.end": "end", "session.leave": "end"}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "ei" in record and "code" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    event = str(record["event"])
    if event in {"user.login", "auth", "user.logout"}:
        return {"event.category": ["authentication"], "event.type": ["end" if event.endswith("out") else "start"]}
    if event in {"session.command", "exec", "session.exec"}:
        return {"event.category": ["process"], "event.type": ["start"]}
    if event.startswith("session."):
        return {"event.category": ["session"], "event.type": [_SESSIONS.get(event, "info")]}
    return {}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("teleport.audit", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
    keys=("event", "code"),
)
