"""What DHCP records have in common: kinds of messages, the client's addresses, who is the server.

`client.*` is who the message is about; `source.ip` is filled only where the server has given or knows the address.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import ip_of, mac
from watchfloor.parsers.plugin import Fields

IPV4 = r"\d{1,3}(?:\.\d{1,3}){3}"
IP = rf"(?:{IPV4}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)"
MAC = r"[0-9A-Fa-f]{1,2}(?:[:-][0-9A-Fa-f]{1,2}){5,19}"
_TYPES = {
    "ack": ["allowed", "connection", "protocol"],
    "release": ["connection", "end"],
    "expire": ["connection", "end"],
    "nak": ["connection", "denied", "protocol"],
    "decline": ["connection", "denied", "protocol"],
}
_OUTCOMES = {"ack": "success", "nak": "failure", "decline": "failure"}
_KNOWN = ("ack", "release", "expire", "inform")
"""Messages whose address is the client's own."""
DHCP: Fields = {"event.category": ["network"], "network.protocol": "dhcp"}
INFO: Fields = {**DHCP, "event.type": ["info"]}
_DENIED = ["connection", "denied", "protocol"]


def message(kind: str) -> Fields:
    """Fields of a DHCP message: discover, offer, request, ack, nak, decline, release, inform or expire."""
    fields: dict[str, str | int | list[str]] = {
        **DHCP,
        "event.type": _TYPES.get(kind, ["connection", "protocol"]),
        "event.action": f"dhcp-{kind}",
        "dhcp.type": kind,
    }
    if kind in _OUTCOMES:
        fields["event.outcome"] = _OUTCOMES[kind]
    return fields


def refused(kind: str) -> Fields:
    """Fields of a message that the server does not answer, or answers with a refusal."""
    return {**message(kind), "event.type": _DENIED, "event.outcome": "failure"}


def action(name: str, *types: str, outcome: str = "") -> Fields:
    """Fields of another event of a DHCP server or client."""
    return {**DHCP, "event.type": [*types], "event.action": name, **({"event.outcome": outcome} if outcome else {})}


def with_client(frame: pl.DataFrame) -> pl.DataFrame:
    """MAC addresses as ECS writes them, the client as source, the server as destination.

    `_via` is the interface, or the address of the relay.
    """
    derived = []
    if "client.mac" in frame.columns:
        address = mac(pl.col("client.mac"))
        derived += [address.alias("client.mac"), address.alias("source.mac")]
    if "client.ip" in frame.columns and "dhcp.type" in frame.columns:
        kind, address = pl.col("dhcp.type"), pl.col("client.ip")
        assigned = pl.when(kind.is_in(["offer", "ack"])).then(address)
        asked = pl.when(kind.is_in(["discover", "request", "nak"])).then(address)
        for name, value in (("dhcp.assigned_ip", assigned), ("dhcp.requested_ip", asked)):
            known = [pl.col(name)] if name in frame.columns else []
            derived.append(pl.coalesce(*known, value).alias(name))
        known = [pl.col("source.ip")] if "source.ip" in frame.columns else []
        derived.append(pl.coalesce(*known, pl.when(kind.is_in(_KNOWN)).then(address)).alias("source.ip"))
    if "server.mac" in frame.columns:
        derived.append(mac(pl.col("server.mac")).alias("server.mac"))
    if "server.ip" in frame.columns:
        derived.append(pl.col("server.ip").alias("destination.ip"))
    for name in ("ip", "port"):
        if f"source.{name}" in frame.columns:
            known = [pl.col(f"client.{name}")] if f"client.{name}" in frame.columns else []
            derived.append(pl.coalesce(*known, f"source.{name}").alias(f"client.{name}"))
    frame = frame.with_columns(derived)
    if "_via" in frame.columns:
        addresses = ip_of(frame["_via"]).alias("_relay")
        known = [pl.col("dhcp.relay_ip")] if "dhcp.relay_ip" in frame.columns else []
        frame = frame.with_columns(addresses).with_columns(
            pl.coalesce(*known, "_relay").alias("dhcp.relay_ip"),
            pl.when(pl.col("_relay").is_null()).then("_via").alias("observer.ingress.interface.name"),
        )
        frame = frame.drop("_via", "_relay")
    return frame
