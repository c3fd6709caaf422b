"""Who held one address when: from what DHCP events say of it, in spans between which nobody can tell.

A client claims an address from the first confirmation until the last one's lease is over, or until it is given back,
runs out, is taken away or denied. Where one claim follows the other the younger one ends the older. Where a client
comes back into its own claim after another server had given the address away, two devices had it, and nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from itertools import pairwise
from typing import NamedTuple

from watchfloor.assets.inventory import Inventory
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import PREFIX, Settings

SECOND = 1_000_000
FOREVER = 2**62
"""The end of a lease that has none, in microseconds since 1970."""
_INFINITE = 2**32 - 1
_ANSWER = 5 * SECOND
"""A server answers a request within this time."""
_ENDS = frozenset({"release", "expire", "delete", "nak"})
_CLAIMS = 64
"""Claims that are followed at once: of more, those that another client has taken over are given up first."""
_TELL_ENDS = frozenset({"dhcp.windows_audit", "dhcp.mikrotik"})
"""Logs that say when a lease runs out, so that its length need not be guessed."""
_CLEANUP = {"dhcp.windows_audit": 3600 * SECOND}
"""How long after it a server may log that a lease ran out: Windows cleans its database up once an hour, the default of
`CleanupInterval`: https://learn.microsoft.com/powershell/module/dhcpserver/set-dhcpserverdatabase"""
_RENEWALS = 5
"""So many renewals tell how long leases of an address last."""
_DEFAULTS = {
    ("dhcp.isc", 4): 43_200,
    ("dhcp.dnsmasq", 4): 3_600,
    ("dhcp.dnsmasq", 6): 86_400,
    ("dhcp.windows_audit", 4): 8 * 86_400,
    ("dhcp.windows_audit", 6): 12 * 86_400,
}
"""Seconds of a lease where neither log nor settings tell them: what the server's manual says it gives unless told
otherwise. https://kb.isc.org/docs/isc-dhcp-44-manual-pages-dhcpdconf, https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html,
https://learn.microsoft.com/windows-server/networking/technologies/dhcp/dhcp-scopes"""
LOGGED, SET, LEARNT, ASSUMED, OPEN = (
    "lease time logged",
    "lease time set",
    "lease time learnt from renewals",
    "lease time by default",
    "until the next record",
)
"""How the end of a holding is known."""
STATIC = "inventory"
"""The address is the device's own, as the inventory says."""
NEVER, NOBODY, CONTESTED, CONFLICT, CHANGING, UNNAMED, DISAGREE = (
    "no lease of this address is known", "no lease at that time", "two devices had the address at once",
    "an unknown device used the address", "too near to the begin or end of a lease for the clocks",
    "the log does not name the device", "lease and inventory do not agree",
)  # fmt: skip
"""Why nobody can tell who held an address."""


