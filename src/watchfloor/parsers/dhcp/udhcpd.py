"""BusyBox's DHCP server."""

from __future__ import annotations

from watchfloor.parsers.dhcp._exchange import INFO, IPV4, MAC, action, message, with_client
from watchfloor.parsers.plugin import MessageParser, Pattern

_IP = rf"(?P<client.ip>{IPV4})"
_FROM = rf"(?: from (?P<client.mac>{MAC}))?"
_SENT = ("OFFER", "ACK", "NAK")
_RECEIVED = ("DISCOVER", "REQUEST", "DECLINE", "RELEASE", "INFORM")

PARSER = MessageParser(
    reference="https://git.busybox.net/busybox/tree/networking/udhcp/dhcpd.c",
    programs=frozenset({"udhcpd"}),
    patterns=(
        *(
            Pattern(rf"^[Ss]ending {word}(?: (?:of|to) {_IP})?(?: to (?P<client.mac>{MAC}))?", message(word.lower()))
            for word in _SENT
        ),
        *(Pattern(rf"^[Rr]eceived {word}{_FROM}", message(word.lower())) for word in _RECEIVED),
        Pattern(
            rf"^{_IP} (?P<event.reason>belongs to someone, .*)$",
            action("dhcp-lease-conflict", "connection", "error", outcome="failure"),
        ),
        Pattern(
            r"^(?P<event.reason>no free IP addresses.*|no IP addresses to give.*)$",
            action("dhcp-lease-failed", "connection", "denied", outcome="failure"),
        ),
    ),
    fields=INFO,
    finish=with_client,
)
