"""AppOmni's alerts."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, at, parser

REFERENCE = "https://appomni.com/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "@timestamp": "_time",
    "message": "message",
    "rule.name": "rule.name",
    "rule.ruleset": "rule.ruleset",
    "event.severity": "event.severity",
    "rule.threat.tactic.id": "threat.tactic.id",
    "rule.threat.tactic.name": "threat.tactic.name",
    "related.user": "user.name",
    "user.name": "user.name",
    "source.ip": "source.address",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return type(record["appomni"]) is dict


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    return {"source.address": at(record, "related", "ip", 0), "user.name": at(record, "related", "user", 0)}


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "appomni",
        _FIELDS,
        {"event.kind": "alert", "event.category": ["intrusion_detection"], "event.type": ["info"]},
        beyond=_beyond,
    ),
    keys=("appomni",),
)
