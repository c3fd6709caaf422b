"""Who is behind the addresses and accounts of a home's alerts."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from watchfloor.alerts.links import Link
from watchfloor.assets import accounts
from watchfloor.assets.devices import device_at
from watchfloor.assets.holders import Terms
from watchfloor.assets.identity import Identities
from watchfloor.assets.inventory import Inventory
from watchfloor.core.clock import to_microseconds
from watchfloor.incidents.resolve import Device, Person, inside, only_host


def who_is_who(connection: sa.Connection, inventory: Inventory) -> Identities:
    """The people of a home, by what its events and its inventory say of accounts."""
    return Identities.of(accounts.facts(connection), inventory)


def devices_of(
    connection: sa.Connection, pairs: Sequence[tuple[str, int]], terms: Terms, inventory: Inventory
) -> dict[tuple[str, int], Device]:
    """Who had each address: a host of the inventory by its name, as its own logs call it, else what the leases say."""
    addresses = pa.array([address for address, _ in pairs], pa.string())
    found = device_at(connection, addresses, pa.array([time for _, time in pairs], pa.int64()), terms)
    rows = zip(pairs, *(found[name].to_pylist() for name in ("device", "mac", "hostname")), strict=True)
    devices: dict[tuple[str, int], Device] = {}
    for (address, time), device, mac, name in rows:
        if (static := inventory.host("ip", address, time)) is not None:
            devices[address, time] = Device(None, static.name)
        elif device:
            leased = inventory.host("mac", mac, time) if mac else None
            devices[address, time] = Device(device, leased.name if leased else name)
    return devices


def person_of(identities: Identities) -> Person:
    """What an account of a host stands for."""

    @functools.cache
    def person(account: str, host: str | None) -> str:
        found, _ = identities.told(account, host)
        return account if found is None else found.lower()

    return person


def shown_links(
    connection: sa.Connection,
    steps: Sequence[Mapping[str, Any]],
    links: Sequence[Sequence[Link]],
    terms: Terms,
    identities: Identities,
) -> list[list[dict[str, Any]]]:
    """Of each alert its links as JSON values: accounts by who is behind them, addresses with who had them."""
    times = [to_microseconds(dt.datetime.fromisoformat(step["timestamp"])) for step in steps]
    pairs = list(dict.fromkeys(inside(zip(links, times, strict=True))))
    devices, person = devices_of(connection, pairs, terms, terms.inventory), person_of(identities)
    found = []
    for own, time in zip(links, times, strict=True):
        host = only_host(own)
        shown = []
        for link in own:
            value, known_as = link.value, ""
            if link.kind == "ip" and (device := devices.get((link.value, time))):
                known_as = device.hostname or (device.id or "").partition(" ")[0]
            elif link.kind == "user":
                value = person(link.value, host)
                known_as = link.value if value != link.value else ""
            shown.append({**asdict(link), "value": value, "known_as": known_as})
        found.append(shown)
    return found
