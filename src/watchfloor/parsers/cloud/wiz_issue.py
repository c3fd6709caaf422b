"""Wiz's issues and detections, from the API and from webhooks."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, at, parser

REFERENCE = "https://docs.wiz.io/wiz-docs/docs/webhook-integration"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "createdAt": "_time",
    "issue.created": "_time",
    "sourceRule.name": ("rule.name", "message"),
    "control.name": ("rule.name", "message"),
    "title": ("rule.name", "message"),
    "sourceRule.id": "rule.id",
    "control.id": "rule.id",
    "description": "rule.description",
    "control.description": "rule.description",
    "severity": "log.level",
    "issue.severity": "log.level",
    "entitySnapshot.name": "orchestrator.resource.name",
    "resource.name": "orchestrator.resource.name",
    "primaryResource.name": "orchestrator.resource.name",
    "entitySnapshot.type": "orchestrator.resource.type",
    "entitySnapshot.region": "cloud.region",
    "entitySnapshot.subscriptionExternalId": "cloud.account.id",
    "mitreTactics": "threat.tactic.id",
    "mitreTechniques": "threat.technique.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    if "sourceRule" in record and "entitySnapshot" in record:
        return True
    return ("primaryActor" in record or "mitreTactics" in record or "cloudAccounts" in record) or (
        type(record.get("issue")) is dict and type(record.get("control")) is dict
    )


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    detected = "mitreTactics" in record or "primaryActor" in record
    return {
        "event.category": ["intrusion_detection"] if detected else None,
        "source.address": at(record, "primaryActor", "externalId")
        if at(record, "primaryActor", "type") == "NETWORK_ADDRESS"
        else None,
        "cloud.account.id": at(record, "cloudAccounts", 0, "externalId"),
    }


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "wiz.issue",
        _FIELDS,
        {"event.kind": "alert", "event.category": ["configuration"], "event.type": ["info"]},
        beyond=_beyond,
    ),
)
