"""Wiz's audit log."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.wiz.io/wiz-docs/docs/audit-log"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "action": "event.action",
    "status": "event.outcome",
    "user.name": "user.email",
    "user.id": "user.id",
    "serviceAccount.name": "user.full_name",
    "sourceIP": "source.address",
    "sourceip": "source.address",
    "userAgent": "user_agent.original",
    "useragent": "user_agent.original",
    "requestId": "http.request.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return (
        "actionParameters" in record
        or "actionparameters" in record
        or "serviceAccount" in record
        or "serviceaccount" in record
    )


PARSER = parser(
    REFERENCE,
    claims,
    Layout("wiz.audit", _FIELDS, {"event.kind": "event"}, categories=("configuration",)),
    keys=("action", "status"),
)
