"""Push Security's webhooks: activity of employees, changed entities, controls."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://pushsecurity.com/help/audit-log/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "type": "event.action",
    "object": "event.provider",
    "new.sourceIpAddress": "source.address",
    "new.userAgent": "user_agent.original",
    "new.employee.email": "user.email",
    "new.email": "user.email",
    "new.employee.id": "user.id",
    "new.appType": "service.name",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return ("new" in record or "old" in record) and ("type" in record or "version" in record)


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    kind = record.get("type")
    return {"event.action": f"{record['object']} {kind or 'EVENT'}".lower()}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("push_security", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
    keys=("object",),
)
