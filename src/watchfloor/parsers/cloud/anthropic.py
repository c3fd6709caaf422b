"""Anthropic's compliance activity feed."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://support.claude.com/en/articles/13015708-access-the-compliance-api"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "created_at": "_time",
    "type": "event.action",
    "actor.email_address": "user.email",
    "actor.email": "user.email",
    "actor.user_id": "user.id",
    "actor.ip_address": "source.address",
    "actor.user_agent": "user_agent.original",
    "organization_id": "organization.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "organization_id" in record and type(record.get("actor")) is dict


PARSER = parser(
    REFERENCE,
    claims,
    Layout("anthropic.activity", _FIELDS, {"event.kind": "event"}, categories=("configuration",)),
    keys=("type", "created_at"),
)
