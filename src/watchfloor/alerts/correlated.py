"""Alerts of correlations: what the firings of one group on one UTC day say together."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from watchfloor.alerts.entities import Entity, kinds_of_group
from watchfloor.alerts.gather import AlertEvent
from watchfloor.alerts.record import about_rule
from watchfloor.alerts.revised import Said, revise
from watchfloor.core.clock import from_microseconds, to_microseconds
from watchfloor.core.ids import stable_id
from watchfloor.detect.sigma import Correlation, Reason, RuleSet
from watchfloor.detect.sigma.correlate.engine import Changed
from watchfloor.detect.sigma.correlate.evidence import EventPlace, Evidence
from watchfloor.detect.sigma.correlate.matches import group_values
from watchfloor.store.tables import alert, correlation_firing

MAX_EVENTS = 1_000
"""Events that an alert of a correlation names, the earliest ones; its count tells how many there are."""

_DAY = dt.timedelta(days=1) // dt.timedelta(microseconds=1)
_CHUNK = 500
"""Alerts that are looked up at once."""

# Statements are built once: building one takes longer than running it.
_own = sa.and_(
    correlation_firing.c.correlation == sa.bindparam("number"),
    correlation_firing.c.group_key == sa.bindparam("group"),
    correlation_firing.c.anchor.between(sa.bindparam("start"), sa.bindparam("end")),
)
_TOTALS = sa.select(
    sa.func.sum(correlation_firing.c.events).label("events"),
    sa.func.min(correlation_firing.c.first).label("first"),
    sa.func.max(correlation_firing.c.anchor).label("last"),
    sa.select(correlation_firing.c.measured)
    .where(_own)
    .order_by(correlation_firing.c.anchor)
    .limit(1)
    .scalar_subquery()
    .label("measured"),
).where(_own)


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
        found: set[str] = set()
        spoken = (about for about in _days(changes) if about.correlation.id not in self.rules.silent)
        while chunk := {about.alert_id: about for about in itertools.islice(spoken, _CHUNK)}:
            found.update(chunk)
            self._record(connection, {alert_id: about for alert_id, about in chunk.items() if about.changed})
        return found

    def _kinds_of(self, correlation: Correlation) -> tuple[str, ...]:
        if correlation.id not in self._kinds:
            self._kinds[correlation.id] = kinds_of_group(self.rules, correlation)
        return self._kinds[correlation.id]

    def _record(self, connection: sa.Connection, changed: Mapping[str, _About]) -> None:
        now = ((each, self._identity(about), self._now(connection, about)) for each, about in changed.items())
        revise(connection, changed.keys(), now)

    def _identity(self, about: _About) -> dict[str, Any]:
        rule = about.correlation
        entities = map(Entity, self._kinds_of(rule), group_values(about.group))
        return {
            **about_rule(rule),
            "day": about.day,
            "entities": [asdict(entity) for entity in entities],
        }

    def _now(self, connection: sa.Connection, about: _About) -> Said | None:
        """What the firings of a day say; None when there are none."""
        start = to_microseconds(dt.datetime.combine(about.day, dt.time(), dt.UTC))
        anchors = (start, start + _DAY - 1)
        own = {"number": about.number, "group": about.group, "start": anchors[0], "end": anchors[1]}
        totals = connection.execute(_TOTALS, own).one()
        if totals.events is None:
            return None
        found = self.evidence.of(connection, about.correlation, about.group, anchors, MAX_EVENTS)
        values = {
            # A firing of another correlation stands for all its events, which the list has as long as it is complete.
            "count": len(found) if len(found) < MAX_EVENTS else int(totals.events),
            "first_time": from_microseconds(min([totals.first, *(event.time for event in found[:1])])),
            "last_time": from_microseconds(totals.last),
            "provisional": not self.final,
            "why": [asdict(_reason(about.correlation, totals.measured))],
            "why_event_id": found[0].event_id if found else "",
        }
        return Said(values, [_alert_event(event) for event in found])


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

    @property
    def alert_id(self) -> str:
        """Identity of the alert; unlike a set of entities, a group tells who did it from whom it was done to."""
        return stable_id("alert", self.correlation.id, self.day.isoformat(), self.group)


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


def _reason(correlation: Correlation, measured: str) -> Reason:
    return Reason("correlation", correlation.kind, "", correlation.text, measured)


def _alert_event(event: EventPlace) -> AlertEvent:
    return AlertEvent(
        event.event_id, from_microseconds(event.time), event.path, event.line, event.record_id, event.channel
    )
