"""GitLab's audit events (audit_json.log and the API) and requests (production_json.log)."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.gitlab.com/administration/logs/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "time": "_time",
    "created_at": "_time",
    "author_name": "user.name",
    "details.author_name": "user.name",
    "detail.author_name": "user.name",
    "username": "user.name",
    "author_id": "user.id",
    "user_id": "user.id",
    "ip_address": "source.address",
    "remote_ip": "source.address",
    "details.ip_address": "source.address",
    "event_name": "event.action",
    "details.custom_message": "message",
    "detail.custom_message": "message",
    "details.event_name": "event.action",
    "change": "event.action",
    "action": "event.action",
    "target_details": "orchestrator.resource.name",
    "details.target_details": "orchestrator.resource.name",
    "target_type": "orchestrator.resource.type",
    "entity_path": "orchestrator.resource.name",
    "severity": "log.level",
    "ua": "user_agent.original",
    "method": "http.request.method",
    "path": "url.path",
    "status": "http.response.status_code",
    "correlation_id": "trace.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    if "author_id" in record or "author_name" in record:
        return "entity_type" in record or "entity_id" in record or "target_type" in record
    if "controller" in record and "action" in record and "path" in record:
        return True
    return type(record.get("detail")) is dict and "author_name" in record["detail"]


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    status = record.get("status")
    if type(status) is not int:
        return {}
    return {
        "event.category": ["web"],
        "event.type": ["access"],
        "event.outcome": "success" if status < 400 else "failure",
    }


PARSER = parser(
    REFERENCE,
    claims,
    Layout("gitlab.audit", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
)
