"""Tines' audit log."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://www.tines.com/api/audit-logs/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "created_at": "_time",
    "operation_name": "event.action",
    "user_email": "user.email",
    "user_name": "user.full_name",
    "user_id": "user.id",
    "request_ip": "source.address",
    "request_user_agent": "user_agent.original",
    "tenant_id": "organization.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "request_ip" in record or "tenant_id" in record


PARSER = parser(
    REFERENCE,
    claims,
    Layout("tines.audit", _FIELDS, {"event.kind": "event"}, categories=("configuration",)),
    keys=("operation_name",),
)
