"""SOCRadar's incidents."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://socradar.io/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "date": "_time",
    "alarm_type_details.alarm_generic_title": ("rule.name", "event.action"),
    "alarm_type_details.alarm_main_type": "rule.category",
    "alarm_text": "message",
    "alarm_asset": "host.name",
    "alarm_risk_level": "log.level",
    "status": "event.reason",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "alarm_text" in record or "alarm_risk_level" in record


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "socradar.incident", _FIELDS, {"event.kind": "alert", "event.category": ["threat"], "event.type": ["indicator"]}
    ),
    keys=("alarm_id",),
)
