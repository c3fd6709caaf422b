"""OpenAI's audit log of organisations."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://platform.openai.com/docs/api-reference/audit-logs"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "effective_at": "_time",
    "type": "event.action",
    "actor.session.user.email": "user.email",
    "actor.session.user.id": "user.id",
    "actor.api_key.user.email": "user.email",
    "actor.api_key.user.id": "user.id",
    "actor.session.ip_address": "source.address",
    "actor.session.user_agent": "user_agent.original",
    "actor.session.ip_address_details.country": "source.geo.country_iso_code",
    "actor.session.ip_address_details.region": "source.geo.region_name",
    "actor.session.ip_address_details.city": "source.geo.city_name",
    "actor.session.ip_address_details.latitude": "source.geo.location.lat",
    "actor.session.ip_address_details.longitude": "source.geo.location.lon",
    "actor.session.ip_address_details.asn": "source.as.number",
    "project.id": "cloud.project.id",
    "project.name": "cloud.project.name",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "effective_at" in record and type(record.get("actor")) is dict


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    action = str(record["type"])
    if action.endswith(".failed"):
        return {"event.outcome": "failure"}
    return {"event.outcome": "success"}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("openai.audit", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
    keys=("type",),
)
