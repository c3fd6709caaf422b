"""Zoom's operation and sign-in reports."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser
from watchfloor.parsers.cloud._verbs import meaning

REFERENCE = "https://developers.zoom.us/docs/api/rest/reference/zoom-api/methods/#operation/reportOperationLogs"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "time": "_time",
    "action": "event.action",
    "category_type": "event.provider",
    "operation_detail": "message",
    "operator": "user.email",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "operation_detail" in record or "category_type" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    detail = record.get("category_type")
    categories, types = meaning(f"{record.get('action')} {detail}", ("configuration",))
    return {"event.category": list(categories), "event.type": list(types)}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("zoom.operation", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
    keys=("action",),
)
