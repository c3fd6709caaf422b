"""OneLogin's events."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://developers.onelogin.com/api-docs/1/events/event-resource"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "created_at": "_time",
    "event_timestamp": "_time",
    "p_event_time": "_time",
    "event_type_id": ("event.action", "event.code"),
    "actor_user_name": "user.full_name",
    "actor_user_id": "user.id",
    "user_name": "user.target.full_name",
    "user_id": "user.target.id",
    "ipaddr": "source.address",
    "app_name": "service.name",
    "notes": "message",
    "error_description": "event.reason",
    "account_id": "organization.id",
    "role_name": "group.name",
    "browser_fingerprint": "device.id",
    "otp_device_name": "device.model.name",
}
_LOGINS = {"5": "success", "6": "failure", "8": "success", "9": "failure", "29": "success", "90": "failure"}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "user_id" in record or "account_id" in record or "actor_user_id" in record or "ipaddr" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    code = str(record["event_type_id"])
    if code in _LOGINS:
        return {"event.category": ["authentication"], "event.type": ["start"], "event.outcome": _LOGINS[code]}
    return {"event.category": ["iam"], "event.type": ["user", "info"]}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("onelogin.events", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
    keys=("event_type_id",),
)
