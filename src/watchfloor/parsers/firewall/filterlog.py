"""pfSense and OPNsense filter logs: one packet per line, comma-separated, with columns by IP version and protocol."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._connection import with_sides
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_PACKET: Fields = {
    "event.kind": "event",
    "event.category": ["network"],
    "event.provider": "filterlog",
    "observer.type": "firewall",
}
_V4: Fields = {**_PACKET, "network.type": "ipv4"}
_V6: Fields = {**_PACKET, "network.type": "ipv6"}
_NUMBER = r"\d*"
_RULE = (
    r"^(?P<pfsense.rule_number>\d*),(?P<pfsense.sub_rule>[^,]*),(?P<pfsense.anchor>[^,]*),(?P<rule.id>[^,]*),"
    r"(?P<observer.ingress.interface.name>[^,]*),(?P<event.reason>[^,]*),(?P<event.action>[a-z]+),"
    r"(?P<_direction>in|out|in/out|unkn\(\d+\)),"
)
_HEADER4 = (
    r"4,(?P<pfsense.ip.tos>[^,]*),(?P<pfsense.ip.ecn>[^,]*),(?P<pfsense.ip.ttl>\d*),(?P<pfsense.ip.id>\d*),"
    r"(?P<pfsense.ip.offset>\d*),(?P<pfsense.ip.flags>[^,]*),(?P<network.iana_number>\d*),(?P<network.transport>[^,]*),"
)
_HEADER6 = (
    r"6,(?P<pfsense.ip.tos>[^,]*),(?P<pfsense.ip.flow_label>[^,]*),(?P<pfsense.ip.ttl>\d*),"
    r"(?P<network.transport>[^,]*),(?P<network.iana_number>\d*),"
)
_SIDES = r"(?P<network.bytes>\d*),(?P<source.address>[0-9A-Fa-f.:%\w]*),(?P<destination.address>[0-9A-Fa-f.:%\w]*)"
_REST = r"(?:,(?P<_rest>.*))?$"
_TCP = (
    r"^(?P<source.port>\d+),(?P<destination.port>\d+),(?P<pfsense.length>\d*),(?P<pfsense.tcp.flags>[A-Z]*),"
    r"(?P<pfsense.tcp.seq>\d*)(?::\d*)?,(?P<pfsense.tcp.ack>[\d:]*),(?P<pfsense.tcp.window>\d*),(?P<pfsense.tcp.urg>[^,]*),"
    r"(?P<pfsense.tcp.options>.*)$"
)
_PORTS = r"^(?P<source.port>\d+),(?P<destination.port>\d+),(?P<pfsense.length>\d*)"
_ICMP = r"^(?P<pfsense.icmp.type>[a-z]+)(?:,(?P<pfsense.icmp.details>.*))?$"
_CARP = (
    r"^(?P<pfsense.carp.type>advertise|[a-z]+),(?P<pfsense.carp.ttl>\d+),(?P<pfsense.carp.vhid>\d+),"
    r"(?P<pfsense.carp.version>\d+),(?P<pfsense.carp.advbase>\d+),(?P<pfsense.carp.advskew>\d+)"
)
_ACTIONS = {"block": "denied", "reject": "denied", "pass": "allowed", "rdr": "allowed", "nat": "allowed"}
_NEEDED = ("network.transport", "event.action", "_direction", "_rest", "source.address", "destination.address")
_DIRECTIONS = {"in": "inbound", "out": "outbound"}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    absent = [name for name in _NEEDED if name not in frame.columns]  # where no line of a batch fits a pattern
    frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in absent)
    frame = _with_rest(frame).with_columns(
        pl.col("network.transport").str.to_lowercase().replace({"icmpv6": "ipv6-icmp"}),
        pl.col("_direction").replace_strict(_DIRECTIONS, default=None).alias("network.direction"),
    )
    did = pl.col("event.action").replace_strict(_ACTIONS, default=None, return_dtype=pl.String)
    kinds = pl.when(did.is_not_null()).then(pl.concat_list(pl.lit("connection"), did))
    return with_sides(frame).with_columns(
        kinds.otherwise(pl.concat_list(pl.lit("connection"))).alias("event.type"),
        pl.when(did == "denied")
        .then(pl.lit("failure"))
        .when(did == "allowed")
        .then(pl.lit("success"))
        .alias("event.outcome"),
    )


def _with_rest(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that the transport protocol has of its own."""
    regexes = {"tcp": _TCP, "udp": _PORTS, "sctp": _PORTS, "icmp": _ICMP, "icmpv6": _ICMP, "carp": _CARP, "vrrp": _CARP}
    parts = []
    for (protocol,), part in frame.partition_by("network.transport", as_dict=True).items():
        regex = regexes.get(str(protocol).lower(), "^()")
        found = part["_rest"].str.extract_groups(regex).struct.unnest()
        parts.append(part.hstack(found.with_columns(pl.when(pl.all() != "").then(pl.all()).name.keep())))
    return pl.concat(parts, how="diagonal_relaxed")


PARSER = MessageParser(
    reference="https://docs.netgate.com/pfsense/en/latest/monitoring/logs/raw-filter-format.html",
    patterns=(
        Pattern(rf"{_RULE}{_HEADER4}{_SIDES}{_REST}", _V4),
        Pattern(rf"{_RULE}{_HEADER6}{_SIDES}{_REST}", _V6),
        Pattern(rf"{_RULE}(?P<network.type>){_REST.replace('?:,', '?:,?')}", _PACKET),
    ),
    programs=frozenset({"filterlog"}),
    starts=r"^\d*,[^,]*,[^,]*,[^,]*,[^,]*,[a-z-]+,(?:block|pass|reject|match|rdr|nat|scrub|binat|unkn\(\d+\)),(?:in|out|in/out),[46],",
    fields={**_PACKET, "event.type": ["info"]},
    finish=_finish,
)
