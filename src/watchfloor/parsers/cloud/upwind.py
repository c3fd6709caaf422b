"""Upwind's detections."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.upwind.io/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "last_seen_time": "_time",
    "first_seen_time": "event.start",
    "title": ("rule.name", "message"),
    "description": "rule.description",
    "category": "rule.category",
    "type": "event.action",
    "severity": "log.level",
    "resource.name": "orchestrator.resource.name",
    "resource.type": "orchestrator.resource.type",
    "resource.cloud_account_id": "cloud.account.id",
    "upwind_console_link": "event.url",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "mitre_attacks" in record or "triggers" in record


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "upwind.detection",
        _FIELDS,
        {"event.kind": "alert", "event.category": ["intrusion_detection"], "event.type": ["info"]},
    ),
    keys=("occurrence_count",),
)
