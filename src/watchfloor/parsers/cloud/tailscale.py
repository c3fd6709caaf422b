"""Tailscale's configuration audit log."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://tailscale.com/kb/1203/audit-logging"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "event.eventTime": "_time",
    "time": "_time",
    "event.action": "event.action",
    "event.actor.loginName": "user.email",
    "event.actor.displayName": "user.full_name",
    "event.actor.id": "user.id",
    "event.target.name": "orchestrator.resource.name",
    "event.target.type": "orchestrator.resource.type",
    "event.target.id": "orchestrator.resource.id",
    "event.origin": "event.provider",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    inner = record["event"]
    return (
        type(inner) is dict
        and "actor" in inner
        and ("action" in inner or "eventGroupID" in inner)
        and "type" not in inner
    )


PARSER = parser(
    REFERENCE,
    claims,
    Layout("tailscale.audit", _FIELDS, {"event.kind": "event"}, categories=("configuration",)),
    keys=("event", "fields"),
)
