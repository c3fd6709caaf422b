"""What stands at the edges of a network: FortiGate, Squid, unbound, ISC dhcpd and OpenVPN."""

from __future__ import annotations

from random import Random

from watchfloor.testing.company.clock import MILLISECOND, SECOND
from watchfloor.testing.company.logs import Log
from watchfloor.testing.company.people import Machine
from watchfloor.testing.simulation.dhcp_lines import Client, Exchange, Server, isc

_ALPHABET = "0123456789abcdef"
_SERVICES = {
    22: "SSH",
    25: "SMTP",
    53: "DNS",
    80: "HTTP",
    88: "KERBEROS",
    123: "NTP",
    389: "LDAP",
    443: "HTTPS",
    445: "SMB",
    587: "SMTP-587",
    993: "IMAPS",
    1194: "OPENVPN",
    3389: "RDP",
}


class FortiGate:
    """Traffic log of FortiOS 7, with ports of a small model: https://docs.fortinet.com/document/fortigate/7.4.0/fortios-log-message-reference."""

    def __init__(self, log: Log, chance: Random, *, name: str, serial: str, nat: str, zones: dict[str, str]) -> None:
        """Describe the device.

        Args:
            log: its file.
            chance: of numbers that do not matter.
            name: host name.
            serial: serial number.
            nat: the address behind which inside addresses go out.
            zones: beginning of addresses -> interface; all others are behind wan1.
        """
        self._log, self._chance, self._nat, self._zones = log, chance, nat, zones
        self._head = f'devname="{name}" devid="{serial}"'

    def _interface(self, address: str) -> tuple[str, str]:
        for start, name in self._zones.items():
            if address.startswith(start):
                return name, "dmz" if name == "dmz" else "lan"
        return "wan1", "wan"

    def session(
        self,
        at: int,
        source: str,
        destination: str,
        port: int,
        *,
        sent: int = 0,
        received: int = 0,
        seconds: int = 1,
        denied: bool = False,
        udp: bool = False,
        sport: int = 0,
    ) -> None:
        """A session that ended at this moment, or one that was refused."""
        (inside, irole), (outside, orole) = self._interface(source), self._interface(destination)
        sport = sport or self._chance.randrange(32768, 61000)
        clock = self._log.clock
        day, time = clock.plain(at).split(" ")
        proto = 17 if udp else 6
        service = _SERVICES.get(port) or f"{'udp' if udp else 'tcp'}/{port}"
        snat = orole == "wan" and irole != "wan" and not denied
        moved = f'trandisp="snat" transip={self._nat} transport={sport}' if snat else 'trandisp="noop"'
        if denied:
            policy, action, end = 0, "deny", 'sentpkt=0 rcvdpkt=0 appcat="unscanned" crscore=30 craction=131072'
            sent = received = seconds = 0
        else:
            policy = {"wan": 7, "dmz": 12}.get(orole, 3)
            action = "accept" if udp else "close"
            end = f'sentpkt={sent // 900 + 3} rcvdpkt={received // 1200 + 3} appcat="unscanned"'
        self._log.add(
            at,
            f'date={day} time={time} {self._head} eventtime={clock.true(at) * 1000} tz="{clock.offset(at)}" '
            f'logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip={source} '
            f'srcport={sport} srcintf="{inside}" srcintfrole="{irole}" dstip={destination} dstport={port} '
            f'dstintf="{outside}" dstintfrole="{orole}" sessionid={at // 10_000 % 1_000_000_000} proto={proto} action="{action}" '
            f'policyid={policy} policytype="policy" service="{service}" {moved} duration={seconds} '
            f"sentbyte={sent} rcvdbyte={received} {end}",
        )


class Squid:
    """Squid's native access log: https://wiki.squid-cache.org/Features/LogFormat."""

    def __init__(self, log: Log) -> None:
        """Write into this log."""
        self._log = log

    def request(
        self,
        at: int,
        client: str,
        user: str,
        method: str,
        url: str,
        *,
        status: int = 200,
        size: int = 0,
        address: str = "",
        mime: str = "",
        millis: int = 40,
        denied: bool = False,
        sent: int = 0,
    ) -> None:
        """A request that was done at this moment; `url` is host:port of a CONNECT."""
        del sent  # not in this format
        if denied:
            code, way = "TCP_DENIED", "HIER_NONE/-"
        else:
            code, way = "TCP_TUNNEL" if method == "CONNECT" else "TCP_MISS", f"HIER_DIRECT/{address}"
        moment = self._log.clock.true(at) // MILLISECOND
        self._log.add(
            at,
            f"{moment // 1000}.{moment % 1000:03} {millis:6} {client} {code}/{status} {size} {method} {url} "
            f"{user or '-'} {way} {mime or '-'}",
        )


