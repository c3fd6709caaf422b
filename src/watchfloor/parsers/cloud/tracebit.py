"""Tracebit's alerts: somebody used a canary."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.tracebit.com/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "message": ("message", "rule.name"),
    "event.operation": "event.action",
    "event.request.ip": "source.address",
    "event.request.user_agent.raw": "user_agent.original",
    "principal.name": "user.name",
    "tracebit_portal_url": "event.url",
    "severity": "log.level",
    "canary.aws.account_id": "cloud.account.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "canary" in record or "canary_credential" in record or "tracebit_portal_url" in record


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "tracebit", _FIELDS, {"event.kind": "alert", "event.category": ["intrusion_detection"], "event.type": ["info"]}
    ),
    keys=("alert_id",),
)
