"""DHCP clients: dhclient, udhcpc, dhcpcd and systemd-networkd."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.dhcp._exchange import INFO, IP, IPV4, action, message, with_client
from watchfloor.parsers.plugin import MessageParser, Pattern

_IP = rf"(?P<client.ip>{IPV4})"
_ON = r"(?P<_via>\S+)"
_SERVER = rf"(?P<server.ip>{IPV4})"
_XID = r"(?: *\(xid=(?P<dhcp.transaction_id>0x[0-9a-f]+)\))?"
_LOST = action("dhcp-lease-failed", "connection", "error", outcome="failure")
_STEM = r"(?:(?P<_front>[\w.@-]+): )?"

_PATTERNS = (
    # dhclient
    Pattern(rf"^DHCPDISCOVER on {_ON} to \S+ port \d+ interval \d+{_XID}", message("discover")),
    Pattern(rf"^DHCPREQUEST (?:for|of) {_IP} on {_ON} to (?P<_to>\S+) port \d+{_XID}", message("request")),
    Pattern(rf"^DHCPREQUEST on {_ON} to (?P<_to>\S+) port \d+{_XID}", message("request")),
    Pattern(rf"^DHCPRELEASE (?:of {_IP} )?on {_ON} to (?P<_to>\S+) port \d+{_XID}", message("release")),
    Pattern(rf"^DHCPDECLINE (?:of {_IP} )?on {_ON} to (?P<_to>\S+) port \d+{_XID}", message("decline")),
    Pattern(rf"^DHCPOFFER (?:of {_IP} )?from {_SERVER}", message("offer")),
    Pattern(rf"^DHCPACK (?:of {_IP} )?from {_SERVER}{_XID}", message("ack")),
    Pattern(rf"^DHCPNAK from {_SERVER}{_XID}", message("nak")),
    Pattern(rf"^bound to {_IP} -- renewal in (?P<_renewal>\d+) seconds",
            action("dhcp-bound", "connection", "start", outcome="success")),
    Pattern(r"^(?P<event.reason>No DHCPOFFERS received|No working leases in persistent database.*)", _LOST),
    # udhcpc
    Pattern(r"^broadcasting discover", message("discover")),
    Pattern(rf"^broadcasting select for {_IP}(?:, server {_SERVER})?", message("request")),
    Pattern(r"^[Ss]ending discover", message("discover")),
    Pattern(rf"^[Ss]ending (?:select|renew) (?:for|to) {_IP}", message("request")),
    Pattern(rf"^[Ll]ease of {_IP} obtained(?: from {_SERVER})?, lease time (?P<dhcp.lease_seconds>\d+)",
            action("dhcp-bound", "connection", "start", outcome="success")),
    Pattern(r"^(?P<event.reason>no lease, failing|lease lost, entering init state|received DHCP NAK.*)", _LOST),
    # dhcpcd
    Pattern(rf"^{_STEM}leased {_IP} for (?P<dhcp.lease_seconds>\d+) seconds",
            action("dhcp-bound", "connection", "start", outcome="success")),
    Pattern(rf"^{_STEM}offered {_IP} from {_SERVER}", message("offer")),
    Pattern(rf"^{_STEM}(?:rebinding|renewing) lease of {_IP}", message("request")),
    # systemd-networkd
    Pattern(
        rf"^{_STEM}DHCPv4 address {_IP}/\d+(?:,? (?:via|gateway) (?P<_gateway>{IPV4}))?,? "
        rf"(?:acquired |via )?from {_SERVER}",
        action("dhcp-bound", "connection", "start", outcome="success"),
    ),
    Pattern(rf"^{_STEM}DHCPv4 address {_IP}/\d+ via {_SERVER}",
            action("dhcp-bound", "connection", "start", outcome="success")),
    Pattern(rf"^{_STEM}DHCPv6 (?:address|lease) (?P<client.ip>{IP})",
            action("dhcp-bound", "connection", "start", outcome="success")),
    Pattern(rf"^{_STEM}DHCP(?:v4|v6)? lease lost", action("dhcp-lease-lost", "connection", "end")),
)  # fmt: skip


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The interface, and the server where it is one host."""
    if "_front" in frame.columns:
        known = [pl.col("_via")] if "_via" in frame.columns else []
        frame = frame.with_columns(pl.coalesce(*known, "_front").alias("_via"))
    if "_to" in frame.columns:
        one = pl.when(pl.col("_to").str.contains(rf"^{IPV4}$") & (pl.col("_to") != "255.255.255.255")).then("_to")
        known = [pl.col("server.ip")] if "server.ip" in frame.columns else []
        frame = frame.with_columns(pl.coalesce(*known, one).alias("server.ip"))
    return with_client(frame.drop("_front", "_to", "_renewal", "_gateway", strict=False))


PARSER = MessageParser(
    reference="https://kb.isc.org/docs/isc-dhcp-44-manual-pages-dhclient",
    programs=frozenset({"dhclient", "udhcpc", "dhcpcd", "systemd-networkd", "dhcp-client"}),
    patterns=_PATTERNS,
    fields=INFO,
    finish=_finish,
)