class Unbound:
    """Replies that unbound logs by `log-replies: yes` through syslog: https://nlnetlabs.nl/documentation/unbound/unbound.conf/."""

    def __init__(self, log: Log, host: str) -> None:
        """Write into this log as this host."""
        self._log, self._host = log, host

    def query(
        self,
        at: int,
        client: str,
        name: str,
        kind: str = "A",
        *,
        code: str = "NOERROR",
        size: int = 64,
        millis: int = 0,
    ) -> None:
        """A question and its answer; without `millis` it was in the cache."""
        self._log.add(
            at,
            f"{self._log.clock.iso(at)} {self._host} unbound: [811:0] info: {client} {name}. {kind} IN {code} "
            f"{millis / 1000:.6f} {0 if millis else 1} {size}",
        )


class IscDhcp:
    """Leases as ISC dhcpd 4.4 logs them, on a machine whose clock shows UTC."""

    def __init__(self, log: Log, host: str, address: str) -> None:
        """Write into this log as this host, which clients reach at this address."""
        self._log, self._server = log, Server(host, address, 0)

    def leased(self, at: int, machine: Machine, seconds: int, *, offered: bool = False) -> None:
        """A lease given or, without an offer before it, renewed."""
        self._exchange("assign" if offered else "renew", at, machine, seconds)

    def released(self, at: int, machine: Machine) -> None:
        """A lease given back."""
        self._exchange("release", at, machine, 0)

    def _exchange(self, kind: str, at: int, machine: Machine, seconds: int) -> None:
        client = Client(machine.mac, machine.name, "")
        for number, line in enumerate(isc(Exchange(kind, at, self._server, client, machine.address, seconds, 0))):
            self._log.add(at + 3 * number * MILLISECOND, line)


class OpenVpn:
    """OpenVPN 2.6 with user names and passwords, through syslog: https://openvpn.net/community-resources/reference-manual-for-openvpn-2-6/."""

    def __init__(self, log: Log, chance: Random, host: str) -> None:
        """Write into this log as this host."""
        self._log, self._chance, self._host = log, chance, host

    def _line(self, at: int, text: str) -> None:
        self._log.add(at, f"{self._log.clock.iso(at)} {self._host} openvpn[688]: {text}")

    def _hello(self, at: int, peer: str) -> None:
        sid = " ".join("".join(self._chance.choices(_ALPHABET, k=8)) for _ in range(2))
        self._line(at, f"{peer} TLS: Initial packet from [AF_INET]{peer}, sid={sid}")

    def connected(self, at: int, user: str, address: str, inside: str) -> str:
        """Somebody got in; gives back the peer for `left`."""
        peer = f"{address}:{self._chance.randrange(20000, 61000)}"
        self._hello(at, peer)
        step = 60 * MILLISECOND
        self._line(at + step, f"{peer} peer info: IV_VER=2.6.12")
        self._line(
            at + 2 * step, f"{peer} TLS: Username/Password authentication succeeded for username '{user}' [CN SET]"
        )
        self._line(
            at + 3 * step,
            f"{peer} Control Channel: TLSv1.3, cipher TLSv1.3 TLS_AES_256_GCM_SHA384, peer certificate: 2048 bits RSA, "
            "signature: RSA-SHA256",
        )
        self._line(at + 4 * step, f"{peer} [{user}] Peer Connection Initiated with [AF_INET]{peer}")
        self._line(at + 5 * step, f"{user}/{peer} MULTI_sva: pool returned IPv4={inside}, IPv6=(Not enabled)")
        self._line(at + 6 * step, f"{user}/{peer} MULTI: Learn: {inside} -> {user}/{peer}")
        return peer

    def left(self, at: int, user: str, peer: str) -> None:
        """Somebody's connection ended."""
        self._line(at, f"{user}/{peer} SIGTERM[soft,remote-exit] received, client-instance exiting")

    def refused(self, at: int, address: str) -> None:
        """A wrong name or password."""
        peer = f"{address}:{self._chance.randrange(20000, 61000)}"
        self._hello(at, peer)
        self._line(at + SECOND, f"{peer} TLS Auth Error: Auth Username/Password verification failed for peer")
