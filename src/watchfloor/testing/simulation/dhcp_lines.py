"""What DHCP servers write about an exchange: ISC dhcpd 4.4 through syslog, Kea 2.2, Microsoft's audit log.

Formats: https://kb.isc.org/docs/isc-dhcp-44-manual-pages-dhcpd, https://kea.readthedocs.io/en/latest/kea-messages.html,
https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/dd183591(v=ws.10).
Kea at its usual level names no hosts, and only Kea and DHCPv6 say how long a lease lasts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MILLISECOND = 1_000
SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Client:
    """A device as a DHCP server sees it.

    Attributes:
        mac: lower-case with colons.
        name: the host name that it sends; empty where it sends none.
        duid: its DHCPv6 identifier in hex with colons.
    """

    mac: str
    name: str
    duid: str


@dataclass(frozen=True, slots=True)
class Server:
    """One of the two servers of a site.

    Attributes:
        name: host name, also the name of its log.
        address: its IPv4 address.
        skew: how far its clock is ahead, in µs.
        down: when it does not run, as pairs of µs.
        held: when its log is not forwarded; what it writes then arrives at the end of the pause.
    """

    name: str
    address: str
    skew: int
    down: tuple[tuple[int, int], ...] = ()
    held: tuple[tuple[int, int], ...] = ()

    def runs(self, at: int) -> bool:
        """Whether it answers at this moment."""
        return not any(start <= at < end for start, end in self.down)

    def arrival(self, at: int) -> int:
        """When a line written at this moment reaches the collector."""
        return next((end for start, end in self.held if start <= at < end), at) + SECOND


@dataclass(frozen=True, slots=True)
class Exchange:
    """What happens between a client and a server.

    Attributes:
        kind: assign, renew, release, decline, ping (answered before an offer), refuse, expire, or peer (what a server
            writes of an exchange that its partner has).
        at: true time in µs.
        server: who writes about it.
        client: the device; with ping and expire, none that the log names.
        address: what it is about.
        seconds: how long the lease lasts.
        number: identifies the transaction.
    """

    kind: str
    at: int
    server: Server
    client: Client
    address: str
    seconds: int
    number: int


def moment(at: int) -> dt.datetime:
    """A time in µs since 1970 as a datetime in UTC."""
    return EPOCH + dt.timedelta(microseconds=at)


def isc(exchange: Exchange) -> Iterator[str]:
    """Lines of ISC dhcpd through a syslog daemon that writes whole dates."""
    six = ":" in exchange.address
    for step, text in enumerate((_isc_six if six else _isc_four)(exchange)):
        time = moment(exchange.at + exchange.server.skew + 3 * step * MILLISECOND).isoformat(timespec="microseconds")
        yield f"{time} {exchange.server.name} dhcpd{'6' if six else ''}[1412]: {text}"


def _isc_four(exchange: Exchange) -> list[str]:
    ip, mac = exchange.address, exchange.client.mac
    who = f"{mac} ({exchange.client.name}) via eth0" if exchange.client.name else f"{mac} via eth0"
    asks = f"DHCPREQUEST for {ip} from {who}"
    return {
        "assign": [
            f"DHCPDISCOVER from {who}",
            f"DHCPOFFER on {ip} to {who}",
            f"DHCPREQUEST for {ip} ({exchange.server.address}) from {who}",
            f"DHCPACK on {ip} to {who}",
        ],
        "renew": [asks, f"DHCPACK on {ip} to {who}"],
        "release": [f"DHCPRELEASE of {ip} from {who} (found)"],
        "decline": [f"Abandoning IP address {ip}: declined.", f"DHCPDECLINE of {ip} from {who}: abandoned"],
        "ping": [f"Abandoning IP address {ip}: pinged before offer"],
        "refuse": [f"{asks}: lease {ip} unavailable.", f"DHCPNAK on {ip} to {who}"],
        "peer": [f"DHCPDISCOVER from {who}: load balance to peer failover", f"{asks}: lease owned by peer"],
    }.get(exchange.kind, [])


def _isc_six(exchange: Exchange) -> list[str]:
    duid, ip = exchange.client.duid, exchange.address
    asks = f"message from fe80::1 port 546, transaction ID 0x{exchange.number & 0xFFFFFF:06X}"
    lasts = f"iaid = {exchange.number % 1000} valid for {exchange.seconds} seconds"
    reply = f"Reply NA: address {ip} to client with duid {duid} {lasts}"
    return {
        "assign": [
            f"Solicit {asks}",
            f"Advertise NA: address {ip} to client with duid {duid} {lasts}",
            f"Request {asks}",
            reply,
        ],
        "renew": [f"Renew {asks}", reply],
        "release": [f"Release {asks}", f"Client {duid} releases address {ip}"],
    }.get(exchange.kind, [])


def kea(exchange: Exchange) -> Iterator[str]:
    """Lines of Kea's own log, whose times have no zone: UTC."""
    six = ":" in exchange.address
    for step, text in enumerate((_kea_six if six else _kea_four)(exchange)):
        time = moment(exchange.at + exchange.server.skew + 2 * step * MILLISECOND)
        logger = f"kea-dhcp{'6' if six else '4'}.leases/2893.140042131800576"
        yield f"{time:%Y-%m-%d %H:%M:%S}.{time.microsecond // 1000:03} INFO  [{logger}] {text}"


