"""Duo's authentication log: who was asked for a second factor, where, and how it ended."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://duo.com/docs/adminapi#authentication-logs"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "isotimestamp": "_time",
    "result": "event.outcome",
    "reason": "event.reason",
    "event_type": "event.action",
    "user.name": "user.name",
    "user.key": "user.id",
    "user.groups": "user.group.name",
    "email": "user.email",
    "access_device.ip": "source.address",
    "access_device.hostname": "source.domain",
    "access_device.location.city": "source.geo.city_name",
    "access_device.location.state": "source.geo.region_name",
    "access_device.location.country": "source.geo.country_name",
    "access_device.os": "user_agent.os.name",
    "access_device.browser": "user_agent.name",
    "application.name": "service.name",
    "application.key": "service.id",
    "txid": "transaction.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "factor" in record or "access_device" in record or "auth_device" in record


PARSER = parser(
    REFERENCE,
    claims,
    Layout("duo.auth", _FIELDS, {"event.kind": "event", "event.category": ["authentication"], "event.type": ["start"]}),
    keys=("result",),
)
