"""DHCP server, client and alerts of MikroTik RouterOS."""

from __future__ import annotations

from watchfloor.parsers.dhcp._exchange import INFO, IPV4, MAC, action, with_client
from watchfloor.parsers.plugin import MessageParser, Pattern

_TOPICS = r"(?:(?P<mikrotik.topics>dhcp(?:,[a-z!]+)+):? )?"
_SERVER = r"(?P<mikrotik.dhcp_server>[^\s:]\S*)"
_IP = rf"(?P<client.ip>{IPV4})"
_MAC = rf"(?P<client.mac>{MAC})"
_NAME = r"(?: (?P<dhcp.hostname>.+?))?\s*$"

PARSER = MessageParser(
    reference="https://help.mikrotik.com/docs/spaces/ROS/pages/24805500/DHCP",
    starts=(
        rf"^(?:dhcp(?:,[a-z!]+)+:? |\S+ (?:assigned|deassigned) {IPV4} (?:to|for|from) {MAC}"
        rf"|\S+ offering lease {IPV4} for {MAC} |dhcp-client on \S+ (?:got|lost) IP address |dhcp alert on \S+: )"
    ),
    patterns=(
        Pattern(
            rf"^{_TOPICS}{_SERVER} assigned {_IP} (?:to|for) {_MAC}{_NAME}",
            {
                **action("dhcp-ack", "allowed", "connection", "protocol", outcome="success"),
                "dhcp.type": "ack",
            },
        ),
        Pattern(
            rf"^{_TOPICS}{_SERVER} deassigned {_IP} (?:from|for) {_MAC}{_NAME}",
            {**action("dhcp-release", "connection", "end"), "dhcp.type": "release"},
        ),
        Pattern(
            rf"^{_TOPICS}{_SERVER} (?:offering lease {_IP} for {_MAC} (?P<event.reason>without success))",
            {**action("dhcp-offer", "connection", "error", outcome="failure"), "dhcp.type": "offer"},
        ),
        Pattern(
            rf"^{_TOPICS}dhcp-client on (?P<_via>\S+) got IP address {_IP}",
            action("dhcp-bound", "connection", "start", outcome="success"),
        ),
        Pattern(
            rf"^{_TOPICS}dhcp-client on (?P<_via>\S+) lost IP address {_IP}(?: - (?P<event.reason>.*))?$",
            action("dhcp-lease-lost", "connection", "end"),
        ),
        Pattern(
            rf"^{_TOPICS}dhcp alert on (?P<_via>[^\s:]+):\s*(?P<event.reason>discovered unknown dhcp server), mac "
            rf"(?P<server.mac>{MAC}), ip (?P<server.ip>{IPV4})",
            action("dhcp-rogue-server", "connection", "info"),
        ),
        Pattern(rf"^{_TOPICS}(?P<mikrotik.message>.*)$", INFO),
    ),
    fields=INFO,
    finish=with_client,
)