def _kea_four(exchange: Exchange) -> list[str]:
    ip, mac = exchange.address, exchange.client.mac
    who = f"[hwtype=1 {mac}], cid=[01:{mac}], tid=0x{exchange.number:08x}"
    lease = f"DHCP4_LEASE_ALLOC {who}: lease {ip} has been allocated for {exchange.seconds} seconds"
    decline = f"DHCP4_DECLINE_LEASE Received DHCPDECLINE for addr {ip} from client {who}. The lease will be unavailable"
    none = f"DHCP4_NO_LEASE_INIT_REBOOT {who}: no lease for address {ip} requested by INIT-REBOOT client"
    asks = f"DHCP4_INIT_REBOOT {who}: client is in INIT-REBOOT state and requests address {ip}"
    return {
        "assign": [f"DHCP4_LEASE_ADVERT {who}: lease {ip} will be advertised", lease],
        "renew": [lease],
        "release": [f"DHCP4_RELEASE {who}: address {ip} was released properly."],
        "decline": [f"{decline} for 86400 seconds."],
        "refuse": [asks, none],
    }.get(exchange.kind, [])


def _kea_six(exchange: Exchange) -> list[str]:
    duid, ip = exchange.client.duid, exchange.address
    hardware = "[no hwaddr info]" if duid.startswith("00:04:") else f"[hwtype=1 {exchange.client.mac}]"
    who = f"duid=[{duid}], {hardware}, tid=0x{exchange.number & 0xFFFFFF:x}"
    lease = f"lease for address {ip} and iaid={exchange.number % 1000}"
    given = f"DHCP6_LEASE_ALLOC {who}: {lease} has been allocated for {exchange.seconds} seconds"
    released = f"binding for address {ip} and iaid={exchange.number % 1000} was released properly"
    return {
        "assign": [f"DHCP6_LEASE_ADVERT {who}: {lease} will be advertised", given],
        "renew": [given],
        "release": [f"DHCP6_RELEASE_NA {who}: {released}"],
    }.get(exchange.kind, [])


def windows(exchange: Exchange) -> Iterator[str]:
    """Lines of the audit log of Microsoft's server, whose times are local: here UTC."""
    ip, mac = exchange.address, exchange.client.mac.replace(":", "").upper()
    name = f"{exchange.client.name}.corp.example.com" if exchange.client.name else ""
    client, nobody = f"{ip},{name},{mac},,{exchange.number},0", f"{ip},,,,0,6"
    head = {
        "assign": f"10,{{}},Assign,{client}",
        "renew": f"11,{{}},Renew,{client}",
        "release": f"12,{{}},Release,{client}",
        "decline": f"13,{{}},Conflict,{ip},BAD_ADDRESS,,,0,6",
        "ping": f"13,{{}},Conflict,{ip},BAD_ADDRESS,,,0,6",
        "refuse": f"15,{{}},NACK,{client}",
        "expire": f"18,{{}},Expired,{nobody}",
    }.get(exchange.kind)
    if head:
        time = moment(exchange.at + exchange.server.skew)
        yield head.format(f"{time:%m/%d/%y,%H:%M:%S}") + ",,,,0x4D53465420352E30,MSFT 5.0,,,,0"


FORMS: dict[str, Callable[[Exchange], Iterator[str]]] = {"isc": isc, "kea": kea, "windows": windows}
