"""Zscaler Internet Access' audit log of administrators, as NSS ships it."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://help.zscaler.com/zia/nss-feed-output-format-admin-audit-logs"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "event.time": "_time",
    "event.action": "event.action",
    "event.adminid": "user.email",
    "event.clientip": "source.address",
    "event.category": "event.provider",
    "event.subcategory": "orchestrator.resource.type",
    "event.resource": "orchestrator.resource.name",
    "event.result": "event.outcome",
    "event.errorcode": "error.code",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    inner = record["event"]
    return type(inner) is dict and ("adminid" in inner or "auditlogtype" in inner)


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "zscaler_zia.audit",
        _FIELDS,
        {"event.kind": "event"},
        categories=("configuration",),
        times=("%a %b %d %H:%M:%S %Y",),
    ),
    keys=("event", "sourcetype"),
)
