"""dnsmasq's DHCP server and router advertisements, whichever name the syslog tag has."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.dhcp._exchange import INFO, IP, IPV4, action, message, with_client
from watchfloor.parsers.plugin import MessageParser, Pattern

_XID = r"(?:(?P<_xid>\d+) )?"
_VIA = r"\((?P<_via>[^)\s]+)\)"
# Longer ones are the DUIDs of DHCPv6.
_CLIENT = r"(?P<client.mac>(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2})"
_SIX = r"(?P<dhcp.client_id>(?:[0-9A-Fa-f]{2}:){5,}[0-9A-Fa-f]{2})"
_KINDS = {
    "DISCOVER": "discover",
    "OFFER": "offer",
    "REQUEST": "request",
    "ACK": "ack",
    "NAK": "nak",
    "DECLINE": "decline",
    "RELEASE": "release",
    "INFORM": "inform",
}
_SIX_KINDS = {
    "SOLICIT": "discover",
    "ADVERTISE": "offer",
    "REQUEST|RENEW|REBIND|CONFIRM": "request",
    "REPLY": "ack",
    "DECLINE": "decline",
    "RELEASE": "release",
    "INFORMATION-REQUEST": "inform",
}
_TAIL = r"(?: +(?P<_text>.*?))?\s*$"


def _named() -> tuple[Pattern, ...]:
    found = []
    for word, kind in _KINDS.items():
        found.append(Pattern(rf"^{_XID}DHCP{word}{_VIA} (?:(?P<client.ip>{IPV4}) )?{_CLIENT}{_TAIL}", message(kind)))
        found.append(Pattern(rf"^{_XID}DHCP{word}{_VIA} (?P<client.ip>{IPV4}){_TAIL}", message(kind)))
    for words, kind in _SIX_KINDS.items():
        fields = {**message(kind), "network.type": "ipv6"}
        found.append(Pattern(rf"^{_XID}DHCP(?:v6-)?(?:{words}){_VIA} (?:(?P<client.ip>{IP}) )?{_SIX}{_TAIL}", fields))
    return tuple(found)


_PATTERNS = (
    *_named(),
    Pattern(rf"^{_XID}BOOTP{_VIA} (?:(?P<client.ip>{IPV4}) )?{_CLIENT}{_TAIL}", message("request")),
    Pattern(rf"^RTR-(?:ADVERT|SOLICIT){_VIA} {_CLIENT}\s*$", action("router-solicitation", "connection", "protocol")),
    Pattern(rf"^RTR-(?:ADVERT|SOLICIT){_VIA} (?P<source.ip>{IP})",
            action("router-advertisement", "connection", "protocol")),
    Pattern(rf"^SLAAC-CONFIRM{_VIA} (?P<client.ip>{IP})(?: (?P<dhcp.hostname>\S+))?",
            action("slaac-confirm", "connection", "protocol")),
    Pattern(rf"^{_XID}client provides name: (?P<dhcp.hostname>.*?)\s*$", INFO),
    Pattern(rf"^{_XID}vendor class: (?P<dnsmasq.vendor_class>.*?)\s*$", INFO),
    Pattern(rf"^{_XID}(?P<event.reason>no address range available for DHCPv?6? request) (?:via )?(?P<_via>\S+)?",
            action("dhcp-lease-failed", "connection", "denied", outcome="failure")),
    Pattern(rf"^(?P<event.reason>abandoning lease) to {_CLIENT} of (?P<client.ip>{IPV4})",
            action("dhcp-lease-abandoned", "connection", "error")),
    Pattern(rf"^(?P<event.reason>not using configured address) (?P<client.ip>{IPV4})", INFO),
    Pattern(rf"^{_XID}(?P<dnsmasq.message>.*)$", INFO),
)  # fmt: skip
_OBJECTION = r"(?:no address|address|wrong|lease|not|unknown|no lease|static|ignored|disabled|no leases|in use)"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The transaction in hexadecimal, the client's name, or the server's objection, which follow the address."""
    if "_xid" in frame.columns:
        values = frame["_xid"].cast(pl.Int64, strict=False).to_list()
        hexes = [None if value is None else f"0x{value:08x}" for value in values]
        frame = frame.drop("_xid").with_columns(pl.Series("dhcp.transaction_id", hexes, dtype=pl.String))
    if "_text" in frame.columns:
        kind, text = pl.col("dhcp.type"), pl.col("_text")
        objected = kind.is_in(["nak", "decline", "discover"]) | text.str.contains(rf"^{_OBJECTION} ")
        known = {name: [pl.col(name)] if name in frame.columns else [] for name in ("dhcp.hostname", "event.reason")}
        frame = frame.with_columns(
            pl.coalesce(*known["dhcp.hostname"], pl.when(~objected).then(text)).alias("dhcp.hostname"),
            pl.coalesce(*known["event.reason"], pl.when(objected).then(text)).alias("event.reason"),
        ).drop("_text")
    return with_client(frame)


_DETAILS = (
    r"\d+ (?:available DHCP (?:range|subnet)s?|vendor class|user class|client provides name|tags|requested options"
    r"|next server|sent size|broadcast response|bootfile name|server name|client MAC address|DUID|reply flags)\b"
)
PARSER = MessageParser(
    reference="https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html",
    starts=(
        r"^(?:(?:\d+ )?(?:DHCP(?:v6-)?[A-Z-]{3,20}|BOOTP)\([^)\s]+\) |(?:RTR-(?:ADVERT|SOLICIT)"
        r"|SLAAC-CONFIRM)\([^)\s]+\) "
        rf"|{_DETAILS}|DHCP(?:v6)?, (?:IP range|static leases only|sockets bound|relay|proxy)|router advertisement on "
        r"|IPv6 router advertisement enabled|no address range available for DHCP|abandoning lease to "
        r"|not using configured address |read /etc/ethers)"
    ),
    programs=frozenset({"dnsmasq-dhcp"}),
    patterns=_PATTERNS,
    fields=INFO,
    finish=_finish,
)
