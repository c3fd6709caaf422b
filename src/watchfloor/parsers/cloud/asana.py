"""Asana's audit log."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://developers.asana.com/reference/audit-log-api"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "created_at": "_time",
    "event_type": "event.action",
    "event_category": "event.provider",
    "actor.email": "user.email",
    "actor.name": "user.full_name",
    "actor.gid": "user.id",
    "context.client_ip_address": "source.address",
    "context.user_agent": "user_agent.original",
    "resource.name": "orchestrator.resource.name",
    "resource.resource_type": "orchestrator.resource.type",
    "resource.email": "user.target.email",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return type(record["actor"]) is dict and ("event_category" in record or "context" in record)


PARSER = parser(
    REFERENCE,
    claims,
    Layout("asana.audit", _FIELDS, {"event.kind": "event"}, categories=("configuration",)),
    keys=("event_type", "actor", "gid"),
)
