"""Alerts of behaviours: what the findings about one entity on one UTC day say together."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from watchfloor.alerts.entities import Entity, kinds_of_fields
from watchfloor.alerts.gather import AlertEvent
from watchfloor.alerts.links import Link, link_of
from watchfloor.alerts.record import about_rule
from watchfloor.alerts.revised import Said, revise
from watchfloor.core.clock import from_microseconds
from watchfloor.core.ids import stable_id
from watchfloor.detect.behaviors.engine import Changed
from watchfloor.detect.behaviors.findings import findings_of
from watchfloor.detect.behaviors.plugin import DAY, Finding, Place
from watchfloor.detect.behaviors.words import values
from watchfloor.detect.sigma import BehaviorRule, Reason

MAX_EVENTS = 1_000
"""Events that an alert of a behaviour names, the earliest ones; its count tells how many there are."""
MAX_REASONS = 10
"""Findings that an alert tells, the earliest ones."""
_CHUNK = 500
"""Alerts that are looked up at once."""


@dataclass(frozen=True, slots=True)
class _About:
    """Findings about one entity on one UTC day, the day being counted from 1970."""

    behavior: BehaviorRule
    number: int
    entity: str
    day: int

    @property
    def date(self) -> dt.date:
        return from_microseconds(self.day * DAY).date()

    @property
    def alert_id(self) -> str:
        return stable_id("alert", self.behavior.id, self.date.isoformat(), self.entity)


def record_findings(
    connection: sa.Connection, changes: Iterable[Changed], silent: frozenset[str], *, final: bool
) -> dict[str, list[int]]:
    """Bring alerts up to date with changed findings, within the caller's transaction.

    Args:
        connection: of the transaction.
        changes: as the judge gives them.
        silent: ids of behaviours that raise no alerts, because they only serve correlations.
        final: whether all events are known, so that nothing is provisional.

    Returns:
        Id of each alert that was looked at -> times of the findings that changed or might have, in microseconds since
        1970; an alert that lost all its findings has a count of 0.
    """
    found: dict[str, list[int]] = {}
    spoken = (about for change in changes if change.behavior.id not in silent for about in _days(change))
    while some := list(itertools.islice(spoken, _CHUNK)):
        chunk = {about.alert_id: (about, changed) for about, changed, _ in some}
        for about, _, times in some:
            found.setdefault(about.alert_id, []).extend(times)
        changed = {alert_id: about for alert_id, (about, changed) in chunk.items() if changed}
        now = (
            (alert_id, _identity(about), _now(connection, about, final=final)) for alert_id, about in changed.items()
        )
        revise(connection, changed.keys(), now)
    return found


def _days(change: Changed) -> Iterator[tuple[_About, bool, list[int]]]:
    """Each day that there are news about, whether they change something, and the times of the findings."""
    changed = {finding.time // DAY for finding in (*change.went, *change.came)}
    times: dict[int, list[int]] = {}
    for finding in (*change.went, *change.came, *change.stayed):
        times.setdefault(finding.time // DAY, []).append(finding.time)
    for day, found in sorted(times.items()):
        yield _About(change.behavior, change.number, change.entity, day), day in changed, found


def _identity(about: _About) -> dict[str, Any]:
    rule = about.behavior
    names = rule.keeps.entity
    entities = map(Entity, kinds_of_fields(rule, names), values(about.entity))
    return {
        "day": about.date,
        "entities": [asdict(entity) for entity in entities],
    }


def _now(connection: sa.Connection, about: _About, *, final: bool) -> Said | None:
    """What the findings of a day say; None when there are none."""
    start = about.day * DAY
    findings = list(findings_of(connection, about.number, about.entity, start, start + DAY - 1).values())
    if not findings:
        return None
    places = sorted({place for finding in findings for place in finding.places}, key=_order)
    learning = all(finding.learning for finding in findings)
    return Said(
        {
            **about_rule(about.behavior, learning=learning),
            "learning": learning,
            "count": sum(finding.events for finding in findings),
            "first_time": from_microseconds(min(finding.first for finding in findings)),
            "last_time": from_microseconds(max(finding.end for finding in findings)),
            "provisional": not final,
            "why": [asdict(_reason(about.behavior, finding)) for finding in findings[:MAX_REASONS]],
            "why_event_id": findings[0].places[0].event_id,
        },
        [_alert_event(place) for place in places[:MAX_EVENTS]],
        tuple(_links(about, findings)),
    )


def _links(about: _About, findings: Iterable[Finding]) -> Iterator[Link]:
    """What the entity and the findings' values may connect the alert by."""
    keeps = about.behavior.keeps
    named = [(keeps.entity, values(about.entity)), *((keeps.value, values(finding.value)) for finding in findings)]
    for names, found in named:
        links = (link_of(name, value) for name, value in zip(names, found, strict=False))
        yield from (link for link in links if link is not None)


def _order(place: Place) -> tuple[int, str]:
    return place.time, place.event_id


def _reason(behavior: BehaviorRule, finding: Finding) -> Reason:
    return Reason("behavior", behavior.kind, "", finding.measured, finding.why)


def _alert_event(place: Place) -> AlertEvent:
    return AlertEvent(
        place.event_id, from_microseconds(place.time), place.path, place.line, place.record_id, place.channel
    )
