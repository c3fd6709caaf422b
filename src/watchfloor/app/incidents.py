"""Incidents of a home: grouping its alerts, and showing what came of it."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from watchfloor.alerts.levels import rank
from watchfloor.app.home import Home
from watchfloor.app.resolving import devices_of, person_of, who_is_who
from watchfloor.assets.holders import Terms
from watchfloor.assets.identity import Identities
from watchfloor.assets.inventory import KINDS, Inventory
from watchfloor.core.clock import iso
from watchfloor.core.settings import Settings
from watchfloor.incidents import register
from watchfloor.incidents.facts import Group
from watchfloor.incidents.grouping import group
from watchfloor.incidents.resolve import inside, resolved
from watchfloor.incidents.risk import assess
from watchfloor.incidents.weights import Roles, Weights
from watchfloor.store.tables import incident, incident_alert, incident_change


def regroup(home: Home, inventory: Inventory) -> None:
    """Make the home's incidents from all its alerts: the same alerts and decisions give the same incidents.

    Args:
        home: open for writing.
        inventory: for the roles of hosts, networks and accounts, for people and the addresses that are devices' own.
    """
    with home.store.read() as connection:
        groups, weights = grouped(home, connection, inventory)
    judged = [(found, assess(found, weights)) for found in groups]
    with home.store.transaction() as connection:
        register.replace(connection, [(found, risk) for found, risk in judged if risk.opens])


def grouped(
    home: Home, connection: sa.Connection, inventory: Inventory, shown: Collection[str] | None = ()
) -> tuple[list[Group], Weights]:
    """The alerts of a home in groups, those among them that are no incidents too, and what weighs how much in them.

    Args:
        home: open.
        connection: of its store.
        inventory: as for `regroup`.
        shown: alerts that count although they are hidden or withdrawn; None for all of them.
    """
    known = register.facts(connection, home.policy, shown)
    decisions = register.decisions(connection)
    terms = Terms.of(Settings.from_environment(), inventory)
    identities = who_is_who(connection, inventory)
    pairs = list(dict.fromkeys(inside((fact.links, fact.first) for fact in known)))
    facts = resolved(known, devices_of(connection, pairs, terms, inventory), person_of(identities))
    weights = Weights(facts, _roles(identities))
    return group(facts, weights, decisions), weights


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


def members_of(connection: sa.Connection, incident_id: str) -> list[str]:
    """The ids of an incident's alerts."""
    query = sa.select(incident_alert.c.alert_id).where(incident_alert.c.incident_id == incident_id)
    return list(connection.execute(query).scalars())
