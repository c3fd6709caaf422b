"""Reads an inventory from the file in which the user keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

from watchfloor.assets._entries import Entry, entries
from watchfloor.assets.inventory import CRITICALITIES, ROLES, Host, Inventory, Person, Zone, normal
from watchfloor.core.addresses import packed
from watchfloor.core.clock import moment, to_microseconds
from watchfloor.core.errors import UsageError

FILE_NAME = "inventory.yml"
"""The inventory of a home, in its folder."""
KEYS = {
    "host": ("name", "names", "addresses", "macs", "roles", "owner", "criticality", "from", "until"),
    "network": ("cidr", "zone", "roles", "owner"),
    "person": ("name", "accounts", "roles", "from", "until"),
}
_MANY = frozenset({"names", "addresses", "macs", "roles", "accounts"})
_LONGEST = 256
"""Characters of a text; the longest host name has 253."""


def read_inventory(path: Path) -> Inventory:
    """The inventory in a YAML or CSV file; the guide says what is in it.

    Raises:
        UsageError: the file cannot be read, or an entry cannot be understood or contradicts another one; says the line.
    """
    hosts, zones, people = [], [], []
    for entry in entries(path):
        _check_keys(entry)
        if entry.kind == "host":
            hosts.append(_host(entry))
        elif entry.kind == "network":
            zones.append(_zone(entry))
        else:
            people.append(_person(entry))
    inventory = Inventory(tuple(hosts), tuple(zones), tuple(people))
    for overlap in inventory.overlaps():
        raise UsageError(
            f"claims the same value {overlap.value[:60]!r} for the same time as {overlap.places[0]}",
            place=overlap.places[1],
            way_out="Give both entries times (from, until) that do not overlap, or leave one out",
        )
    return inventory


def _check_keys(entry: Entry) -> None:
    known = KEYS[entry.kind]
    for key, values in entry.values.items():
        if key not in known:
            raise UsageError(
                f"a {entry.kind} has no {key[:40]!r}", place=entry.place, way_out=f"It may have {', '.join(known)}"
            )
        if len(values) > 1 and key not in _MANY:
            raise UsageError(f"{key} has more than one value", place=entry.place)
        for value in values:
            if len(value) > _LONGEST or not value.isprintable():
                raise UsageError(f"{key} is longer than {_LONGEST} characters or not printable", place=entry.place)


def _host(entry: Entry) -> Host:
    values = entry.values
    since, until = _times(entry)
    host = Host(
        name=_one(entry, "name"),
        names=tuple(values.get("names", ())),
        addresses=tuple(_address(entry, text) for text in values.get("addresses", ())),
        macs=tuple(_mac(entry, text) for text in values.get("macs", ())),
        roles=_roles(entry),
        owner=_one(entry, "owner", ""),
        criticality=_one(entry, "criticality", ""),
        since=since,
        until=until,
        place=entry.place,
    )
    if host.criticality and host.criticality not in CRITICALITIES:
        raise UsageError("unknown criticality", place=entry.place, way_out=f"One of {', '.join(CRITICALITIES)}")
    return host


def _zone(entry: Entry) -> Zone:
    text = _one(entry, "cidr")
    try:
        cidr = str(ip_network(text))
    except ValueError as error:
        raise UsageError(f"not a network: {error}", place=entry.place, way_out="Write 192.0.2.0/24") from None
    return Zone(cidr, _one(entry, "zone", ""), _roles(entry), _one(entry, "owner", ""), entry.place)


def _person(entry: Entry) -> Person:
    accounts = entry.values.get("accounts")
    if not accounts:
        raise UsageError(
            "a person without accounts", place=entry.place, way_out="accounts: [DOMAIN\\user, user@domain]"
        )
    return Person(_one(entry, "name"), tuple(accounts), _roles(entry), *_times(entry), entry.place)


def _one(entry: Entry, key: str, default: str | None = None) -> str:
    values = entry.values.get(key)
    if values:
        return values[0]
    if default is None:
        raise UsageError(f"a {entry.kind} without {key}", place=entry.place)
    return default


def _address(entry: Entry, text: str) -> str:
    if packed(text) is None:
        raise UsageError(f"not an IP address: {text[:60]!r}", place=entry.place)
    return text


def _mac(entry: Entry, text: str) -> str:
    digits = normal("mac", text)
    if len(digits) != 12 or not set(digits) <= set("0123456789ABCDEF"):
        raise UsageError(f"not a MAC address: {text[:60]!r}", place=entry.place, way_out="Write 00-00-5E-00-53-23")
    return "-".join(_by_two(digits))


def _by_two(digits: str) -> Iterator[str]:
    return (digits[start : start + 2] for start in range(0, len(digits), 2))


def _roles(entry: Entry) -> frozenset[str]:
    roles = frozenset(entry.values.get("roles", ()))
    unknown = sorted(roles - ROLES)
    if unknown:
        raise UsageError(
            f"unknown role {unknown[0][:40]!r}", place=entry.place, way_out=f"One of {', '.join(sorted(ROLES))}"
        )
    return roles


def _times(entry: Entry) -> tuple[int | None, int | None]:
    since, until = (_time(entry, key) for key in ("from", "until"))
    if since is not None and until is not None and since >= until:
        raise UsageError("ends before it begins", place=entry.place)
    return since, until


def _time(entry: Entry, key: str) -> int | None:
    text = _one(entry, key, "")
    if not text:
        return None
    try:
        return to_microseconds(moment(text))
    except UsageError as error:
        raise UsageError(
            f"{key} is {error.thing}: {text[:60]!r}", place=entry.place, way_out="Write 2026-11-25"
        ) from None
