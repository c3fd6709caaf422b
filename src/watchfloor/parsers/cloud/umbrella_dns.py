"""Cisco Umbrella's DNS log as JSON."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.umbrella.com/deployment-umbrella/docs/dns-log-formats"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "action": "event.action",
    "internalIp": "source.address",
    "externalIp": "source.nat.ip",
    "domain": "dns.question.name",
    "queryType": "dns.question.type",
    "responseCode": "dns.response_code",
    "policyIdentity": "user.name",
    "categories": "rule.category",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "internalIp" in record or "externalIp" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    denied = str(record["action"]).lower().startswith("block")
    name, kind = record.get("domain"), record.get("queryType")
    return {
        "event.type": ["protocol", "denied" if denied else "allowed"],
        "dns.question.type": kind.rpartition("(")[2].rstrip(")") if type(kind) is str else None,
        "dns.question.name": name.rstrip(".") if type(name) is str else None,
    }


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "cisco.umbrella",
        _FIELDS,
        {"event.kind": "event", "event.category": ["network"], "network.protocol": "dns"},
        beyond=_beyond,
    ),
    keys=("domain", "action"),
)
