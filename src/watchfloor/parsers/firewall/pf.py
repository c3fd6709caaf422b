"""pf, as tcpdump prints what pflog recorded: the rule, what it did, the packet."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._connection import with_sides, with_transport
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_PACKET: Fields = {
    "event.kind": "event",
    "event.category": ["network"],
    "observer.type": "firewall",
    "observer.product": "pf",
}
_TIME = (
    r"^(?:(?:(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?|\d{10}\.\d{1,6}|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d"
    r":\d\d\.\d{6})"
    r"|\d\d:\d\d:\d\d\.\d+) )?"
)
_RULE = (
    r"rule (?P<rule.id>[^\s/]+)(?:/\d*)?(?:\((?P<event.reason>[a-z-]+)\))?(?: \[[^\]]*\])?:?"
    r"(?: (?P<event.action>block|pass|match|scrub|rdr|nat|binat|unkn\(\d+\)) (?P<_direction>in|out) on"
    r" (?P<observer.ingress.interface.name>[^\s:]+):)"
)
_IP4 = r"\d{1,3}(?:\.\d{1,3}){3}"
_IP6 = r"[0-9A-Fa-f]*:[0-9A-Fa-f:.%\w]*?"
_SIDES = (
    rf" (?:\([^)]*\) ?)?(?:IP6? )?(?:\(.*?\)\s+)?(?P<source.address>{_IP4}|{_IP6})(?:\.(?P<source.port>\d+))? >"
    rf" (?P<destination.address>{_IP4}|{_IP6})(?:\.(?P<destination.port>\d+))?: (?P<_rest>(?s:.*))$"
)
_DIRECTIONS = {"in": "inbound", "out": "outbound"}
_DID = {"block": "denied", "pass": "allowed", "rdr": "allowed", "nat": "allowed", "binat": "allowed"}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    rest = frame["_rest"]
    ports = frame["source.port"] if "source.port" in frame.columns else pl.Series([None] * len(frame), dtype=pl.Int64)
    said = rest.str.extract(r"(?i)\b(icmp6|icmp|igmp|esp|ah|gre|carp|pfsync|ospf|tcp|udp)\b").str.to_lowercase()
    tcp = rest.str.contains(r"^(?:Flags \[|[SFRPWE.]+ (?:\d|ack|\[)|tcp )")
    transport = pl.when(ports.is_not_null() & tcp).then(pl.lit("tcp")).when(ports.is_not_null()).then(pl.lit("udp"))
    length = rest.str.extract(r"\b(?:length|len) (\d+)").cast(pl.Int64, strict=False)
    did = frame["event.action"].replace_strict(_DID, default=None, return_dtype=pl.String)
    kinds = pl.when(did.is_not_null()).then(pl.concat_list(pl.lit("connection"), did))
    frame = frame.with_columns(
        transport.otherwise(said).alias("_transport"),
        length.alias("pf.length"),
        frame["_direction"].replace_strict(_DIRECTIONS, default=None).alias("network.direction"),
        kinds.otherwise(pl.lit(["connection"])).alias("event.type"),
        pl.when(did == "denied")
        .then(pl.lit("failure"))
        .when(did == "allowed")
        .then(pl.lit("success"))
        .alias("event.outcome"),
    )
    return with_sides(with_transport(frame))


PARSER = LineParser(
    reference="https://man.openbsd.org/pflog.4",
    patterns=(Pattern(rf"{_TIME}{_RULE}{_SIDES}", _PACKET),),
    times=("%Y-%m-%d %H:%M:%S%.f", "%s%.f"),
    sieve=r"^(?:[A-Z][a-z]{2} [ \d]\d |[\d-]+ )?(?:[\d:.]+ )?rule \S+ ?(?:\[[^\]]*\])?:? "
    r"(?:block|pass|match|scrub|rdr|nat|binat|unkn\(\d+\)) (?:in|out) on ",
    finish=_finish,
)
