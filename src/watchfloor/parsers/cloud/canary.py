"""Incidents of Thinkst Canary."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.canary.tools/webhooks/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "Timestamp": "_time",
    "Description": ("rule.name", "event.action"),
    "Intro": "message",
    "SourceIP": "source.address",
    "ReverseDNS": "source.domain",
    "CanaryIP": "destination.address",
    "CanaryPort": "destination.port",
    "CanaryName": "host.name",
    "IncidentKey": "transaction.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "AlertType" in record or "IncidentKey" in record


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "thinkst_canary",
        _FIELDS,
        {"event.kind": "alert", "event.category": ["intrusion_detection"], "event.type": ["info"]},
    ),
    keys=("CanaryID",),
)
