"""Orca's alerts."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.orcasecurity.io/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "last_seen": "_time",
    "created_at": "_time",
    "p_event_time": "_time",
    "alert_source": "event.provider",
    "type": "rule.name",
    "title": "message",
    "details": "rule.description",
    "account_name": "cloud.account.name",
    "asset_name": "host.name",
    "severity": "log.level",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "asset_category" in record or "account_name" in record


PARSER = parser(
    REFERENCE,
    claims,
    Layout("orca.alert", _FIELDS, {"event.kind": "alert", "event.category": ["vulnerability"], "event.type": ["info"]}),
    keys=("alert_labels",),
)
