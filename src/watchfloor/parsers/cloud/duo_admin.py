"""Duo's administrator log: what administrators and the synchronisation changed, and their log-ins."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://duo.com/docs/adminapi#administrator-logs"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "isotimestamp": "_time",
    "action": "event.action",
    "username": "user.full_name",
    "object": "user.target.name",
    "host": "host.name",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "isotimestamp" in record or ("timestamp" in record and "description" in record)


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    action = str(record["action"])
    if action in {"admin_login", "admin_login_error", "admin_lockout"}:
        return {"event.category": ["authentication"], "event.type": ["start"],
                "event.outcome": "success" if action == "admin_login" else "failure"}  # fmt: skip
    return {}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("duo.admin", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
    keys=("action", "username"),
)
