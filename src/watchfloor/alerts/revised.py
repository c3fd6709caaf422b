"""Alerts that later events revise: each is written anew, with its events, and a line about what it said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from watchfloor.alerts.gather import AlertEvent
from watchfloor.alerts.links import Link
from watchfloor.alerts.record import chunks, event_row, record_links
from watchfloor.store.tables import alert, alert_event, alert_link, alert_revision

_EVENTS_AT_ONCE = 20_000
"""Events of alerts that are gathered before they are written."""

# Statements are built once: building one takes longer than running it.
_UPDATE = sa.update(alert).where(alert.c.id == sa.bindparam("of"))
_NAMED = sa.select(alert_event.c.event_id).where(alert_event.c.alert_id == sa.bindparam("of"))
_DROP_LINKS = sa.delete(alert_link).where(alert_link.c.alert_id == sa.bindparam("of"))
_DROP_EVENTS = sa.delete(alert_event).where(alert_event.c.alert_id == sa.bindparam("of"))


@dataclass(frozen=True, slots=True)
class Said:
    """Columns of the alert, the events that it names, and what it may be connected by."""

    values: dict[str, Any]
    events: list[AlertEvent]
    links: tuple[Link, ...] = ()


def revise(
    connection: sa.Connection, ids: Collection[str], alerts: Iterable[tuple[str, dict[str, Any], Said | None]]
) -> None:
    """Bring alerts up to date, within the caller's transaction.

    Args:
        connection: of the transaction.
        ids: of all the alerts.
        alerts: id, the columns that never change, and what the alert says now: nothing any more with None, which
            leaves it with a count of 0.
    """
    query = sa.select(alert).where(alert.c.id.in_(list(ids)))
    known = {row["id"]: dict(row) for row in connection.execute(query).mappings()}
    writes = _Writes()
    for alert_id, identity, now in alerts:
        before = known.get(alert_id)
        if before is not None:
            row = {**before, "count": 0} if now is None else {**before, **identity, **now.values}
            events = {event.id for event in now.events} if now else set()
            revised = row != before or events != _named(connection, alert_id)
            writes.put({**row, "revision": before["revision"] + revised}, now, known=True, revised=revised)
        elif now is not None:
            writes.put({"id": alert_id, **identity, **now.values, "revision": 1}, now, known=False, revised=True)
        if len(writes.events) > _EVENTS_AT_ONCE:
            writes.flush(connection)
    writes.flush(connection)


def withdraw(connection: sa.Connection, ids: Sequence[str]) -> None:
    """Take alerts back, within the caller's transaction: they count no event any more."""
    for chunk in chunks(ids):
        revise(connection, chunk, ((alert_id, {}, None) for alert_id in chunk))


def taken_back(connection: sa.Connection, text: str) -> str:
    """The id, beginning so, of an alert that was taken back; empty where there is not just one."""
    begins = alert.c.id.startswith(text, autoescape=True)
    found = connection.scalars(sa.select(alert.c.id).where(begins, alert.c.count == 0).limit(2)).all()
    return found[0] if text and len(found) == 1 else ""


def _named(connection: sa.Connection, alert_id: str) -> set[str]:
    """Ids of the events that an alert names."""
    return set(connection.execute(_NAMED, {"of": alert_id}).scalars())


class _Writes:
    """Rows of several alerts that are written together."""

    def __init__(self) -> None:
        self._new: list[dict[str, Any]] = []
        self._known: list[dict[str, Any]] = []
        self._revisions: list[dict[str, Any]] = []
        self._links: dict[str, tuple[Link, ...]] = {}
        self.events: list[dict[str, Any]] = []

    def put(self, row: dict[str, Any], state: Said | None, *, known: bool, revised: bool) -> None:
        """Note what one alert says now, and whether that is something else than before."""
        (self._known if known else self._new).append(row)
        if revised:
            noted = {name: row[name] for name in ("revision", "count", "first_time", "last_time")}
            self._revisions.append({"alert_id": row["id"], **noted})
        self._links[row["id"]] = state.links if state else ()
        self.events.extend(event_row(row["id"], event) for event in (state.events if state else ()))

    def flush(self, connection: sa.Connection) -> None:
        """Write all."""
        if self._known:
            ids = [{"of": row["id"]} for row in self._known]
            connection.execute(_DROP_EVENTS, ids)
            connection.execute(_DROP_LINKS, ids)
            connection.execute(_UPDATE, [{"of": row["id"], **row} for row in self._known])
        for table, rows in (
            (alert, self._new),
            (alert_event, self.events),
            (alert_revision, self._revisions),
        ):
            if rows:
                connection.execute(sa.insert(table), rows)
        record_links(connection, self._links)
        for written in (self._new, self._known, self.events, self._revisions):
            written.clear()
        self._links.clear()
