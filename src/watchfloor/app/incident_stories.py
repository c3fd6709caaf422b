"""Whole incidents: what the store says of them, with the records of their alerts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from watchfloor.alerts.levels import worst_first
from watchfloor.alerts.links import Link, columns, links_of
from watchfloor.alerts.record import stored_alerts
from watchfloor.app.home import Home
from watchfloor.app.incident_ids import find
from watchfloor.app.incidents import head
from watchfloor.app.records import MAX_PARTS, ORIGINAL, look_up
from watchfloor.app.resolving import shown_links, who_is_who
from watchfloor.assets.holders import Terms
from watchfloor.assets.identity import Identities
from watchfloor.core.clock import iso
from watchfloor.core.errors import UsageError
from watchfloor.incidents import register
from watchfloor.incidents.story import told
from watchfloor.lake.lake import Lake
from watchfloor.store.tables import incident, incident_alert, incident_decision

MAX_RECORD = 600
"""Characters of a record that an incident tells."""
_INCIDENTS = 200
"""Incidents that are told at once."""
MAX_SHOWN = 100
"""Alerts of an incident whose records are told, the worst ones; of a storm of thousands nobody reads more."""


def whole(home: Home, text: str, terms: Terms | None = None) -> dict[str, Any]:
    """One incident with everything about it (see `incidents.story.told`).

    Args:
        home: open.
        text: its id, or the beginning of it; also an id that it had before, see `incident_ids.find`.
        terms: what is known of DHCP leases beside the records of the home.

    Raises:
        UsageError: there is no such incident, or more than one, or a run that has not ended took all its alerts back.
        StoreError: the records cannot be looked up.
    """
    with home.store.read() as connection:
        known = _Known.of(connection, home.lake, terms)
        row = find(home, connection, text)
        for found in _told(known, [row]):
            return found
    raise UsageError(
        f"all alerts of incident {row['id']} were taken back", way_out="The next run that ends makes the incidents anew"
    )


def wholes(home: Home, ids: Iterable[str], terms: Terms | None = None) -> Iterator[dict[str, Any]]:
    """Many incidents by their ids, in this order; see `whole` for what else to give and for errors.

    Those are left out whose alerts were all taken back.
    """
    with home.store.read() as connection:
        known = _Known.of(connection, home.lake, terms)
        rows = {row["id"]: row for row in connection.execute(sa.select(incident)).mappings()}
        wanted = iter(ids)
        while chunk := list(itertools.islice(wanted, _INCIDENTS)):
            yield from _told(known, [rows[each] for each in chunk])


class _Known(NamedTuple):
    """Where incidents and their records are, and who is who in them."""

    connection: sa.Connection
    lake: Lake
    terms: Terms
    identities: Identities

    @classmethod
    def of(cls, connection: sa.Connection, lake: Lake, terms: Terms | None) -> _Known:
        terms = terms or Terms()
        return cls(connection, lake, terms, who_is_who(connection, terms.inventory))


def _told(known: _Known, rows: Sequence[sa.RowMapping]) -> Iterator[dict[str, Any]]:
    connection, terms = known.connection, known.terms
    query = sa.select(incident_alert.c.incident_id, incident_alert.c.alert_id, incident_alert.c.join)
    chosen = query.where(incident_alert.c.incident_id.in_([row["id"] for row in rows]))
    joins: dict[str, dict[str, dict[str, Any]]] = {row["id"]: {} for row in rows}
    for each in connection.execute(chosen):
        joins[each.incident_id][each.alert_id] = each.join
    alerts = {alert for members in joins.values() for alert in members}
    steps = {step["id"]: step for step in stored_alerts(connection, alerts, terms)}
    links = register.links_of(connection, alerts)
    told_whole = (
        step
        for members in joins.values()
        for step in worst_first(steps[each] for each in members if each in steps)[:MAX_SHOWN]
    )
    shown_events = (event for step in told_whole for event in _chosen(step))
    events = look_up(known.lake, shown_events, (ORIGINAL, *columns()), MAX_RECORD)
    decided = list(connection.execute(sa.select(incident_decision).order_by(incident_decision.c.number)).mappings())
    for row in rows:
        members = joins[row["id"]]
        found = head(row, register.changes_of(connection, members))
        by_hand = ({**each, "at": iso(each["at"])} for each in register.said_of(members, decided))
        found["changes"] = sorted([*found["changes"], *by_hand], key=lambda each: each["at"])
        own = [steps[alert] for alert in members if alert in steps]
        if not own:
            continue
        of_steps = [links[step["id"]] or _links(step, _looked_up(step, events)) for step in own]
        shown = shown_links(connection, own, of_steps, terms, known.identities)
        yield told(
            found,
            [
                {**step, "links": those, "join": members[step["id"]], "records": _records(_looked_up(step, events))}
                for step, those in zip(own, shown, strict=True)
            ],
        )


def _looked_up(step: Mapping[str, Any], events: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [found for event in _chosen(step) if (found := events.get(event["event.id"]))]


def _links(step: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> list[Link]:
    """Of a correlation's alert, which keeps none."""
    of_events = (link for event in events for link in links_of(event))
    return list(dict.fromkeys((*register.entity_links(step["entities"]), *of_events)))


def _records(events: Sequence[Mapping[str, Any]]) -> list[str]:
    return [record for event in events for record in event[ORIGINAL][: MAX_PARTS // len(events)]]


def _chosen(step: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The first event of an alert and the last two: what it began with, and what it came to."""
    events: list[Mapping[str, Any]] = step["events"]
    return [*events[:1], *events[1:][-2:]]
