"""Carbon Black Cloud's audit log."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser
from watchfloor.parsers.cloud._verbs import meaning

REFERENCE = "https://developer.carbonblack.com/reference/carbon-black-cloud/platform/latest/audit-log-api/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "eventTime": "_time",
    "create_time": "_time",
    "description": "message",
    "loginName": "user.email",
    "actor": "user.email",
    "clientIp": "source.address",
    "actor_ip": "source.address",
    "orgName": "organization.name",
    "org_key": "organization.id",
    "eventId": "event.code",
    "requestUrl": "url.path",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "loginName" in record or "actor" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    text = str(record["description"])
    categories, types = meaning(text, ("configuration",))
    return {"event.category": list(categories), "event.type": list(types)}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("carbon_black_cloud.audit", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
    keys=("description", "flagged"),
)
