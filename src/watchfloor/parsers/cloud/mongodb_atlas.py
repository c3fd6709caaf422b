"""MongoDB Atlas' events of organisations and projects."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://www.mongodb.com/docs/api/doc/atlas-admin-api-v2/group/endpoint-events"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "created": "_time",
    "eventTypeName": "event.action",
    "eventtypename": "event.action",
    "username": "user.email",
    "userId": "user.id",
    "targetUsername": "user.target.email",
    "remoteAddress": "source.address",
    "orgId": "organization.id",
    "groupId": "cloud.project.id",
    "whitelistEntry": "event.reason",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "eventTypeName" in record or "eventtypename" in record


PARSER = parser(
    REFERENCE,
    claims,
    Layout("mongodb_atlas.organization", _FIELDS, {"event.kind": "event"}, categories=("configuration",)),
)
