"""SentinelOne's activities of its management."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://usea1-partners.sentinelone.net/api-doc/overview"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "createdAt": "_time",
    "createdat": "_time",
    "activityType": "event.code",
    "activitytype": "event.code",
    "primaryDescription": "message",
    "primarydescription": "message",
    "secondaryDescription": "event.reason",
    "secondarydescription": "event.reason",
    "agentId": "agent.id",
    "agentid": "agent.id",
    "accountName": "organization.name",
    "accountname": "organization.name",
    "accountId": "organization.id",
    "accountid": "organization.id",
    "threatId": "rule.id",
    "threatid": "rule.id",
    "data.computerName": "host.name",
    "data.computername": "host.name",
    "data.username": "user.name",
    "data.ipAddress": "source.address",
    "data.ipaddress": "source.address",
    "data.filePath": "file.path",
    "data.filepath": "file.path",
    "data.fileContentHash": "file.hash.sha1",
    "data.filecontenthash": "file.hash.sha1",
    "userId": "user.id",
    "userid": "user.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "activitytype" in record or "activityType" in record


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "sentinel_one.activity",
        _FIELDS,
        {"event.kind": "event", "event.category": ["configuration"], "event.type": ["info"]},
    ),
)
