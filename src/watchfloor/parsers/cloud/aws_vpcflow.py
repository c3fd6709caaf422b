"""AWS VPC flow logs as JSON, as data lakes keep them."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers._connection import PROTOCOLS
from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "end": "_time",
    "start": "_time",
    "p_event_time": "_time",
    "srcAddr": "source.address",
    "srcPort": "source.port",
    "dstAddr": "destination.address",
    "dstPort": "destination.port",
    "protocol": "network.iana_number",
    "bytes": ("network.bytes", "source.bytes"),
    "packets": ("network.packets", "source.packets"),
    "action": "event.action",
    "account": "cloud.account.id",
    "accountId": "cloud.account.id",
    "region": "cloud.region",
    "azId": "cloud.availability_zone",
    "instanceId": "cloud.instance.id",
    "interfaceId": "observer.ingress.interface.id",
    "flowDirection": "network.direction",
}
_TYPES = {"ACCEPT": "allowed", "REJECT": "denied"}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has both addresses and no other system's names."""
    return "dstPort" in record or "flowDirection" in record or "interfaceId" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    kind = _TYPES.get(str(record.get("action")))
    return {
        "event.type": ["connection", kind] if kind else ["connection"],
        "network.transport": PROTOCOLS.get(str(record.get("protocol"))),
    }


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "aws.vpcflow",
        _FIELDS,
        {"event.kind": "event", "event.category": ["network"], "cloud.provider": "aws"},
        beyond=_beyond,
    ),
    keys=("srcAddr", "dstAddr"),
)
