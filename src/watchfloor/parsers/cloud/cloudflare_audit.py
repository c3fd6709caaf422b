"""Cloudflare's audit log of accounts."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser
from watchfloor.parsers.cloud._verbs import meaning

REFERENCE = "https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/audit_logs/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "When": "_time",
    "ActionType": "event.action",
    "ActionResult": "event.outcome",
    "ActorEmail": "user.email",
    "ActorID": "user.id",
    "ActorIP": "source.address",
    "ResourceType": "orchestrator.resource.type",
    "ResourceID": "orchestrator.resource.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has who acted and on what."""
    return "ActorEmail" in record or "ActorIP" in record or "ResourceType" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    categories, types = meaning(f"{record['ActionType']} {record.get('ResourceType')}", ("configuration",))
    return {"event.category": list(categories), "event.type": list(types)}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("cloudflare.audit", _FIELDS, {"event.kind": "event"}, beyond=_beyond),
    keys=("ActionType", "When"),
)
