"""Slack's audit log: log-ins, files, channels, applications and administration of a workspace."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser
from watchfloor.parsers.cloud._verbs import kind_of

REFERENCE = "https://docs.slack.dev/reference/audit-logs-api/methods-actions-reference"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "date_create": "_time",
    "action": "event.action",
    "actor.user.name": "user.full_name",
    "actor.user.email": "user.email",
    "actor.user.id": "user.id",
    "context.ip_address": "source.address",
    "context.ua": "user_agent.original",
    "context.location.name": "organization.name",
    "context.location.id": "organization.id",
    "entity.user.email": "user.target.email",
    "entity.user.name": "user.target.full_name",
    "entity.user.id": "user.target.id",
    "entity.file.name": "file.name",
    "entity.channel.name": "orchestrator.resource.name",
    "entity.app.name": "service.name",
    "context.session_id": "session.id",
    "details.reason": "event.reason",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return (
        type(record["action"]) is str and type(record["actor"]) is dict and ("context" in record or "entity" in record)
    )


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    action = str(record["action"])
    if action in {"user_login", "user_login_failed"}:
        return {"event.category": ["authentication"], "event.type": ["start"],
                "event.outcome": "failure" if action.endswith("failed") else "success"}  # fmt: skip
    if action.startswith("anomaly"):
        return {"event.kind": "alert", "event.category": ["threat"], "event.type": ["indicator"]}
    if action.startswith("file_"):
        return {"event.category": ["file"], "event.type": [kind_of(action)]}
    return {}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("slack.audit", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
    keys=("action", "actor"),
)
