"""Flow records as JSON: nfdump, ipfixcol2, goflow2, pmacct and collectors that use the names of IPFIX elements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers.network._flowrecord import flow
from watchfloor.parsers.plugin import JsonParser

_IPFIX: dict[str, Target] = {
    "sourceIPv4Address": "source.address", "sourceIPv6Address": "source.address",
    "destinationIPv4Address": "destination.address", "destinationIPv6Address": "destination.address",
    "sourceTransportPort": "source.port", "destinationTransportPort": "destination.port",
    "protocolIdentifier": "@proto", "octetDeltaCount": "source.bytes", "packetDeltaCount": "source.packets",
    "octetTotalCount": "source.bytes", "packetTotalCount": "source.packets",
    "flowStartMilliseconds": "@start", "flowEndMilliseconds": "@end", "flowStartSeconds": "@start",
    "flowEndSeconds": "@end",
    "flowStartMicroseconds": "@start", "flowEndMicroseconds": "@end", "flowStartNanoseconds": "@start",
    "flowEndNanoseconds": "@end",
    "ingressInterface": "observer.ingress.interface.id", "egressInterface": "observer.egress.interface.id",
    "sourceMacAddress": "source.mac", "destinationMacAddress": "destination.mac", "vlanId": "network.vlan.id",
    "postNATSourceIPv4Address": "source.nat.ip", "postNATDestinationIPv4Address": "destination.nat.ip",
    "postNAPTSourceTransportPort": "source.nat.port", "postNAPTDestinationTransportPort": "destination.nat.port",
    "bgpSourceAsNumber": "source.as.number", "bgpDestinationAsNumber": "destination.as.number",
    "exporterIPv4Address": "observer.ip", "applicationName": "network.application",
}  # fmt: skip
_NFDUMP: dict[str, Target] = {
    "src4_addr": "source.address", "src6_addr": "source.address", "dst4_addr": "destination.address",
    "dst6_addr": "destination.address", "src_port": "source.port", "dst_port": "destination.port", "proto": "@proto",
    "in_packets": "source.packets", "in_bytes": "source.bytes", "out_packets": "destination.packets",
    "out_bytes": "destination.bytes", "first": "@start", "last": "@end", "t_first": "@start", "t_last": "@end",
    "received": "@received",
    "input_snmp": "observer.ingress.interface.id", "output_snmp": "observer.egress.interface.id",
    "in_src_mac": "source.mac", "in_dst_mac": "destination.mac", "src_xlt_ip": "source.nat.ip",
    "dst_xlt_ip": "destination.nat.ip", "src_xlt_port": "source.nat.port", "dst_xlt_port": "destination.nat.port",
    "ip4_router": "observer.ip", "ip6_router": "observer.ip",
}  # fmt: skip
_GOFLOW: dict[str, Target] = {
    "src_addr": "source.address", "dst_addr": "destination.address", "SrcAddr": "source.address",
    "DstAddr": "destination.address", "SrcPort": "source.port", "DstPort": "destination.port", "Proto": "@proto",
    "bytes": "source.bytes", "packets": "source.packets", "Bytes": "source.bytes", "Packets": "source.packets",
    "time_flow_start_ns": "@start", "time_flow_end_ns": "@end", "TimeFlowStart": "@start", "TimeFlowEnd": "@end",
    "time_flow_start": "@start", "time_flow_end": "@end", "time_received_ns": "@received", "TimeReceived": "@received",
    "sampler_address": "observer.ip", "SamplerAddress": "observer.ip", "in_if": "observer.ingress.interface.id",
    "out_if": "observer.egress.interface.id", "InIf": "observer.ingress.interface.id",
    "OutIf": "observer.egress.interface.id",
    "src_mac": "source.mac", "dst_mac": "destination.mac", "src_as": "source.as.number",
    "dst_as": "destination.as.number",
}  # fmt: skip
_PMACCT: dict[str, Target] = {
    "ip_src": "source.address", "ip_dst": "destination.address", "port_src": "source.port",
    "port_dst": "destination.port",
    "ip_proto": "@proto", "timestamp_start": "@start", "timestamp_end": "@end", "stamp_inserted": "@received",
    "mac_src": "source.mac", "mac_dst": "destination.mac", "iface_in": "observer.ingress.interface.id",
    "iface_out": "observer.egress.interface.id", "as_src": "source.as.number", "as_dst": "destination.as.number",
    "peer_ip_src": "observer.ip", "vlan": "network.vlan.id",
    "country_ip_src": "source.geo.country_iso_code", "country_ip_dst": "destination.geo.country_iso_code",
    "lat_ip_src": "source.geo.location.lat", "lat_ip_dst": "destination.geo.location.lat",
    "lon_ip_src": "source.geo.location.lon", "lon_ip_dst": "destination.geo.location.lon",
}  # fmt: skip
_FIELDS = {**_IPFIX, **{f"netflow.{name}": target for name, target in _IPFIX.items()}, **_NFDUMP, **_GOFLOW, **_PMACCT}
_MARKS = (
    frozenset({"src4_addr", "dst4_addr"}), frozenset({"src6_addr", "dst6_addr"}), frozenset({"ip_src", "ip_dst",
    "ip_proto"}),
    frozenset({"src_addr", "dst_addr", "sampler_address"}), frozenset({"SrcAddr", "DstAddr", "SamplerAddress"}),
    frozenset({"sourceIPv4Address", "destinationIPv4Address"}), frozenset({"sourceIPv6Address",
    "destinationIPv6Address"}),
    frozenset({"src_addr", "dst_addr", "time_received_ns"}),
)  # fmt: skip


def _plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record by the elements' bare names: `iana:protocolIdentifier` and `ipfix.protocolIdentifier` alike."""
    return {name.removeprefix("iana:").removeprefix("ipfix."): value for name, value in record.items()}


def claims(record: Mapping[str, Any]) -> bool:
    """Whether it is a flow record of one of these collectors."""
    if record.get("@type") == "ipfix.entry":
        return True
    names = record.keys()
    return any(mark <= names for mark in _MARKS)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    return flow(mapped([_plain(record) for record in records], _FIELDS, vendor="netflow", wanted=wanted))


PARSER = JsonParser(
    reference="https://www.iana.org/assignments/ipfix/ipfix.xhtml",
    claims=claims,
    parse=parse,
)
