"""Alerts of correlations: what the firings of one group on one UTC day say together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from watchfloor.alerts.entities import Entity, kinds_of_group
from watchfloor.alerts.gather import AlertEvent, alert_identity
from watchfloor.alerts.record import event_row
from watchfloor.core.clock import from_microseconds, to_microseconds
from watchfloor.detect.sigma import Correlation, Reason, RuleSet
from watchfloor.detect.sigma.correlate.engine import Changed
from watchfloor.detect.sigma.correlate.evidence import EventPlace, Evidence
from watchfloor.detect.sigma.correlate.matches import group_values
from watchfloor.store.tables import alert, alert_event, alert_revision, correlation_firing

MAX_EVENTS = 1_000
"""Events that an alert of a correlation names, the earliest ones; its count tells how many there are."""

_DAY = dt.timedelta(days=1) // dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class CorrelatedAlerts:
    """Keeps the alerts of correlations true to their firings.

    Attributes:
        rules: the loaded rules.
        evidence: finds the events of firings.
        final: whether all events are known, so that nothing is provisional.
    """

    rules: RuleSet
    evidence: Evidence
    final: bool
    _kinds: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def record(self, connection: sa.Connection, changes: Iterable[Changed]) -> set[str]:
        """Bring alerts up to date with changed firings, within the caller's transaction.

        Returns:
            The ids of the alerts that were looked at; an alert that lost all its firings has a count of 0.
        """
        found = set()
        for about in _days(changes):
            if about.correlation.id not in self.rules.silent:
                kinds = self._kinds_of(about.correlation)
                entities = tuple(map(Entity, kinds, group_values(about.group)))
                alert_id = alert_identity(about.correlation.id, about.day, entities)
                found.add(alert_id)
                if about.changed:
                    self._record(connection, about, entities, alert_id)
        return found

    def _kinds_of(self, correlation: Correlation) -> tuple[str, ...]:
        if correlation.id not in self._kinds:
            self._kinds[correlation.id] = kinds_of_group(self.rules, correlation)
        return self._kinds[correlation.id]

    def _record(self, connection: sa.Connection, about: _About, entities: tuple[Entity, ...], alert_id: str) -> None:
        before = connection.execute(sa.select(alert).where(alert.c.id == alert_id)).mappings().one_or_none()
        now = self._now(connection, about)
        if before is not None:
            values = {"count": 0} if now is None else now.values
            row = {**before, **values, "revision": before["revision"] + 1}
            connection.execute(sa.update(alert).where(alert.c.id == alert_id).values(row))
        elif now is not None:
            row = {"id": alert_id, **_identity(about, entities), **now.values, "revision": 1}
            connection.execute(sa.insert(alert), row)
        else:
            return
        _replace_events(connection, alert_id, now)
        noted = {name: row[name] for name in ("revision", "count", "first_time", "last_time")}
        connection.execute(sa.insert(alert_revision), {"alert_id": alert_id, **noted})

    def _now(self, connection: sa.Connection, about: _About) -> _State | None:
        """What the firings of a day say; None when there are none."""
        table, start = correlation_firing.c, to_microseconds(dt.datetime.combine(about.day, dt.time(), dt.UTC))
        anchors = (start, start + _DAY - 1)
        own = sa.and_(table.correlation == about.number, table.group_key == about.group, table.anchor.between(*anchors))
        totals = connection.execute(
            sa.select(
                sa.func.sum(table.events).label("events"),
                sa.func.min(table.first).label("first"),
                sa.func.max(table.anchor).label("last"),
            ).where(own)
        ).one()
        if totals.events is None:
            return None
        query = sa.select(table.measured).where(own).order_by(table.anchor).limit(1)
        measured: str = connection.execute(query).scalar_one()
        found = self.evidence.of(connection, about.correlation, about.group, anchors, MAX_EVENTS)
        values = {
            # A firing of another correlation stands for all its events, which the list has as long as it is complete.
            "count": len(found) if len(found) < MAX_EVENTS else int(totals.events),
            "first_time": from_microseconds(min([totals.first, *(event.time for event in found[:1])])),
            "last_time": from_microseconds(totals.last),
            "provisional": not self.final,
            "why": [asdict(_reason(about.correlation, measured))],
            "why_event_id": found[0].event_id if found else "",
        }
        return _State(values, [_alert_event(event) for event in found])


@dataclass(frozen=True, slots=True)
class _State:
    """Columns of the alert, and the events that it names."""

    values: dict[str, Any]
    events: list[AlertEvent]


def confirm(connection: sa.Connection, moment: int) -> None:
    """Alerts whose last firing is not later than a moment (microseconds since 1970) are provisional no more."""
    passed = sa.and_(alert.c.provisional, alert.c.last_time <= from_microseconds(moment))
    connection.execute(sa.update(alert).where(passed).values(provisional=False))


@dataclass(slots=True)
class _About:
    """Firings of one group on one UTC day, and whether any of them came or went."""

    correlation: Correlation
    number: int
    group: str
    day: dt.date
    changed: bool = False


def _days(changes: Iterable[Changed]) -> Iterator[_About]:
    """Each group and day once, although what is said about a group may come in several pieces."""
    found: dict[dt.date, _About] = {}
    last: tuple[int, str] | None = None
    for change in changes:
        for group, anchor, changed in change.firings:
            if (change.number, group) != last:
                yield from found.values()
                last, found = (change.number, group), {}
            day = from_microseconds(anchor).date()
            about = found.setdefault(day, _About(change.correlation, change.number, group, day))
            about.changed |= changed
    yield from found.values()


def _identity(about: _About, entities: tuple[Entity, ...]) -> dict[str, Any]:
    rule = about.correlation
    return {
        "rule_id": rule.id,
        "rule_title": rule.title,
        "rule_level": rule.level,
        "rule_tags": list(rule.tags),
        "day": about.day,
        "entities": [asdict(entity) for entity in entities],
    }


def _reason(correlation: Correlation, measured: str) -> Reason:
    return Reason("correlation", correlation.kind, "", correlation.text, measured)


def _replace_events(connection: sa.Connection, alert_id: str, now: _State | None) -> None:
    connection.execute(sa.delete(alert_event).where(alert_event.c.alert_id == alert_id))
    if now is not None and now.events:
        connection.execute(sa.insert(alert_event), [event_row(alert_id, event) for event in now.events])


def _alert_event(event: EventPlace) -> AlertEvent:
    return AlertEvent(
        event.event_id, from_microseconds(event.time), event.path, event.line, event.record_id, event.channel
    )
