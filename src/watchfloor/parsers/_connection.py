"""What records of connections have in common: both sides, what they were translated to, the protocol, who observed.

Totals and community ids follow from these for all events alike, see `derive`.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import ip_of, split_address, with_macs
from watchfloor.parsers._columns import column
from watchfloor.parsers._times import nanoseconds
from watchfloor.parsers._users import with_domain

PROTOCOLS = {
    "0": "hopopt", "1": "icmp", "2": "igmp", "4": "ipv4", "6": "tcp", "8": "egp", "9": "igp", "17": "udp",
    "33": "dccp", "41": "ipv6", "43": "ipv6-route", "44": "ipv6-frag", "46": "rsvp", "47": "gre", "50": "esp",
    "51": "ah", "58": "ipv6-icmp", "59": "ipv6-nonxt", "60": "ipv6-opts", "88": "eigrp", "89": "ospf", "94": "ipip",
    "103": "pim", "112": "vrrp", "115": "l2tp", "132": "sctp", "136": "udplite",
}  # fmt: skip
"""https://www.iana.org/assignments/protocol-numbers"""
_NUMBERS = {name: number for number, name in PROTOCOLS.items()}
_ALIASES = {"icmpv6": "ipv6-icmp", "icmp6": "ipv6-icmp", "ipv6icmp": "ipv6-icmp", "igrp": "eigrp", "ipinip": "ipv4"}
_SIDES = ("source", "destination")
_NO_ADDRESS = ("0.0.0.0", "::")  # noqa: S104  # how firewalls write that there is none
_NO_MAC = "00-00-00-00-00-00"


def connection(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with both sides, the protocol and the users in ECS's form.

    Scratch columns: `@proto` is the transport protocol by its number or name, `@seconds` a duration.
    """
    frame = with_macs(with_transport(with_sides(frame), "@proto"))
    for side in _SIDES:
        frame = _translated(frame, side)
        if f"{side}.mac" in frame.columns:
            frame = frame.with_columns(frame[f"{side}.mac"].replace({_NO_MAC: None}))
    for name in ("user", "source.user", "destination.user"):
        frame = with_domain(frame, name)
    seconds = nanoseconds(column(frame, "@seconds"))
    if seconds.null_count() < len(seconds):
        given = column(frame, "event.duration").cast(pl.Int64, strict=False)
        frame = frame.with_columns(given.fill_null(seconds).alias("event.duration"))
    return frame.drop("@seconds", strict=False)


def with_transport(frame: pl.DataFrame, name: str = "_transport") -> pl.DataFrame:
    """`network.transport` and `network.iana_number` from a column that holds the protocol's name or number."""
    if name not in frame.columns:
        return frame
    texts = frame[name].cast(pl.String).str.strip_chars().str.to_lowercase().replace(_ALIASES)
    found = texts.replace_strict(PROTOCOLS, default=None, return_dtype=pl.String)
    found = found.fill_null(pl.select(pl.when(texts.str.contains(r"^\D")).then(texts)).to_series())
    number = texts.str.extract(r"^(\d{1,3})$")
    number = number.fill_null(found.replace_strict(_NUMBERS, default=None, return_dtype=pl.String))
    return frame.drop(name).with_columns(
        column(frame, "network.transport").fill_null(found).alias("network.transport"),
        column(frame, "network.iana_number").cast(pl.String).fill_null(number).alias("network.iana_number"),
    )


def with_sides(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses of both sides as IP or name."""
    for side in _SIDES:
        frame = split_address(frame, side)
    return frame


def with_mapped(frame: pl.DataFrame) -> pl.DataFrame:
    """`<side>.nat.*` from `_<side>_nat` and `_<side>_nat_port`, each where it is not what stood before translation.

    For formats that always tell what an address is mapped to, also to itself.
    """
    for side in _SIDES:
        columns = []
        if f"_{side}_nat" in frame.columns:
            address = ip_of(frame[f"_{side}_nat"])
            columns.append(
                pl.when(address.ne_missing(column(frame, f"{side}.ip"))).then(address).alias(f"{side}.nat.ip")
            )
        if f"_{side}_nat_port" in frame.columns:
            port = frame[f"_{side}_nat_port"].cast(pl.Int64, strict=False)
            before = column(frame, f"{side}.port").cast(pl.Int64, strict=False)
            columns.append(pl.when(port.ne_missing(before)).then(port).alias(f"{side}.nat.port"))
        frame = frame.with_columns(columns).drop(f"_{side}_nat", f"_{side}_nat_port", strict=False)
    return frame


def _translated(frame: pl.DataFrame, side: str) -> pl.DataFrame:
    """Translated addresses and ports without those that stand for none."""
    if f"{side}.nat.ip" not in frame.columns:
        return frame
    nat = ip_of(frame[f"{side}.nat.ip"]).replace(dict.fromkeys(_NO_ADDRESS))
    frame = frame.with_columns(nat.alias(f"{side}.nat.ip"))
    if f"{side}.nat.port" in frame.columns:
        port = pl.when(nat.is_not_null() & (pl.col(f"{side}.nat.port") != "0")).then(f"{side}.nat.port")
        frame = frame.with_columns(port.alias(f"{side}.nat.port"))
    return frame


def observer(frame: pl.DataFrame, vendor: str, product: str, kind: str = "firewall") -> pl.DataFrame:
    """The frame with who observed."""
    return frame.with_columns(
        pl.lit(vendor).alias("observer.vendor"),
        pl.lit(product).alias("observer.product"),
        pl.lit(kind).alias("observer.type"),
    )
