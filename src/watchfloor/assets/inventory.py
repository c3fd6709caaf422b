"""Inventory: what the user says of the hosts, networks and people, by name, address, MAC address and account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import ip_address, ip_network
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from watchfloor.core.addresses import NOWHERE, Addresses, Ranges, packed

ROLES = frozenset(
    {
        "backup", "directory_sync", "domain_controller", "guest_network", "mail_relay", "management", "monitoring",
        "nat", "proxy", "resolver", "scanner", "server", "service_account", "shared", "vpn", "workstation",
    }
)  # fmt: skip
"""What a host, a network or an account can be for."""
CRITICALITIES = ("low", "medium", "high", "critical")
KINDS = ("host", "ip", "mac", "user")
"""What roles can be asked for."""
_NO_ROLES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Host:
    """One machine.

    Attributes:
        name: what it is called.
        names: what else it is called in logs.
        addresses: its IP addresses.
        macs: its MAC addresses, as ECS writes them.
        roles: some of `ROLES`.
        owner: who answers for it; empty when nobody is named.
        criticality: one of `CRITICALITIES`, or empty.
        since: microseconds since 1970 from which on the entry holds; None for ever.
        until: microseconds since 1970 before which it holds.
        place: `file:line`.
    """

    name: str
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    macs: tuple[str, ...] = ()
    roles: frozenset[str] = _NO_ROLES
    owner: str = ""
    criticality: str = ""
    since: int | None = None
    until: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Zone:
    """One network: `cidr` in its shortest form, the zone's name, what it is for, who answers for it."""

    cidr: str
    name: str
    roles: frozenset[str] = _NO_ROLES
    owner: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """One person or service and the accounts; `since` and `until` as of a host."""

    name: str
    accounts: tuple[str, ...] = ()
    roles: frozenset[str] = _NO_ROLES
    since: int | None = None
    until: int | None = None
    place: str = ""


