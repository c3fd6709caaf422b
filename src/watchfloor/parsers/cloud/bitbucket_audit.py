"""Bitbucket's, Jira's and Confluence's audit log on servers of one's own (Data Center)."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, dicts, parser

REFERENCE = "https://confluence.atlassian.com/bitbucketserver/audit-log-integrations-1044101482.html"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "auditType.action": "event.action",
    "auditType.category": "event.provider",
    "auditType.level": "log.level",
    "author.name": "user.name",
    "author.id": "user.id",
    "source": "source.address",
    "system": "url.full",
    "method": "network.application",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return type(record["auditType"]) is dict and "action" in record["auditType"]


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    stamp = record.get("timestamp")
    if type(stamp) is dict and type(stamp.get("epochSecond")) is int:
        nano = stamp.get("nano")
        found["_time"] = f"{stamp['epochSecond']}.{nano if type(nano) is int else 0:09}"
    for each in dicts(record.get("affectedObjects")):
        field = {"USER": "user.target.name", "GROUP": "group.name"}.get(str(each.get("type")).upper())
        if field:
            found.setdefault(field, each.get("name"))
    return found


PARSER = parser(
    REFERENCE,
    claims,
    Layout("bitbucket.audit", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
    keys=("auditType",),
)
