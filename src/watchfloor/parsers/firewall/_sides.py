"""What records of connections have in common: protocols by number and name, both sides, users, MAC addresses."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import ip_of, split_address

# https://www.iana.org/assignments/protocol-numbers
PROTOCOLS = {
    "icmp": 1,
    "igmp": 2,
    "ipv4": 4,
    "tcp": 6,
    "egp": 8,
    "igp": 9,
    "udp": 17,
    "dccp": 33,
    "ipv6": 41,
    "ipv6-route": 43,
    "ipv6-frag": 44,
    "rsvp": 46,
    "gre": 47,
    "esp": 50,
    "ah": 51,
    "ipv6-icmp": 58,
    "ipv6-nonxt": 59,
    "ipv6-opts": 60,
    "eigrp": 88,
    "ospf": 89,
    "ipip": 94,
    "pim": 103,
    "vrrp": 112,
    "l2tp": 115,
    "sctp": 132,
    "udplite": 136,
}
_NAMES = {str(number): name for name, number in PROTOCOLS.items()}
_NUMBERS = {name: str(number) for name, number in PROTOCOLS.items()}
_ALIASES = {"icmpv6": "ipv6-icmp", "icmp6": "ipv6-icmp", "ipv6icmp": "ipv6-icmp", "igrp": "eigrp", "ipinip": "ipv4"}


def with_transport(frame: pl.DataFrame, name: str = "_transport") -> pl.DataFrame:
    """`network.transport` and `network.iana_number` from a column that holds the protocol's name or number."""
    if name not in frame.columns:
        return frame
    texts = frame[name].cast(pl.String).str.strip_chars().str.to_lowercase().replace(_ALIASES)
    by_number = texts.replace_strict(_NAMES, default=None, return_dtype=pl.String)
    number = pl.select(pl.when(texts.str.contains(r"^\d{1,3}$")).then(texts)).to_series()
    named = pl.select(pl.when(number.is_null()).then(texts)).to_series()
    found = named.fill_null(by_number)
    return frame.drop(name).with_columns(
        found.alias("network.transport"),
        number.fill_null(found.replace_strict(_NUMBERS, default=None, return_dtype=pl.String)).alias(
            "network.iana_number"
        ),
    )


def with_sides(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses of both sides as IP or name, translated ones that differ, and the kind of network."""
    for side in ("source", "destination"):
        named = frame[f"{side}.domain"] if f"{side}.domain" in frame.columns else None
        frame = _translated(split_address(frame, side), side)
        if named is not None:
            frame = frame.with_columns(named.fill_null(frame[f"{side}.domain"]))
    addresses = [frame[f"{side}.ip"] for side in ("source", "destination") if f"{side}.ip" in frame.columns]
    if not addresses:
        return frame
    address = pl.select(pl.coalesce(addresses)).to_series()
    kind = pl.when(address.str.contains(":", literal=True)).then(pl.lit("ipv6")).otherwise(pl.lit("ipv4"))
    known = pl.select(pl.when(address.is_not_null()).then(kind)).to_series()
    if "network.type" in frame.columns:
        known = frame["network.type"].fill_null(known)
    return frame.with_columns(known.alias("network.type"))


def _translated(frame: pl.DataFrame, side: str) -> pl.DataFrame:
    """`<side>.nat.*` from `_<side>_nat` and `_<side>_nat_port`, each where it is not what stood before translation."""
    columns = []
    if f"_{side}_nat" in frame.columns:
        address = ip_of(frame[f"_{side}_nat"])
        columns.append(pl.when(address.ne_missing(frame[f"{side}.ip"])).then(address).alias(f"{side}.nat.ip"))
    if f"_{side}_nat_port" in frame.columns:
        port = frame[f"_{side}_nat_port"].cast(pl.Int64, strict=False)
        before = frame[f"{side}.port"].cast(pl.Int64, strict=False)
        columns.append(pl.when(port.ne_missing(before)).then(port).alias(f"{side}.nat.port"))
    return frame.with_columns(columns).drop(f"_{side}_nat", f"_{side}_nat_port", strict=False)


def with_macs(frame: pl.DataFrame) -> pl.DataFrame:
    """MAC addresses in the form of RFC 7042: `00-00-5E-00-53-23`."""
    names = [name for name in ("source.mac", "destination.mac", "client.mac") if name in frame.columns]
    return frame.with_columns(mac(pl.col(name)).alias(name) for name in names)


def mac(text: pl.Expr) -> pl.Expr:
    """A MAC address of any notation in that of RFC 7042; null when it has not twelve digits."""
    digits = text.str.replace_all(r"[^0-9A-Fa-f]", "").str.to_uppercase()
    pairs = digits.str.replace(r"^(..)(..)(..)(..)(..)(..)$", "${1}-${2}-${3}-${4}-${5}-${6}")
    return pl.when(digits.str.len_bytes() == 12).then(pairs)


def with_users(frame: pl.DataFrame, *, sides: tuple[str, ...] = ("source", "destination")) -> pl.DataFrame:
    r"""`<side>.user.*` out of `_<side>_user`: `LOCAL\name`, `DOMAIN\name`, `name@domain`, a security group behind."""
    for side in sides:
        name = f"_{side}_user"
        if name not in frame.columns:
            continue
        parts = frame[name].str.extract_groups(
            r"^(?:LOCAL\\)?(?:(?P<domain>[^\\@,]+)\\)?(?P<name>[^@,]*?)\$?(?:@(?P<at>[A-Za-z0-9.-]+))?"
            r"(?:, *\d+(?::[^,]*)?)?$"
        )
        who = pl.select(pl.when(~frame[name].str.contains(r"^\d+(?::.*)?$")).then(parts.struct.field("name")))
        whole = frame[name].str.extract(r"^(?:LOCAL\\)?([^\\,\s]+@[A-Za-z0-9.-]+)")
        frame = frame.drop(name).with_columns(
            _first(frame, f"{side}.user.name", _filled(who.to_series())),
            _first(frame, f"{side}.user.domain", parts.struct.field("domain").fill_null(parts.struct.field("at"))),
            _first(frame, f"{side}.user.email", whole),
        )
    return frame


def _filled(texts: pl.Series) -> pl.Series:
    return pl.select(pl.when(texts != "").then(texts)).to_series()


def _first(frame: pl.DataFrame, name: str, values: pl.Series) -> pl.Series:
    return (frame[name].fill_null(values) if name in frame.columns else values).alias(name)


def with_duration(frame: pl.DataFrame, name: str = "_duration") -> pl.DataFrame:
    """`event.duration` in nanoseconds from `H:MM:SS`, `1h:02m:03s`, or seconds."""
    if name not in frame.columns:
        return frame
    parts = frame[name].str.extract_groups(
        r"^(?:(?:(?P<d>\d+)d[: ]?)?(?P<h>\d+)h?[: ])?(?:(?P<m>\d+)m?[: ])?(?P<s>\d+)s?$"
    )
    total = pl.Series([0] * len(frame), dtype=pl.Int64)
    for unit, seconds in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        total += parts.struct.field(unit).cast(pl.Int64, strict=False).fill_null(0) * seconds
    known = parts.struct.field("s").is_not_null()
    duration = pl.select(pl.when(known).then(total * 1_000_000_000)).to_series()
    return frame.drop(name).with_columns(duration.alias("event.duration"))
