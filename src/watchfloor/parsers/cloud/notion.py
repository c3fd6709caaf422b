"""Notion's audit log."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://www.notion.com/help/audit-log"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "event.timestamp": "_time",
    "p_event_time": "_time",
    "event.type": "event.action",
    "event.actor.person.email": "user.email",
    "event.actor.id": "user.id",
    "event.ip_address": "source.address",
    "event.platform": "user_agent.name",
    "event.workspace_id": "organization.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    inner = record["event"]
    return type(inner) is dict and "actor" in inner and "type" in inner


PARSER = parser(
    REFERENCE,
    claims,
    Layout("notion.audit", _FIELDS, {"event.kind": "event"}, categories=("configuration",)),
    keys=("event",),
)
