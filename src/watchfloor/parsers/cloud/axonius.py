"""Axonius' activity log."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.axonius.com/docs/activity-logs"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "time": "_time",
    "event.action": "event.action",
    "event.category": "event.provider",
    "event.user": "user.name",
    "event.params.user_name": "user.name",
    "event.params.ip": "source.address",
    "event.params.status": "event.outcome",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    inner = record["event"]
    return type(inner) is dict and str(inner.get("action")).startswith("AuditAction.")


PARSER = parser(
    REFERENCE,
    claims,
    Layout("axonius.activity", _FIELDS, {"event.kind": "event"}, categories=("configuration",)),
    keys=("event", "source"),
)
