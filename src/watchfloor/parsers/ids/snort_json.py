"""Snort 3's alerts as JSON (`alert_json`), whichever of its fields are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._address import endpoint, mac_of
from watchfloor.parsers.cloud._layout import Layout
from watchfloor.parsers.plugin import JsonParser

REFERENCE = "https://github.com/snort3/snort3/blob/master/src/loggers/alert_json.cc"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "seconds": "_time",
    "src_addr": "source.address",
    "src_port": "source.port",
    "src_ap": "source.address",
    "dst_addr": "destination.address",
    "dst_port": "destination.port",
    "dst_ap": "destination.address",
    "sid": "rule.id",
    "msg": ("rule.name", "message"),
    "class": "rule.category",
    "rev": "rule.version",
    "priority": "event.severity",
    "action": "event.action",
    "iface": "observer.ingress.interface.name",
    "service": "network.protocol",
    "client_bytes": "source.bytes",
    "server_bytes": "destination.bytes",
    "client_pkts": "source.packets",
    "server_pkts": "destination.packets",
    "vlan": "network.vlan.id",
    "target": "destination.domain",
}
_DENIED = frozenset({"block", "drop", "reject", "reset", "react"})


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has a rule's name or number and the addresses as Snort names them."""
    rule = "rule" in record or "sid" in record or ("msg" in record and "gid" in record)
    return rule and ("src_ap" in record or "src_addr" in record or "pkt_num" in record or "dst_ap" in record)


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    action, proto, rule = record.get("action"), record.get("proto"), record.get("rule")
    found: dict[str, Any] = {"event.type": ["denied" if str(action) in _DENIED else "allowed"]}
    if type(proto) is str:
        found["network.transport"] = proto.lower()
    if type(rule) is str and rule.count(":") == 2 and "sid" not in record:
        _, found["rule.id"], found["rule.version"] = rule.split(":")
    for side, own in (("source", "eth_src"), ("destination", "eth_dst")):
        found[f"{side}.mac"] = mac_of(record.get(own))
    pairs = (("network.bytes", "client_bytes", "server_bytes"), ("network.packets", "client_pkts", "server_pkts"))
    for name, one, other in pairs:
        values = (record.get(one), record.get(other))
        if type(values[0]) is int and type(values[1]) is int:
            found[name] = values[0] + values[1]
    if record.get("vlan") == 0:
        found["network.vlan.id"] = ""
    for side, own in (("source", "src_ap"), ("destination", "dst_ap")):
        given = record.get(own)
        if type(given) is str and given.count(":") > 1:
            address, port = endpoint(given, ported=True)
            found[f"{side}.address"] = address
            found[f"{side}.port"] = port if port != "0" else None
    return found


_LAYOUT = Layout(
    "snort.alert",
    _FIELDS,
    {"event.kind": "alert", "event.category": ["network", "intrusion_detection"]},
    beyond=_beyond,
)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The alerts as columns; a time without a year is the sensor's own."""
    frame = _LAYOUT.parse(records, wanted)
    times = pl.Series([str(record.get("timestamp") or "") for record in records])
    short = times.str.to_datetime("%y/%m/%d-%H:%M:%S%.f", time_unit="us", strict=False)
    parts = times.str.extract_groups(r"^(\d\d)/(\d\d)-(\d\d:\d\d:\d\d(?:\.\d+)?)\s*$").struct
    month = parts.field("1").replace_strict(
        {
            f"{n:02}": name
            for n, name in enumerate(
                ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
            )
        },
        default=None,
        return_dtype=pl.String,
    )
    yearless = month + " " + parts.field("2") + " " + parts.field("3")
    return frame.with_columns(short.alias("@local"), yearless.alias("_yearless"))


PARSER = JsonParser(reference=REFERENCE, claims=claims, parse=parse)
