"""ISC dhcpd, also on pfSense, OPNsense and Infoblox NIOS: messages of DHCPv4 and DHCPv6, leases, updates of DNS.

A client chooses its name, which stands between parentheses: all behind it is read from the end of the message.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.dhcp._exchange import INFO, IP, IPV4, MAC, action, message, refused, with_client
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_WHO = rf"(?P<client.mac>{MAC})(?: \((?P<dhcp.hostname>.*)\))?"
_IP = rf"(?P<client.ip>{IPV4})"
_VIA = r" via (?P<_via>\S*[^\s:])"
_TAIL = (
    r"(?: relay (?P<_relay>\S+))?(?: lease-duration (?P<dhcp.lease_seconds>\d+))?"
    r"(?: offered-duration (?P<isc_dhcp.offered_seconds>\d+))?(?: \((?P<_why_1>[^()]*)\))?"
    r"(?: TransID (?P<dhcp.transaction_id>[0-9A-Fa-f]+))?(?: uid (?P<dhcp.client_id>[0-9A-Fa-f:]+))?"
    r"(?: \((?P<_why_2>[^()]*)\))?"
)
_END = rf"{_TAIL}\s*$"
_BUT = rf"{_TAIL}: (?P<_why_3>.*)$"
_DUID = r"(?P<dhcp.client_id>\S+)"
_XID = r"transaction ID (?P<dhcp.transaction_id>(?:0x)?[0-9A-Fa-f]+)"
_PEER = rf"(?P<source.ip>{IP}) port (?P<source.port>\d+)"
_SIX = {
    "Solicit": "discover",
    "Advertise": "offer",
    "Request": "request",
    "Renew": "request",
    "Rebind": "request",
    "Confirm": "request",
    "Reply": "ack",
    "Release": "release",
    "Decline": "decline",
    "Information-request": "inform",
}


def _four(regex: str, kind: str) -> tuple[Pattern, ...]:
    """A message as it is, and one that the server adds an objection to."""
    return Pattern(rf"^{regex}{_END}", message(kind)), Pattern(rf"^{regex}{_BUT}", refused(kind))


def _six() -> tuple[Pattern, ...]:
    found = []
    for word, kind in _SIX.items():
        fields: Fields = {**message(kind), "event.action": f"dhcpv6-{word.lower()}", "network.type": "ipv6"}
        found += [
            Pattern(
                rf"^(?:Encapsulated )?{word} message from {_PEER}(?: from client DUID {_DUID})?(?:, {_XID})?\s*$",
                fields,
            ),
            Pattern(
                rf"^{word} (?:(?:NA|TA): address (?P<client.ip>{IP})|PD: prefix (?P<isc_dhcp.prefix>\S+)) to "
                r"client with duid"
                rf" {_DUID} iaid = (?P<isc_dhcp.iaid>-?\d+) (?:valid for (?P<dhcp.lease_seconds>\d+) seconds|.*)$",
                fields,
            ),
            Pattern(rf"^(?:Sending|Encapsulating) {word} (?:message )?to (?:send to )?{_PEER}\s*$", fields),
        ]
    return tuple(found)


_PATTERNS = (
    *_four(rf"DHCPDISCOVER from {_WHO}{_VIA}", "discover"),
    *_four(rf"DHCPOFFER on {_IP} to {_WHO}{_VIA}", "offer"),
    *_four(rf"DHCPREQUEST for {_IP}(?: \((?P<server.ip>{IPV4})\))? from {_WHO}{_VIA}", "request"),
    *_four(rf"DHCPACK on {_IP} to {_WHO}{_VIA}", "ack"),
    Pattern(rf"^DHCPACK to {_IP}(?: \((?P<client.mac>{MAC})\))?{_VIA}", message("ack")),
    *_four(rf"DHCPNAK on {_IP} to {_WHO}{_VIA}", "nak"),
    *_four(rf"DHCPDECLINE of {_IP} from {_WHO}{_VIA}", "decline"),
    *_four(rf"DHCPRELEASE of {_IP} from {_WHO}{_VIA}", "release"),
    *_four(rf"DHCPINFORM from {_IP}{_VIA}", "inform"),
    Pattern(rf"^(?:DHCP)?EXPIRE on {_IP} to {_WHO}\s*$", message("expire")),
    Pattern(rf"^(?:DHCP)?RELEASE on {_IP} to {_WHO}\s*$", message("release")),
    Pattern(rf"^DHCPLEASEQUERY from {_IP}(?: for (?:IP|MAC|client-id) \S+)?(?:: (?P<_why_3>.*))?",
            action("dhcp-leasequery", "connection", "protocol")),
    Pattern(rf"^DHCPLEASE(?:UNKNOWN|ACTIVE|UNASSIGNED) on {_IP}", action("dhcp-leasequery", "connection", "protocol")),
    Pattern(rf"^BOOTREQUEST from {_WHO}{_VIA}: (?P<_why_3>.*)$", refused("request")),
    Pattern(rf"^BOOTREQUEST from {_WHO}{_VIA}", message("request")),
    Pattern(rf"^BOOTREPLY (?:for|on) {_IP} to (?:(?P<dhcp.hostname>.*) \()?(?P<client.mac>{MAC})\)?{_VIA}",
            message("ack")),
    Pattern(rf"^Abandoning IP address {_IP}: (?P<_why_3>.*?)\.?$",
            action("dhcp-lease-abandoned", "connection", "error", outcome="failure")),
    Pattern(rf"^(?P<_why_3>reuse_lease: .*) lease for {_IP}", action("dhcp-lease-reused", "connection", "info")),
    Pattern(rf"^uid lease {_IP} for client (?P<client.mac>{MAC}) (?P<_why_3>is duplicate on .*)$",
            action("dhcp-lease-duplicate", "connection", "error")),
    Pattern(rf"^(?P<_why_3>Dynamic and static leases present) for {_IP}",
            action("dhcp-lease-duplicate", "connection", "error")),
    Pattern(rf"^(?:Added new|Removed) (?:forward map|reverse map) .*?(?P<client.ip>{IPV4})\.?\s*$",
            action("dhcp-dns-update", "info", outcome="success")),
    Pattern(r"^(?:Added new|Added|Removed|removed) (?:forward map|reverse map) ",
            action("dhcp-dns-update", "info", outcome="success")),
    Pattern(
        r"^Unable to (?:add|remove) (?:forward|reverse) map from (?P<dhcp.hostname>\S+) to "
        rf"(?P<client.ip>{IP})(?: by server (?P<server.ip>{IP})#(?P<server.port>\d+))?: (?P<_why_3>.*)$",
        action("dhcp-dns-update", "error", outcome="failure"),
    ),
    Pattern(
        rf"^(?:Forward|Reverse) map (?:from (?P<dhcp.hostname>\S+) to |update for )(?P<client.ip>{IP}) "
        r"(?P<_why_3>FAILED.*|"
        r"abandoned .*)$",
        action("dhcp-dns-update", "error", outcome="failure"),
    ),
    Pattern(  # Infoblox: events of leases
        rf"^r-l-e:{_IP},(?:Issued|Renewed),(?P<dhcp.hostname>.*),(?P<client.mac>{MAC}),(?P<_begin>\d*),(?P<_end>\d*)(?:,.*)?$",
        message("ack"),
    ),
    Pattern(
        rf"^r-l-e:{_IP},(?:Freed|Released|Expired),(?P<dhcp.hostname>.*),(?P<client.mac>{MAC}),\d*,\d*(?:,.*)?$",
        message("release"),
    ),
    Pattern(rf"^r-l-e:{_IP},Abandoned,", action("dhcp-lease-abandoned", "connection", "error", outcome="failure")),
    *_six(),
    Pattern(
        rf"^Relay-forward message from (?P<dhcp.relay_ip>{IP}) port \d+, link address \S+, peer address "
        rf"(?P<source.ip>{IP})",
        action("dhcpv6-relay-forward", "connection", "protocol"),
    ),
    Pattern(rf"^Sending Relay-reply (?:message )?to (?P<dhcp.relay_ip>{IP}) port \d+",
            action("dhcpv6-relay-reply", "connection", "protocol")),
    Pattern(rf"^Client {_DUID} releases address (?P<client.ip>{IP})", message("release")),
    Pattern(rf"^Picking pool (?:address|prefix) (?P<dhcp.assigned_ip>{IP})", INFO),
    Pattern(r"^(?P<isc_dhcp.peer>(?:failover )?peer \S+): (?P<_why_3>.*)$", action("dhcp-failover", "info")),
)  # fmt: skip


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The reason, the relay, the client as source."""
    why = [name for name in ("_why_3", "_why_2", "_why_1") if name in frame.columns]
    if why:
        frame = frame.with_columns(pl.coalesce(why).alias("event.reason")).drop(why)
    if "_begin" in frame.columns:
        begin, end = (pl.col(name).cast(pl.Int64, strict=False) for name in ("_begin", "_end"))
        known = [pl.col("dhcp.lease_seconds").cast(pl.Int64)] if "dhcp.lease_seconds" in frame.columns else []
        length = pl.when(end > begin).then(end - begin)
        frame = frame.with_columns(pl.coalesce(*known, length).alias("dhcp.lease_seconds")).drop("_begin", "_end")
    if "_relay" in frame.columns:
        relay = pl.col("_relay").str.extract(rf"^({IPV4})$")
        frame = frame.with_columns(relay.alias("dhcp.relay_ip")).drop("_relay")
    return with_client(frame)


PARSER = MessageParser(
    reference="https://kb.isc.org/docs/isc-dhcp-44-manual-pages-dhcpd",
    programs=frozenset({"dhcpd", "dhcpd6", "dhcpdv6", "isc-dhcp-server"}),
    patterns=_PATTERNS,
    fields=INFO,
    finish=_finish,
)
