"""Stored alerts by what people ask for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from watchfloor.alerts.entities import Entity
from watchfloor.alerts.levels import LEVELS, rank
from watchfloor.alerts.suppression import Suppression, Suppressions, matches, stored
from watchfloor.policy.policy import Policy
from watchfloor.store.tables import alert


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts; the defaults are every one.

    Attributes:
        level: the lowest.
        rule: id of a rule, or a part of its title, in any case; empty for all.
        entity: that an alert must have; an address may be a network.
        since, until: the latest event is at or after the one, the first event before the other.
    """

    level: str = "informational"
    rule: str = ""
    entity: Entity | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def listed(connection: sa.Connection, wanted: Wanted, policy: Policy) -> Iterator[tuple[str, Suppression | None]]:
    """Ids of alerts, the latest first, each with what hides it, if anything: a suppression or a maintenance window."""
    hidden = Suppressions(stored(connection), policy)
    for row in _rows(connection, wanted):
        yield row["id"], _hider(hidden, row)


def rehidden(
    connection: sa.Connection, wanted: Wanted, before: Policy, after: Policy
) -> Iterator[tuple[sa.RowMapping, bool]]:
    """Alerts, the latest first, that another policy hides or shows again, each with whether it hides it."""
    known = list(stored(connection))
    one, other = Suppressions(known, before), Suppressions(known, after)
    for row in _rows(connection, wanted):
        hidden = _hider(other, row) is not None
        if hidden is not (_hider(one, row) is not None):
            yield row, hidden


def _hider(hidden: Suppressions, row: sa.RowMapping) -> Suppression | None:
    return hidden.of(row["rule_id"], row["entities"], row["first_time"], row["last_time"])


def _rows(connection: sa.Connection, wanted: Wanted) -> Iterator[sa.RowMapping]:
    query = sa.select(alert).where(alert.c.count > 0).order_by(alert.c.last_time.desc(), alert.c.id)
    if rank(wanted.level):
        query = query.where(alert.c.rule_level.in_(LEVELS[rank(wanted.level) :]))
    if wanted.since is not None:
        query = query.where(alert.c.last_time >= wanted.since)
    if wanted.until is not None:
        query = query.where(alert.c.first_time < wanted.until)
    text = wanted.rule.casefold()
    for row in connection.execute(query).mappings():
        if text and text != row["rule_id"].casefold() and text not in row["rule_title"].casefold():
            continue
        if wanted.entity is not None and not matches(wanted.entity, row["entities"]):
            continue
        yield row
