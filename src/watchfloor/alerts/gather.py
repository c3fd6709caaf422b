"""Gathers firings into alerts: one per rule, set of entities and UTC day."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from watchfloor.alerts.entities import Entity, entities_of, entity_columns
from watchfloor.core.ids import stable_id
from watchfloor.detect.sigma import Firing, Reason, Rule
from watchfloor.schema.events import EventBatch

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EVENT_COLUMNS = ("event.id", "@timestamp", "log.file.path", "log.line", "winlog.record_id", "winlog.channel")
_COLUMNS = tuple(dict.fromkeys((*_EVENT_COLUMNS, *entity_columns())))


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
    parts: dict[tuple[str, dt.date, int], AlertPart] = {}
    for firing in fired:
        event, entities = rows[firing.row]
        # What has the same entities has the same tuple of them.
        key = (firing.rule.id, event.timestamp.date(), id(entities))
        part = parts.get(key)
        if part is None:
            alert_id = alert_identity(firing.rule.id, key[1], entities)
            part = parts[key] = AlertPart(alert_id, firing.rule, key[1], entities)
        part.add(event, firing.why)
    return list(parts.values())


def alert_identity(rule_id: str, day: dt.date, entities: Sequence[Entity]) -> str:
    """The alert's stable id."""
    return stable_id("alert", rule_id, day.isoformat(), *(f"{e.kind}={e.value}" for e in sorted(entities)))


def _rows(table: pa.Table, wanted: Sequence[int]) -> dict[int, tuple[AlertEvent, tuple[Entity, ...]]]:
    """Per row its event and its entities; rows with equal entities share the tuple."""
    taken = table.select([name for name in _COLUMNS if name in table.column_names]).take(pa.array(wanted, pa.int64()))
    values = {name: taken[name].to_pylist() for name in taken.column_names if name != "@timestamp"}
    # Arrow makes a time zone's moments one by one, ten times slower.
    times = [_EPOCH + dt.timedelta(microseconds=at) for at in taken["@timestamp"].cast(pa.int64()).to_pylist()]
    nothing = [None] * len(wanted)
    places = [values.get(name, nothing) for name in ("log.file.path", "log.line", "winlog.record_id", "winlog.channel")]
    found = map(AlertEvent, values["event.id"], times, *places)
    return dict(zip(wanted, zip(found, _entities(values, len(wanted)), strict=True), strict=True))


def _entities(values: Mapping[str, Sequence[Any]], size: int) -> Iterator[tuple[Entity, ...]]:
    """Entities of each row, made once per combination of values."""
    names = [name for name in entity_columns() if name in values]
    combinations = zip(*(values[name] for name in names), strict=True) if names else itertools.repeat((), size)
    by_values: dict[tuple[Any, ...], tuple[Entity, ...]] = {}
    known: dict[tuple[Entity, ...], tuple[Entity, ...]] = {}
    for combination in combinations:
        found = by_values.get(combination)
        if found is None:
            entities = entities_of(dict(zip(names, combination, strict=True)))
            found = by_values[combination] = known.setdefault(entities, entities)
        yield found
