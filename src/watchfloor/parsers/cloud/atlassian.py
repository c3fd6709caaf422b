"""Atlassian's audit log of organisations."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, at, parser

REFERENCE = "https://developer.atlassian.com/cloud/admin/organization/rest/api-group-events/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "attributes.time": "_time",
    "attributes.action": "event.action",
    "attributes.actor.email": "user.email",
    "attributes.actor.name": "user.full_name",
    "attributes.actor.id": "user.id",
    "attributes.location.ip": "source.address",
    "attributes.location.countryName": "source.geo.country_name",
    "attributes.location.regionName": "source.geo.region_name",
    "attributes.location.city": "source.geo.city_name",
    "attributes.location.geo": "source.geo.location",
    "message.content": "message",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    inner = record["attributes"]
    return type(inner) is dict and "action" in inner


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    return {"user.target.email": at(record, "attributes", "context", 0, "attributes", "email")}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("atlassian.audit", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
    keys=("attributes",),
)
