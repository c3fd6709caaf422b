"""Reads an inventory from the file in which the user keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path

from watchfloor.assets._entries import entries
from watchfloor.assets._entry import Entry
from watchfloor.assets.inventory import CRITICALITIES, ROLES, Host, Inventory, Person, Zone, normal
from watchfloor.core.addresses import packed
from watchfloor.core.clock import moment, to_microseconds
from watchfloor.core.collection import collection_paused
from watchfloor.core.errors import UsageError
from watchfloor.core.faults import Tell, faults_gathered

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
        FaultsError: the file cannot be read, or entries cannot be understood or contradict others; all that is wrong,
            each with its line.
    """
    found: dict[str, list[Host | Zone | Person]] = {kind: [] for kind in KEYS}
    strange: set[tuple[str, str]] | None = set() if path.suffix.lower() == ".csv" else None
    with faults_gathered() as tell, collection_paused():
        for entry in entries(path, tell):
            checked = _Checked(entry, tell, strange)
            read = _READERS[entry.kind](checked)
            if checked.sound:
                found[entry.kind].append(read)
        inventory = Inventory(*(tuple(each) for each in found.values()))  # type: ignore[arg-type]  # each of its kind
        for overlap in inventory.overlaps():
            tell(
                UsageError(
                    f"claims the same value {overlap.value[:60]!r} for the same time as {overlap.places[0]}",
                    place=overlap.places[1],
                    way_out="Give both entries times (from, until) that do not overlap, or leave one out",
                )
            )
    return inventory


class _Checked:
    """An entry whose faults are told as its values are read; `sound` until there is one.

    Args:
        entry: as the file has it.
        tell: takes the faults.
        strange: columns that were told to be no kind's, once for all lines; None where each line has its own keys.
    """

    def __init__(self, entry: Entry, tell: Tell, strange: set[tuple[str, str]] | None) -> None:
        self.entry = entry
        self.sound = entry.sound
        self._tell = tell
        known = KEYS[entry.kind]
        for key, values in entry.values.items():
            if key not in known and (strange is None or (entry.kind, key) not in strange):
                if strange is not None:
                    strange.add((entry.kind, key))
                self.fault(f"a {entry.kind} has no {key[:40]!r}", f"It may have {', '.join(known)}")
            if len(values) > 1 and key not in _MANY:
                self.fault(f"{key[:40]} has more than one value")
            if any(len(value) > _LONGEST or not value.isprintable() for value in values):
                self.fault(f"{key[:40]} is longer than {_LONGEST} characters or not printable")

    def fault(self, thing: str, way_out: str = "") -> None:
        """Tell it."""
        self.sound = False
        self._tell(UsageError(thing, place=self.entry.place, way_out=way_out))

    def many(self, key: str) -> list[str]:
        """The texts of a key."""
        return self.entry.values.get(key, [])

    def one(self, key: str) -> str:
        """The text of a key that may be left out; empty then."""
        return next(iter(self.entry.values.get(key, ())), "")

    def needed(self, key: str) -> str:
        """The text of a key that must be given."""
        if key not in self.entry.values:
            self.fault(f"a {self.entry.kind} without {key}")
        return self.one(key)


def _host(checked: _Checked) -> Host:
    since, until = _times(checked)
    criticality = checked.one("criticality")
    if criticality and criticality not in CRITICALITIES:
        checked.fault("unknown criticality", f"One of {', '.join(CRITICALITIES)}")
    return Host(
        name=checked.needed("name"),
        names=tuple(checked.many("names")),
        addresses=_addresses(checked),
        macs=tuple(_mac(checked, text) for text in checked.many("macs")),
        roles=_roles(checked),
        owner=checked.one("owner"),
        criticality=criticality,
        since=since,
        until=until,
        place=checked.entry.place,
    )


def _zone(checked: _Checked) -> Zone:
    cidr = checked.needed("cidr")
    try:
        cidr = str(ip_network(cidr))
    except ValueError as error:
        if cidr:
            checked.fault(f"not a network: {str(error)[:120]}", "Write 192.0.2.0/24")
    return Zone(cidr, checked.one("zone"), _roles(checked), checked.one("owner"), checked.entry.place)


def _person(checked: _Checked) -> Person:
    if "accounts" not in checked.entry.values:
        checked.fault("a person without accounts", "accounts: [DOMAIN\\user, user@domain]")
    accounts = tuple(checked.many("accounts"))
    return Person(checked.needed("name"), accounts, _roles(checked), *_times(checked), checked.entry.place)


_READERS: dict[str, Callable[[_Checked], Host | Zone | Person]] = {"host": _host, "network": _zone, "person": _person}


def _addresses(checked: _Checked) -> tuple[str, ...]:
    found = tuple(checked.many("addresses"))
    for text in found:
        if packed(text) is None:
            checked.fault(f"not an IP address: {text[:60]!r}")
    return found


def _mac(checked: _Checked, text: str) -> str:
    digits = normal("mac", text)
    if len(digits) != 12 or not set(digits) <= set("0123456789ABCDEF"):
        checked.fault(f"not a MAC address: {text[:60]!r}", "Write 00-00-5E-00-53-23")
    return "-".join(_by_two(digits))


def _by_two(digits: str) -> Iterator[str]:
    return (digits[start : start + 2] for start in range(0, len(digits), 2))


def _roles(checked: _Checked) -> frozenset[str]:
    roles = frozenset(checked.many("roles"))
    for unknown in sorted(roles - ROLES):
        checked.fault(f"unknown role {unknown[:40]!r}", f"One of {', '.join(sorted(ROLES))}")
    return roles


def _times(checked: _Checked) -> tuple[int | None, int | None]:
    since, until = _time(checked, "from"), _time(checked, "until")
    if since is not None and until is not None and since >= until:
        checked.fault("ends before it begins")
    return since, until


def _time(checked: _Checked, key: str) -> int | None:
    text = checked.one(key)
    if not text:
        return None
    try:
        return to_microseconds(moment(text))
    except UsageError as error:
        checked.fault(f"{key} is {error.thing}: {text[:60]!r}", "Write 2026-11-25")
        return None
