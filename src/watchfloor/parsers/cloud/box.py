"""Box's events of an enterprise and of users."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://developer.box.com/reference/resources/event/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "created_at": "_time",
    "event_type": "event.action",
    "created_by.login": "user.email",
    "created_by.name": "user.full_name",
    "created_by.id": "user.id",
    "ip_address": "source.address",
    "source.login": "user.target.email",
    "source.item_name": "file.name",
    "source.name": "file.name",
    "source.folder_name": "file.directory",
    "additional_details.size": "file.size",
    "additional_details.shield_alert.rule_name": "rule.name",
    "session_id": "session.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return record.get("type") == "event" or "created_by" in record or "additional_details" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    action = str(record.get("event_type"))
    if action in {"LOGIN", "FAILED_LOGIN"}:
        return {"event.category": ["authentication"], "event.type": ["start"],
                "event.outcome": "failure" if action.startswith("FAILED") else "success"}  # fmt: skip
    return {"event.kind": "alert"} if action == "SHIELD_ALERT" else {}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("box_events", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("file",)),
    keys=("event_type",),
)
