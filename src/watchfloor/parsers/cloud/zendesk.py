"""Zendesk's audit log."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser
from watchfloor.parsers.cloud._verbs import meaning

REFERENCE = "https://developer.zendesk.com/api-reference/ticketing/account-configuration/audit_logs/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "created_at": "_time",
    "action": "event.action",
    "change_description": "message",
    "actor_name": "user.full_name",
    "actor_id": "user.id",
    "ip_address": "source.address",
    "source_type": "orchestrator.resource.type",
    "source_label": "orchestrator.resource.name",
    "source_id": "orchestrator.resource.id",
    "url": "event.url",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "source_type" in record or "change_description" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    action, subject = str(record["action"]), str(record.get("source_type"))
    if action == "login":
        return {"event.category": ["authentication"], "event.type": ["start"]}
    categories, types = meaning(f"{action} {subject}", ("configuration",))
    return {"event.category": list(categories), "event.type": list(types)}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("zendesk.audit", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
    keys=("action", "actor_id"),
)