class Observation(NamedTuple):
    """What one event says of an address; the fields are those of `leases.SCHEMA`."""

    time: int
    event_id: str
    kind: str
    mac: str | None
    client: str | None
    hostname: str | None
    seconds: int | None
    log: str
    server: str
    line: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What is known of leases beside the logs.

    Attributes:
        clock: how far clocks may be apart, in microseconds; nearer to the ends of a lease nobody can tell.
        longest: how long an address is held at most when nothing says for how long, in microseconds.
        networks: lease time in seconds of networks whose servers do not log it.
        inventory: says which addresses are somebody's own.
    """

    clock: int = 60 * SECOND
    longest: int = 86_400 * SECOND
    networks: tuple[tuple[IPv4Network | IPv6Network, int], ...] = ()
    inventory: Inventory = field(default_factory=Inventory.empty)

    @classmethod
    def of(cls, settings: Settings, inventory: Inventory) -> Terms:
        """What the settings and the inventory say.

        Raises:
            UsageError: a lease time is not as `NETWORK=SECONDS`.
        """
        networks = tuple(map(_lease_time, settings.lease_times.split()))
        return cls(settings.lease_clock * SECOND, settings.lease_longest * SECOND, networks, inventory)

    def unlogged(self, address: str, log: str) -> tuple[int, str]:
        """How long a lease of this address lasts when the log does not tell, in microseconds, and how that is known."""
        ip = ip_address(address)
        fitting = [(net.prefixlen, seconds) for net, seconds in self.networks if ip in net]
        if fitting:
            return max(fitting)[1] * SECOND, SET
        default = _DEFAULTS.get((log, ip.version))
        return (self.longest, OPEN) if default is None else (default * SECOND, ASSUMED)


def _lease_time(text: str) -> tuple[IPv4Network | IPv6Network, int]:
    network, _, seconds = text.partition("=")
    try:
        found = ip_network(network), int(seconds)
    except ValueError as error:
        raise UsageError(str(error), place=f"{PREFIX}LEASE_TIMES: {text}", way_out="Give NETWORK=SECONDS") from None
    if found[1] < 1:
        raise UsageError("a lease lasts a second at least", place=f"{PREFIX}LEASE_TIMES: {text}")
    return found


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which one device held the address, or two did.

    Attributes:
        since: microseconds since 1970, the first one inside.
        until: the first one outside.
        mac: of the device; None where the log names none.
        client: its client identifier or DUID.
        names: host names and from when on each holds, ascending; the first holds from `since` on.
        basis: how the end is known, or why nobody can tell who held it.
    """

    since: int
    until: int
    mac: str | None
    client: str | None
    names: tuple[tuple[int, str], ...]
    basis: str

    @property
    def known(self) -> bool:
        """Whether it says who the device is."""
        return self.basis in {LOGGED, SET, LEARNT, ASSUMED, OPEN} and (self.mac or self.client) is not None


@dataclass(slots=True)
class _Claim:
    key: str
    mac: str | None
    client: str | None
    since: int
    until: int
    last: int
    basis: str
    server: str
    names: list[tuple[int, str]] = field(default_factory=list)
    taken: int | None = None
    takers: set[str] = field(default_factory=set)

    def told(self, seen: Observation) -> None:
        """What a confirmation adds to what is known of the device."""
        self.mac, self.client = self.mac or seen.mac, seen.client or self.client
        if seen.hostname and (not self.names or self.names[-1][1] != seen.hostname):
            self.names.append((seen.time, seen.hostname))


