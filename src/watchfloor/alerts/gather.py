"""Gathers firings into alerts: one per rule, set of entities and UTC day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from watchfloor.alerts.entities import Entity, entities_of, entity_columns
from watchfloor.core.ids import stable_id
from watchfloor.detect.sigma import Firing, Reason, Rule
from watchfloor.schema.events import EventBatch

_EVENT_COLUMNS = ("event.id", "@timestamp", "log.file.path", "log.line", "winlog.record_id", "winlog.channel")


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """An event that took part in an alert, and where to find it."""

    id: str
    timestamp: dt.datetime
    path: str
    line: int
    record_id: int | None = None
    channel: str | None = None


@dataclass(slots=True)
class AlertPart:
    """What one batch adds to one alert.

    Attributes:
        id: stable: from the rule's id, the UTC day and the entities, whatever the order of events.
        why: the reasons of the earliest event (`why_event`) of this part.
    """

    id: str
    rule: Rule
    day: dt.date
    entities: tuple[Entity, ...]
    events: list[AlertEvent] = field(default_factory=list)
    why: tuple[Reason, ...] = ()
    why_event: AlertEvent | None = None

    def add(self, event: AlertEvent, why: tuple[Reason, ...]) -> None:
        """Count one more event; the earliest one gives the explanation."""
        self.events.append(event)
        if self.why_event is None or (event.timestamp, event.id) < (self.why_event.timestamp, self.why_event.id):
            self.why, self.why_event = why, event


def gather(firings: Iterable[Firing], events: EventBatch) -> list[AlertPart]:
    """The alerts' parts of one batch, in the order of their first firing."""
    fired = list(firings)
    rows = _rows(events.table, sorted({firing.row for firing in fired}))
    parts: dict[str, AlertPart] = {}
    for firing in fired:
        row = rows[firing.row]
        entities, day = entities_of(row), row["@timestamp"].date()
        alert_id = alert_identity(firing.rule.id, day, entities)
        part = parts.get(alert_id)
        if part is None:
            part = parts[alert_id] = AlertPart(alert_id, firing.rule, day, entities)
        part.add(_event(row), firing.why)
    return list(parts.values())


def alert_identity(rule_id: str, day: dt.date, entities: Sequence[Entity]) -> str:
    """The alert's stable id."""
    return stable_id("alert", rule_id, day.isoformat(), *(f"{e.kind}={e.value}" for e in sorted(entities)))


def _rows(table: pa.Table, wanted: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    names = [name for name in (*_EVENT_COLUMNS, *entity_columns()) if name in table.column_names]
    taken = table.select(names).take(pa.array(wanted, pa.int64()))
    return dict(zip(wanted, taken.to_pylist(), strict=True))


def _event(row: Mapping[str, Any]) -> AlertEvent:
    return AlertEvent(
        id=row["event.id"],
        timestamp=row["@timestamp"],
        path=row["log.file.path"],
        line=row["log.line"],
        record_id=row.get("winlog.record_id"),
        channel=row.get("winlog.channel"),
    )