T = TypeVar("T", Host, Person)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two entries that claim the same value for the same time; `places` is where they are."""

    value: str
    places: tuple[str, str]


@dataclass(frozen=True)
class Inventory:
    """Hosts, networks and people. Values are compared in the form that `normal` gives them."""

    hosts: tuple[Host, ...] = ()
    zones: tuple[Zone, ...] = ()
    people: tuple[Person, ...] = ()

    @classmethod
    def empty(cls) -> Inventory:
        """Of somebody who says nothing."""
        return cls()

    def __bool__(self) -> bool:
        return bool(self.hosts or self.zones or self.people)

    @cached_property
    def changes(self) -> NDArray[np.int64]:
        """The moments at which entries begin or end, ascending, in microseconds since 1970.

        Between two of them the inventory says the same.
        """
        entries: tuple[Host | Person, ...] = (*self.hosts, *self.people)
        moments = {moment for entry in entries for moment in (entry.since, entry.until) if moment is not None}
        return np.array(sorted(moments), np.int64)

    def host(self, kind: str, value: str, at: int | None = None) -> Host | None:
        """The host with that name (kind `host`), IP address or MAC address.

        Args:
            kind: `host`, `ip` or `mac`.
            value: in any notation; of a host's name the part before the first dot is enough where one host has it.
            at: microseconds since 1970; without a moment the entry that holds last.
        """
        return _holding(self._hosts[kind].get(normal(kind, value), ()), at)

    def claimed(self, kind: str, values: Sequence[str]) -> NDArray[np.int32]:
        """Of each name (kind `host`) or MAC address the number by which `holder` knows it, `NOWHERE` for no host's."""
        numbers = self._numbers[kind]
        return np.fromiter((numbers.get(normal(kind, value), NOWHERE) for value in values), np.int32, len(values))

    def find_claimed(self, addresses: Addresses) -> NDArray[np.int32]:
        """As `claimed`, of IP addresses."""
        return self._claimed_addresses.find(addresses)

    def holder(self, kind: str, claimed: int, at: int) -> Host | None:
        """The host that a name or address is of.

        Args:
            kind: as of `host`.
            claimed: the number that `claimed` or `find_claimed` gave it.
            at: microseconds since 1970.
        """
        return _holding(self._claims[kind][claimed], at)

    def person(self, account: str, at: int | None = None) -> Person | None:
        """Whose account that is, written as in the inventory, in any case."""
        return _holding(self._people.get(normal("user", account), ()), at)

    def claimed_accounts(self, values: Sequence[str]) -> NDArray[np.int32]:
        """As `claimed`, of accounts in the forms in which the inventory may list them; see `account_holder`."""
        numbers = self._account_numbers
        return np.fromiter((numbers.get(normal("user", value), NOWHERE) for value in values), np.int32, len(values))

    def account_holder(self, claimed: int, at: int) -> Person | None:
        """Whose account it is at that moment, by the number that `claimed_accounts` gave it."""
        return _holding(self._account_claims[claimed], at)

    def zone(self, ip: str) -> Zone | None:
        """The smallest network of the inventory that the address is in."""
        index = self._ranges.find_one(ip)
        return None if index == NOWHERE else self.zones[index]

    def find_zones(self, addresses: Addresses) -> NDArray[np.int32]:
        """For each address the position of its smallest network in `zones`, or `NOWHERE`."""
        return self._ranges.find(addresses)

    def roles(self, kind: str, value: str, at: int | None = None) -> frozenset[str]:
        """What a host, an IP address (by its host and its network), a user or a MAC address is for.

        Args:
            kind: one of `KINDS`.
            value: a name, an address, an account.
            at: microseconds since 1970; without a moment the entry that holds last.

        Raises:
            KeyError: there is no such kind.
        """
        if kind == "user":
            person = self.person(value, at)
            return person.roles if person else _NO_ROLES
        host = self.host(kind, value, at)
        found = host.roles if host else _NO_ROLES
        zone = self.zone(value) if kind == "ip" else None
        return found | zone.roles if zone else found

    def overlaps(self) -> list[Overlap]:
        """Values that two entries claim for the same time; which one counts would be a matter of chance."""
        found = [
            replace(overlap, value=str(ip_address(bytes.fromhex(overlap.value)))) if kind == "ip" else overlap
            for kind, index in self._own_hosts.items()
            for overlap in _overlaps(index)
        ]
        found.extend(_overlaps(self._people))
        first: dict[str, Zone] = {}
        for zone in self.zones:
            other = first.setdefault(zone.cidr, zone)
            if other is not zone:
                found.append(Overlap(zone.cidr, (other.place, zone.place)))
        return found

    @cached_property
    def _ranges(self) -> Ranges:
        return Ranges.of((ip_network(zone.cidr), index) for index, zone in enumerate(self.zones))

    @cached_property
    def _own_hosts(self) -> dict[str, dict[str, tuple[Host, ...]]]:
        return {
            "host": _index("host", ((name, host) for host in self.hosts for name in (host.name, *host.names))),
            "ip": _index("ip", ((address, host) for host in self.hosts for address in host.addresses)),
            "mac": _index("mac", ((mac, host) for host in self.hosts for mac in host.macs)),
        }

    @cached_property
    def _hosts(self) -> dict[str, dict[str, tuple[Host, ...]]]:
        short: dict[str, dict[str, tuple[Host, ...]]] = {}
        for name, hosts in self._own_hosts["host"].items():
            short.setdefault(name.partition(".")[0], {})[name] = hosts
        alone = {label: next(iter(names.values())) for label, names in short.items() if len(names) == 1}
        return {**self._own_hosts, "host": {**alone, **self._own_hosts["host"]}}

    @cached_property
    def _claims(self) -> dict[str, list[tuple[Host, ...]]]:
        """By kind: the hosts of each value, in the order of `_hosts`."""
        return {kind: list(index.values()) for kind, index in self._hosts.items()}

    @cached_property
    def _numbers(self) -> dict[str, dict[str, int]]:
        """By kind: each value's position in `_claims`."""
        return {kind: {value: number for number, value in enumerate(index)} for kind, index in self._hosts.items()}

    @cached_property
    def _claimed_addresses(self) -> Ranges:
        networks = (ip_network(bytes.fromhex(address)) for address in self._hosts["ip"])
        return Ranges.of((network, number) for number, network in enumerate(networks))

    @cached_property
    def _people(self) -> dict[str, tuple[Person, ...]]:
        return _index("user", ((account, person) for person in self.people for account in person.accounts))

    @cached_property
    def _account_claims(self) -> list[tuple[Person, ...]]:
        return list(self._people.values())

    @cached_property
    def _account_numbers(self) -> dict[str, int]:
        return {account: number for number, account in enumerate(self._people)}


def normal(kind: str, value: str) -> str:
    """The form in which values of that kind are compared; empty for an IP address that is none."""
    if kind == "ip":
        return (packed(value) or b"").hex()
    if kind == "mac":
        return value.replace(":", "").replace("-", "").replace(".", "").upper()
    return value.lower().removesuffix(".") if kind == "host" else value.lower()


def _index(kind: str, pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    """Normal value -> its entries in the order in which they begin."""
    found: dict[str, list[T]] = {}
    for value, entry in pairs:
        entries = found.setdefault(normal(kind, value), [])
        if entry not in entries:
            entries.append(entry)
    return {value: tuple(sorted(entries, key=_since)) for value, entries in found.items()}


def _since(entry: Host | Person) -> float:
    return float("-inf") if entry.since is None else entry.since


def _until(entry: Host | Person) -> float:
    return float("inf") if entry.until is None else entry.until


def _holding(entries: Sequence[T], at: int | None) -> T | None:
    if at is None:
        return entries[-1] if entries else None
    for entry in reversed(entries):
        if (entry.since is None or entry.since <= at) and (entry.until is None or at < entry.until):
            return entry
    return None


def _overlaps(index: Mapping[str, Sequence[T]]) -> Iterator[Overlap]:
    for value, entries in index.items():
        for one, other in pairwise(entries):
            if _since(other) < _until(one):
                yield Overlap(value, (one.place, other.place))
