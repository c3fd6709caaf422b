"""Sublime Security's audit log."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.sublime.security/docs/audit-log-and-message-events-export"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "created_at": "_time",
    "type": "event.action",
    "created_by.email_address": "user.email",
    "created_by.id": "user.id",
    "created_by.role": "user.roles",
    "data.request.ip": "source.address",
    "data.request.user_agent": "user_agent.original",
    "data.request.method": "http.request.method",
    "data.request.path": "url.path",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    inner = record["created_by"]
    return type(inner) is dict and ("email_address" in inner or "google_oauth_user_id" in inner)


PARSER = parser(
    REFERENCE,
    claims,
    Layout("sublime.audit", _FIELDS, {"event.kind": "event"}, categories=("configuration",)),
    keys=("created_by", "type"),
)
