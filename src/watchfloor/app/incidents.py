"""Incidents of a home: grouping its alerts, and showing what came of it."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from watchfloor.alerts.levels import rank
from watchfloor.alerts.links import Link
from watchfloor.alerts.record import stored_alerts
from watchfloor.app.home import Home
from watchfloor.assets import accounts
from watchfloor.assets.devices import device_at
from watchfloor.assets.holders import Terms
from watchfloor.assets.identity import Identities
from watchfloor.assets.inventory import KINDS, Inventory
from watchfloor.core.clock import iso, to_microseconds
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings
from watchfloor.incidents import register
from watchfloor.incidents.grouping import group
from watchfloor.incidents.resolve import Device, Person, inside, only_host, resolved
from watchfloor.incidents.risk import assess
from watchfloor.incidents.story import told
from watchfloor.incidents.weights import Roles, Weights
from watchfloor.store.tables import incident, incident_alert, incident_change


def regroup(home: Home, inventory: Inventory) -> None:
    """Make the home's incidents from all its alerts: the same alerts and decisions give the same incidents.

    Args:
        home: open for writing.
        inventory: for the roles of hosts, networks and accounts, for people and the addresses that are devices' own.
    """
    with home.store.read() as connection:
        known = register.facts(connection, home.policy)
        decisions = register.decisions(connection)
        terms = Terms.of(Settings.from_environment(), inventory)
        identities = who_is_who(connection, inventory)
        pairs = list(dict.fromkeys(inside((fact.links, fact.first) for fact in known)))
        facts = resolved(known, _devices(connection, pairs, terms, inventory), _person(identities))
    weights = Weights(facts, _roles(identities))
    judged = [(found, assess(found, weights)) for found in group(facts, weights, decisions)]
    with home.store.transaction() as connection:
        register.replace(connection, [(found, risk) for found, risk in judged if risk.opens])


def _devices(
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


def _roles(identities: Identities) -> Roles:
    inventory = identities.inventory
    of_people: dict[str, frozenset[str]] = {}
    for person in inventory.people:
        of_people[person.name.lower()] = of_people.get(person.name.lower(), frozenset()) | person.roles

    @functools.cache
    def roles(kind: str, value: str) -> frozenset[str]:
        if kind == "device":  # a random MAC address has its lease behind it
            kind, value = "mac", value.partition(" ")[0]
        if kind not in KINDS:
            return frozenset()
        found = inventory.roles(kind, value)
        if kind == "user":  # a person's name stands for the accounts; a computer's account is the computer's
            found |= of_people.get(value, frozenset())
            if value.endswith("$"):
                found |= inventory.roles("host", value.rpartition("\\")[2].removesuffix("$"))
        return found

    return roles


def _person(identities: Identities) -> Person:
    @functools.cache
    def person(account: str, host: str | None) -> str:
        found, _ = identities.told(account, host)
        return account if found is None else found.lower()

    return person


def heads(connection: sa.Connection, alerts: Collection[str] | None = None) -> list[dict[str, Any]]:
    """The incidents, the worst and latest first, each as a list of incidents shows it.

    Args:
        connection: of the store.
        alerts: only incidents with one of these alerts; None takes all.
    """
    members: dict[str, list[str]] = {}
    held = sa.select(incident_alert.c.incident_id, incident_alert.c.alert_id)
    for holder, alert in connection.execute(held):
        members.setdefault(holder, []).append(alert)
    changed: dict[str, list[sa.RowMapping]] = {}
    for row in connection.execute(sa.select(incident_change).order_by(incident_change.c.number)).mappings():
        changed.setdefault(row["alert_id"], []).append(row)
    found = []
    for row in connection.execute(sa.select(incident)).mappings():
        if alerts is None or not set(members[row["id"]]).isdisjoint(alerts):
            own = [each for member in members[row["id"]] for each in changed.get(member, ())]
            found.append(head(row, sorted(own, key=lambda each: each["number"])))
    return sorted(found, key=_worst_first)


def _worst_first(found: dict[str, Any]) -> tuple[int, float, str]:
    return -rank(found["severity"]), -dt.datetime.fromisoformat(found["last"]).timestamp(), found["id"]


def head(row: sa.RowMapping, changes: Sequence[sa.RowMapping]) -> dict[str, Any]:
    """An incident as a list shows it, from its row and what people changed."""
    state = register.state_of(changes, row["alerts"], row["last_time"])
    return {
        "id": row["id"],
        "title": row["title"],
        "severity": row["severity"],
        "risk": row["risk"],
        "status": state.status,
        "verdict": state.verdict,
        "owner": state.owner,
        "first": iso(row["first_time"]),
        "last": iso(row["last_time"]),
        "alerts": row["alerts"],
        "why": row["why"],
        "changes": [
            {
                "kind": each["kind"],
                "value": each["value"],
                "by": each["by"],
                "at": iso(each["at"]),
                "note": each["note"],
            }
            for each in changes
        ],
    }


def whole(
    connection: sa.Connection, text: str, terms: Terms | None = None, identities: Identities | None = None
) -> dict[str, Any]:
    """One incident with everything about it (see `incidents.story.told`).

    Args:
        connection: of the store.
        text: its id, or the beginning of it; also an id that it had before an earlier alert joined it.
        terms: what is known of DHCP leases beside the records of the home.
        identities: who is who in the home, for those who ask for many incidents; see `who_is_who`.

    Raises:
        UsageError: there is no such incident, or more than one.
    """
    terms = terms or Terms()
    row = find(connection, text)
    query = sa.select(incident_alert.c.alert_id, incident_alert.c.join).where(incident_alert.c.incident_id == row["id"])
    joins: dict[str, dict[str, Any]] = {each.alert_id: each.join for each in connection.execute(query)}
    stored = register.links_of(connection, joins)
    steps = list(stored_alerts(connection, joins.keys(), terms))
    links = [stored[step["id"]] or list(register.entity_links(step["entities"])) for step in steps]
    shown = _shown_links(connection, steps, links, terms, identities or who_is_who(connection, terms.inventory))
    steps = [{**step, "links": own, "join": joins[step["id"]]} for step, own in zip(steps, shown, strict=True)]
    return told(head(row, register.changes_of(connection, joins)), steps)


def who_is_who(connection: sa.Connection, inventory: Inventory) -> Identities:
    """The people of a home, by what its events and its inventory say of accounts."""
    return Identities.of(accounts.facts(connection), inventory)


def _shown_links(
    connection: sa.Connection,
    steps: Sequence[Mapping[str, Any]],
    links: Sequence[Sequence[Link]],
    terms: Terms,
    identities: Identities,
) -> list[list[dict[str, Any]]]:
    """Of each alert its links as JSON values: accounts by who is behind them, addresses with who had them."""
    times = [to_microseconds(dt.datetime.fromisoformat(step["timestamp"])) for step in steps]
    pairs = list(dict.fromkeys(inside(zip(links, times, strict=True))))
    devices, person = _devices(connection, pairs, terms, terms.inventory), _person(identities)
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


def find(connection: sa.Connection, text: str) -> sa.RowMapping:
    """The row of an incident; see `whole` for the argument and errors."""
    wanted = text.strip().lower()
    rows = list(connection.execute(sa.select(incident)).mappings())
    found = [row for row in rows if wanted and row["id"].startswith(wanted)]
    if not found:
        held = connection.execute(sa.select(incident_alert.c.incident_id, incident_alert.c.alert_id))
        holders = {holder for holder, alert in held if register.incident_id(alert) == wanted}
        found = [row for row in rows if row["id"] in holders]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{len(found)} incidents start with {text!r}", way_out="Give more of the id")
    raise UsageError(f"no such incident: {text!r}", way_out="See: watchfloor incidents list")


def members_of(connection: sa.Connection, incident_id: str) -> list[str]:
    """The ids of an incident's alerts."""
    query = sa.select(incident_alert.c.alert_id).where(incident_alert.c.incident_id == incident_id)
    return list(connection.execute(query).scalars())
