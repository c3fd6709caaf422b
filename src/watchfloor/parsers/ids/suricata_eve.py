"""Suricata's EVE log: alerts, flows, transactions of all protocols, anomalies, drops and statistics as JSON."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser
from watchfloor.parsers.ids import _eve
from watchfloor.parsers.ids._eve_fields import FIELDS

REFERENCE = "https://docs.suricata.io/en/latest/output/eve/eve-json-format.html"
_EMPTY = frozenset({"", "<empty>", "<none>"})


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is one of EVE: it says so by its type and carries Suricata's names beside it."""
    kind = record.get("event_type")
    return type(kind) is str and (
        kind in record
        or ("src_ip" in record and "proto" in record)
        or (kind in _eve.KINDS and type(record.get("timestamp")) is str and "flow_id" in record)
    )


PARSER = parser(
    REFERENCE,
    claims,
    Layout("suricata.eve", FIELDS, beyond=_eve.beyond, times=("%m/%d/%Y-%H:%M:%S%.f",), empty=_EMPTY),
    keys=("event_type", "timestamp"),
)