@dataclass(slots=True)
class _Reading:
    """The claims that an address's observations make, read by time."""

    address: str
    terms: Terms
    open: dict[str, _Claim] = field(default_factory=dict)
    closed: list[_Claim] = field(default_factory=list)
    disputes: list[tuple[int, int]] = field(default_factory=list)
    disputed: int | None = None
    before: Observation | None = None
    learnt: dict[str, int] = field(default_factory=dict)

    def read(self, seen: Observation, key: str) -> None:
        """Take the next observation; an empty key stands for a client that is not named."""
        if seen.kind == "ack":
            self._confirm(seen, key)
        elif seen.kind == "conflict" or (seen.kind == "decline" and not key):
            for each in [*self.open]:
                self._end(each, seen.time)
            self._dispute(seen.time)
        elif seen.kind == "decline":
            claim = self.open.get(key)
            if claim is not None:  # else the client refuses what it was not given
                self._end(key, claim.last)
                self._dispute(claim.last)
        elif key:
            if seen.kind in _ENDS:
                self._end(key, seen.time)
        elif seen.kind in _ENDS - {"nak"}:  # the one who is denied is not the one who has it
            self._lapse(seen)
        self.before = seen

    def _confirm(self, seen: Observation, key: str) -> None:
        before = self.before
        recent = before.kind if before is not None and seen.time - before.time <= _ANSWER else ""
        if recent == "inform":  # the answer gives options, no address
            return
        if self.disputed is not None:
            self.disputes.append((self.disputed, seen.time))
            self.disputed = None
        self._forget(seen.time)
        length, basis = self._length(seen)
        until = min(seen.time + length, FOREVER)
        claim = self.open.get(key)
        if claim is not None and not claim.takers & {claim.server, seen.server}:
            # A lease file tells the length that the log of the same answer does not.
            is_told = seen.seconds is None and claim.basis == LOGGED and seen.time - claim.last <= _ANSWER
            if recent != "unaltered" and not is_told:
                claim.until, claim.basis = until, basis
            claim.last, claim.server, claim.taken = seen.time, seen.server, None
            claim.takers.clear()
        else:
            if claim is not None:
                self._end(key, claim.until)
            claim = _Claim(key, seen.mac, seen.client, seen.time, until, seen.time, basis, seen.server)
            self.open[key] = claim
        claim.told(seen)
        for other in self.open.values():
            if other is not claim:
                other.taken = seen.time if other.taken is None else other.taken
                other.takers.add(seen.server)

    def _length(self, seen: Observation) -> tuple[int, str]:
        if seen.seconds is None:
            length, basis = self.terms.unlogged(self.address, seen.log)
            learnt = self.learnt.get(seen.log, length)
            return (length, basis) if basis == SET or learnt >= length else (learnt, LEARNT)
        return (FOREVER if seen.seconds == _INFINITE else seen.seconds * SECOND), LOGGED

    def _forget(self, now: int) -> None:
        """Close the claims that are over, and those that were taken over where they are too many."""
        for key, claim in [*self.open.items()]:
            if claim.until + self.terms.clock < now:
                self._end(key, claim.until)
        while len(self.open) >= _CLAIMS:
            self._end(min(self.open, key=lambda key: (self.open[key].last, key)), now)

    def _lapse(self, seen: Observation) -> None:
        """End the claim that is meant; where its length is not known it may have been over for a while."""
        claim = self.open.get(self._meant(seen))
        if claim is not None:
            is_exact = seen.kind != "expire" or claim.basis in {LOGGED, SET}
            late = 0 if is_exact else _CLEANUP.get(seen.log, 0)
            self._end(claim.key, max(claim.last, seen.time - late))

    def _meant(self, seen: Observation) -> str:
        """Whose claim ends when the record names no client: the youngest, unless it is younger than the record."""
        if not self.open:
            return ""
        claim = max(self.open.values(), key=lambda each: (each.last, each.key))
        clock = self.terms.clock
        is_early = seen.kind == "expire" and claim.basis == LOGGED and seen.time < claim.until - clock
        return "" if seen.time <= claim.last + clock or is_early else claim.key

    def _end(self, key: str, at: int) -> None:
        claim = self.open.pop(key, None)
        if claim is not None:
            claim.until = min(claim.until, at, FOREVER if claim.taken is None else claim.taken)
            self.closed.append(claim)

    def _dispute(self, at: int) -> None:
        self.disputed = at if self.disputed is None else min(self.disputed, at)

    def finish(self) -> None:
        """Close what is open."""
        for key in [*self.open]:
            self._end(key, FOREVER)
        if self.disputed is not None:
            self.disputes.append((self.disputed, FOREVER))


def spans(address: str, observations: Iterable[Observation], terms: Terms) -> list[Span]:
    """The address's spans by time; they do not overlap, and between them nobody is known to hold it.

    Args:
        address: in its shortest form.
        observations: all that are known of it, in any order; one event's twice change nothing.
        terms: what is known of leases beside them.
    """
    rows = sorted(set(observations), key=lambda seen: (seen.time, seen.line, seen.event_id))
    macs = _macs(rows)
    reading = _Reading(address, terms, learnt=_learnt(rows, terms.clock))
    for row in rows:
        seen = row._replace(mac=row.mac or macs.get(row.client or ""))
        reading.read(seen, seen.mac or seen.client or "")
    reading.finish()
    return _joined(_swept(reading.closed, reading.disputes), terms.clock)


