"""One pool of addresses over a month: who joins, renews, leaves, is refused, and who sits on an address unasked."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from watchfloor.testing.simulation.dhcp_lines import DAY, HOUR, SECOND, Client, Exchange, Server

QUICK_REUSE = 0.3
"""How often a server gives out the address that came free last."""
REFUSED = 0.1
"""How often a device that comes back asks for an address that it no longer has."""
PINGED = 0.5
"""How often a server notices by itself that an address is in use; else the client does, and declines."""
RENAMED = 0.0005
RETRY = 600 * SECOND
ABANDONED = DAY


@dataclass(slots=True)
class Device:
    """Something that asks for addresses.

    Attributes:
        clients: how it presents itself in each session; the same each time but for randomised MAC addresses.
        sessions: when it is there, in µs, in order and apart.
        polite: how often it releases its address when it leaves.
    """

    clients: list[Client]
    sessions: list[tuple[int, int]]
    polite: float


@dataclass(frozen=True, slots=True)
class Tenure:
    """Who has an address, and from when on the log tells so.

    Attributes:
        address: the address.
        since: true time in µs.
        until: end of the lease, by release, expiry or the next owner.
        mac: of the device; None where no log tells of it.
        name: its host name as far as the log tells.
        told: from when on a log line tells; None if none does.
    """

    address: str
    since: int
    until: int
    mac: str | None
    name: str | None
    told: int | None


@dataclass(slots=True)
class _Lease:
    client: Client
    device: int
    server: Server
    since: int
    until: int
    told: int | None


@dataclass(slots=True)
class Pool:
    """A pool, its servers, and what comes of it.

    Attributes:
        form: whose format its log has.
        addresses: what it gives out.
        seconds: how long a lease lasts.
        servers: two that share it; with ISC they share the load, else the first serves while it runs.
        start: when the log begins, in µs.
        names: whether the log tells host names.
        rng: the only source of chance.
        exchanges: what the servers write about, in the order of true time.
        tenures: the truth.
    """

    form: str
    addresses: Sequence[str]
    seconds: int
    servers: tuple[Server, Server]
    start: int
    names: bool
    rng: random.Random
    exchanges: list[Exchange] = field(default_factory=list)
    tenures: list[Tenure] = field(default_factory=list)
    _free: list[str] = field(default_factory=list)
    _leases: dict[str, _Lease] = field(default_factory=dict)
    _last: dict[int, str] = field(default_factory=dict)
    _squatted: dict[str, int] = field(default_factory=dict)
    _queue: list[tuple[int, int, str, int, int, str]] = field(default_factory=list)

    def run(self, devices: Sequence[Device], squats: Sequence[tuple[int, int]], end: int) -> None:
        """Let the month pass: `squats` are when devices with addresses of their own choice are there."""
        self._free = [*self.addresses]
        for number, device in enumerate(devices):
            for session, (on, _) in enumerate(device.sessions):
                self._plan(on, "join", number, session)
        for on, off in squats:
            self._plan(on, "squat", int(off - on))
        while self._queue and self._queue[0][0] < end:
            at, _, what, number, session, address = heapq.heappop(self._queue)
            if what == "squat":
                self._squat(at, at + number)
            elif what == "free":
                self._free.append(address)
            elif what == "expire":
                self._expire(at, address)
            elif what == "join":
                self._join(at, devices[number], number, session)
            else:
                self._stay(at, what, devices[number], number, session)
        for address, lease in sorted(self._leases.items()):
            self._close(address, lease, min(lease.until, end))

    def _plan(self, at: int, what: str, number: int = 0, session: int = 0, address: str = "") -> None:
        heapq.heappush(self._queue, (at, len(self._queue), what, number, session, address))

    def _server(self, at: int, client: Client) -> Server:
        first = int(client.mac[-1], 16) % 2 if self.form == "isc" else 0
        chosen, other = self.servers[first], self.servers[1 - first]
        return chosen if chosen.runs(at) else other

    def _write(self, kind: str, at: int, server: Server, client: Client, address: str) -> None:
        number = self.rng.getrandbits(31)
        self.exchanges.append(Exchange(kind, at, server, client, address, self.seconds, number))
        if kind == "assign" and self.form == "isc":
            for partner in self.servers:
                if partner is not server and partner.runs(at):
                    self.exchanges.append(Exchange("peer", at, partner, client, address, self.seconds, number))

    def _join(self, at: int, device: Device, number: int, session: int) -> None:
        client = device.clients[session]
        known = self._last.get(number, "")
        held = self._leases.get(known)
        server = self._server(at, client)
        if held is not None and held.client == client:
            self._grant("renew", at, known, held, server)
        else:
            if held is not None and self.rng.random() < REFUSED:
                self._write("refuse", at, server, client, known)
            found = self._pick(at, server, client)
            if found is None:
                if at + RETRY < device.sessions[session][1]:
                    self._plan(at + RETRY, "join", number, session)
                return
            known = self._last[number] = found
            lease = self._leases[known] = _Lease(client, number, server, at, 0, None)
            self._grant("assign", at, known, lease, server)
        self._plan(at + self._half(), "renew", number, session, known)
        self._plan(device.sessions[session][1], "leave", number, session, known)

    def _half(self) -> int:
        return int(self.seconds * SECOND * self.rng.uniform(0.49, 0.5))

    def _grant(self, kind: str, at: int, address: str, lease: _Lease, server: Server) -> None:
        self._write(kind, at, server, lease.client, address)
        lease.server, lease.until = server, at + self.seconds * SECOND
        if lease.told is None and at >= self.start:
            lease.told = at
        self._plan(lease.until, "expire", address=address)

    def _pick(self, at: int, server: Server, client: Client) -> str | None:
        """A free address that is really free, the conflicts before it written down; None when there is none."""
        while self._free:
            quick = self.rng.random() < QUICK_REUSE
            address = self._free.pop(-1 if quick else self.rng.randrange(len(self._free)))
            if self._squatted.get(address, 0) <= at:
                return address
            if self.rng.random() < PINGED and self.form != "kea":
                self._write("ping", at, server, client, address)
            else:
                self._write("assign", at - 3 * SECOND, server, client, address)
                self._write("decline", at - SECOND, server, client, address)
            self._plan(at + ABANDONED, "free", address=address)
        return None

    def _stay(self, at: int, what: str, device: Device, number: int, session: int) -> None:
        """A renewal, or the end of a session; nothing where the address has gone meanwhile."""
        address = self._last.get(number, "")
        lease = self._leases.get(address)
        client, off = device.clients[session], device.sessions[session][1]
        if lease is None or lease.client.mac != client.mac or lease.device != number:
            return
        if what == "leave":
            if self.rng.random() < device.polite and lease.server.runs(at):
                self._write("release", at, lease.server, lease.client, address)
                self._close(address, lease, at)
                self._free.append(address)
            return
        if at >= off:
            return
        if not lease.server.runs(at):
            rebind = lease.until - self.seconds * SECOND // 8
            if at < rebind < off:
                self._plan(rebind, "renew", number, session)
                return
            lease.server = self._server(at, client)
        if self.names and client.name and self.rng.random() < RENAMED:
            self._rename(at, device, address, lease)
        self._grant("renew", at, address, lease, lease.server)
        self._plan(at + self._half(), "renew", number, session)

    def _rename(self, at: int, device: Device, address: str, lease: _Lease) -> None:
        """The device goes by another name from now on."""
        renamed = replace(lease.client, name=f"{lease.client.name}-new")
        device.clients = [renamed if each.mac == renamed.mac else each for each in device.clients]
        self._add(address, lease, at)
        lease.client, lease.since = renamed, at
        lease.told = at if at >= self.start else None

    def _expire(self, at: int, address: str) -> None:
        lease = self._leases.get(address)
        if lease is None or lease.until != at:
            return
        self._close(address, lease, at)
        if self.form == "windows":
            cleaned = (at // HOUR + 1) * HOUR + 2 * SECOND
            self._write("expire", cleaned, self._server(cleaned, lease.client), lease.client, address)
            self._plan(cleaned, "free", address=address)
        else:
            self._free.append(address)

    def _close(self, address: str, lease: _Lease, at: int) -> None:
        self._leases.pop(address)
        self._add(address, lease, at)

    def _add(self, address: str, lease: _Lease, until: int) -> None:
        name = lease.client.name if self.names and lease.client.name else None
        nameless = ":" in address and lease.client.duid.startswith("00:04:")
        if until <= self.start:
            return
        if nameless:
            self.tenures.append(Tenure(address, lease.since, until, None, None, None))
        else:
            self.tenures.append(Tenure(address, lease.since, until, lease.client.mac, name, lease.told))

    def _squat(self, at: int, until: int) -> None:
        """Somebody takes a free address without asking."""
        free = [address for address in self._free if self._squatted.get(address, 0) <= at]
        if free:
            address = self.rng.choice(free)
            self._squatted[address] = until
            if until > self.start:
                self.tenures.append(Tenure(address, at, until, None, None, None))


def untold(addresses: Sequence[str], since: int, until: int) -> Iterator[Tenure]:
    """Devices whose addresses were set by hand, or that chose IPv6 addresses by themselves: no log tells of them."""
    for address in addresses:
        yield Tenure(address, since, until, None, None, None)
