"""Netskope's audit log of administrators."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.netskope.com/en/audit-log-events/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "audit_log_event": "event.action",
    "user": "user.email",
    "ur_normalized": "user.id",
    "severity_level": "event.severity",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "organization_unit" in record or "severity_level" in record or "ur_normalized" in record


PARSER = parser(
    REFERENCE,
    claims,
    Layout("netskope.audit", _FIELDS, {"event.kind": "event"}, categories=("configuration",)),
    keys=("audit_log_event",),
)