def _learnt(rows: Sequence[Observation], clock: int) -> dict[str, int]:
    """Log -> how long leases seem to last: clients renew them when half of the time is over, unless told otherwise.

    The middle of the times between confirmations of one client is half a lease.
    https://www.rfc-editor.org/rfc/rfc2131#section-4.4.5
    """
    between: dict[str, list[int]] = {}
    for last, seen in pairwise(row for row in rows if row.kind not in {"inform", "unaltered"}):
        is_renewal = last.kind == seen.kind == "ack" and (last.mac, last.client) == (seen.mac, seen.client)
        if is_renewal and seen.seconds is None and seen.log not in _TELL_ENDS and seen.time - last.time > clock:
            between.setdefault(seen.log, []).append(seen.time - last.time)
    return {log: 2 * sorted(times)[len(times) // 2] for log, times in between.items() if len(times) >= _RENEWALS}


def _macs(rows: Sequence[Observation]) -> Mapping[str, str]:
    """Client identifier -> MAC address, where the records with both agree on one, or none has both and it has one."""
    found: dict[str, set[str]] = {}
    for seen in rows:
        if seen.client:
            found.setdefault(seen.client, set()).update([seen.mac] if seen.mac else [])
    agreed = {client: next(iter(macs)) for client, macs in found.items() if len(macs) == 1}
    inside = {client: mac for client, macs in found.items() if not macs and (mac := mac_in_duid(client))}
    return agreed | inside


def mac_in_duid(client: str) -> str | None:
    """The Ethernet address in a DUID of the kinds LLT and LL, as ECS writes it; it is one of the device's own.

    https://www.rfc-editor.org/rfc/rfc8415#section-11.2 and 11.4
    """
    octets = client.upper().split(":")
    for start, size in (("00:01:00:01", 14), ("00:03:00:01", 10)):
        if client.startswith(start) and len(octets) == size:
            return "-".join(octets[-6:])
    return None


def _swept(claims: Sequence[_Claim], disputes: Sequence[tuple[int, int]]) -> list[Span]:
    """Where one claim stands alone it holds; where two do, or in a dispute, nobody can tell."""
    steps: list[tuple[int, int, _Claim | None]] = []
    for claim in claims:
        if claim.since < claim.until:
            steps += [(claim.since, 1, claim), (claim.until, -1, claim)]
    for since, until in disputes:
        if since < until:
            steps += [(since, 1, None), (until, -1, None)]
    steps.sort(key=lambda step: step[0])
    found: list[Span] = []
    holding: dict[int, _Claim] = {}
    disputed, begun = 0, 0
    for at, change, each in steps:
        if begun < at and (holding or disputed):
            found.append(_span(begun, at, [*holding.values()], disputed=bool(disputed)))
        begun = at
        if each is None:
            disputed += change
        elif change > 0:
            holding[id(each)] = each
        else:
            del holding[id(each)]
    return found


def _span(since: int, until: int, holding: Sequence[_Claim], *, disputed: bool) -> Span:
    if disputed:
        return Span(since, until, None, None, (), CONFLICT)
    if len(holding) > 1:
        return Span(since, until, None, None, (), CONTESTED)
    claim = holding[0]
    if not claim.key:
        return Span(since, until, None, None, (), UNNAMED)
    return Span(since, until, claim.mac, claim.client, tuple(claim.names), claim.basis)


def _joined(found: Sequence[Span], clock: int) -> list[Span]:
    """Neighbours of one device with no more between them than clocks are apart are one."""
    joined: list[Span] = []
    for span in found:
        last = joined[-1] if joined else None
        if last is not None and span.since - last.until <= clock and _same(last, span):
            names = dict.fromkeys((*last.names, *span.names))
            joined[-1] = Span(last.since, span.until, last.mac, span.client or last.client, tuple(names), span.basis)
        else:
            joined.append(span)
    return joined


def _same(one: Span, other: Span) -> bool:
    if not (one.known and other.known):
        return one.basis == other.basis and not one.known and one.until == other.since
    return one.mac == other.mac if one.mac or other.mac else one.client == other.client
