"""Panther's audit log."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.panther.com/system-configuration/panther-audit-logs"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "actionName": "event.action",
    "actionResult": "event.outcome",
    "actor.name": "user.email",
    "actor.attributes.email": "user.email",
    "actor.id": "user.id",
    "sourceIP": "source.address",
    "userAgent": "user_agent.original",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "actionResult" in record or "pantherVersion" in record


PARSER = parser(
    REFERENCE,
    claims,
    Layout("panther.audit", _FIELDS, {"event.kind": "event"}, categories=("configuration",)),
    keys=("actionName", "actor"),
)
