"""Snyk's audit log of groups and organisations."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.snyk.io/snyk-platform-administration/groups-and-organizations/audit-logs"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "created": "_time",
    "event": "event.action",
    "userId": "user.id",
    "groupId": "group.id",
    "orgId": "organization.id",
    "projectId": "cloud.project.id",
    "content.url": "url.path",
    "content.email": "user.target.email",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "groupId" in record or "orgId" in record


PARSER = parser(
    REFERENCE,
    claims,
    Layout("snyk.audit", _FIELDS, {"event.kind": "event"}, categories=("configuration",)),
    keys=("event", "content"),
)
