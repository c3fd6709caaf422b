"""1Password's events: sign-in attempts, uses of items, and the audit log."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://developer.1password.com/docs/events-api/reference"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "action": "event.action",
    "type": "event.action",
    "category": "event.outcome",
    "target_user.email": "user.email",
    "target_user.name": "user.full_name",
    "target_user.uuid": "user.id",
    "user.email": "user.email",
    "user.name": "user.full_name",
    "user.uuid": "user.id",
    "actor_details.email": "user.email",
    "actor_details.name": "user.full_name",
    "actor_uuid": "user.id",
    "client.ip_address": "source.address",
    "session.ip": "source.address",
    "country": "source.geo.country_iso_code",
    "location.country": "source.geo.country_iso_code",
    "location.region": "source.geo.region_name",
    "location.city": "source.geo.city_name",
    "location.latitude": "source.geo.location.lat",
    "location.longitude": "source.geo.location.lon",
    "client.app_name": "user_agent.name",
    "client.app_version": "user_agent.version",
    "client.os_name": "user_agent.os.name",
    "client.platform_name": "user_agent.device.name",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "session_uuid" in record or "target_user" in record or "item_uuid" in record or "actor_uuid" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    if "target_user" in record:
        return {"event.category": ["authentication"], "event.type": ["start"], "event.outcome": record.get("category")}
    if "item_uuid" in record:
        return {
            "event.category": ["file"],
            "event.type": ["access"],
            "event.action": record.get("action") or "item-usage",
        }
    return {}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("onepassword", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
    keys=("uuid",),
)
