"""Gathers firings into alerts: one per rule, set of entities and UTC day."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pyarrow as pa

from watchfloor.alerts import outcomes
from watchfloor.alerts.entities import Entity, entities_of, entity_columns
from watchfloor.alerts.links import Link, columns, links_of
from watchfloor.core.ids import stable_id
from watchfloor.detect.sigma import Firing, Reason, Rule
from watchfloor.schema.events import EventBatch

_T = TypeVar("_T")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EVENT_COLUMNS = ("event.id", "@timestamp", "log.file.path", "log.line", "winlog.record_id", "winlog.channel")
_COLUMNS = tuple(dict.fromkeys((*_EVENT_COLUMNS, *entity_columns(), *columns(), *outcomes.COLUMNS)))


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """An event that took part in an alert, and where to find it.

    Attributes:
        failed: whether its record says that nothing came of it (`outcomes.failed`); None where nobody looked.
    """

    id: str
    timestamp: dt.datetime
    path: str
    line: int
    record_id: int | None = None
    channel: str | None = None
    failed: bool | None = None


@dataclass(slots=True)
class AlertPart:
    """What one batch adds to one alert.

    Attributes:
        id: stable: from the rule's id, the UTC day and the entities, whatever the order of events.
        links: by which it may belong together with others.
        why: the reasons of the earliest event (`why_event`) of this part.
    """

    id: str
    rule: Rule
    day: dt.date
    entities: tuple[Entity, ...]
    events: list[AlertEvent] = field(default_factory=list)
    links: set[Link] = field(default_factory=set)
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
        event, entities, links = rows[firing.row]
        # What has the same entities has the same tuple of them.
        key = (firing.rule.id, event.timestamp.date(), id(entities))
        part = parts.get(key)
        if part is None:
            alert_id = alert_identity(firing.rule.id, key[1], entities)
            part = parts[key] = AlertPart(alert_id, firing.rule, key[1], entities)
        part.add(event, firing.why)
        part.links.update(links)
    return list(parts.values())


def alert_identity(rule_id: str, day: dt.date, entities: Sequence[Entity]) -> str:
    """The alert's stable id."""
    return stable_id("alert", rule_id, day.isoformat(), *(f"{e.kind}={e.value}" for e in sorted(entities)))


def _rows(table: pa.Table, wanted: Sequence[int]) -> dict[int, tuple[AlertEvent, tuple[Entity, ...], tuple[Link, ...]]]:
    """Per row its event, its entities and its links; rows with equal entities share the tuple."""
    taken = table.select([name for name in _COLUMNS if name in table.column_names]).take(pa.array(wanted, pa.int64()))
    values = {name: taken[name].to_pylist() for name in taken.column_names if name != "@timestamp"}
    # Arrow makes a time zone's moments one by one, ten times slower.
    times = [_EPOCH + dt.timedelta(microseconds=at) for at in taken["@timestamp"].cast(pa.int64()).to_pylist()]
    nothing = [None] * len(wanted)
    places = [values.get(name, nothing) for name in ("log.file.path", "log.line", "winlog.record_id", "winlog.channel")]
    failed = _per_combination(values, outcomes.COLUMNS, outcomes.failed, len(wanted))
    found = map(AlertEvent, values["event.id"], times, *places, failed)
    entities, links = _entities(values, len(wanted)), _links(values, len(wanted))
    return dict(zip(wanted, zip(found, entities, links, strict=True), strict=True))


def _entities(values: Mapping[str, Sequence[Any]], size: int) -> Iterator[tuple[Entity, ...]]:
    """Entities of each row; equal ones are the same object."""
    known: dict[tuple[Entity, ...], tuple[Entity, ...]] = {}
    for entities in _per_combination(values, entity_columns(), entities_of, size):
        yield known.setdefault(entities, entities)


def _links(values: Mapping[str, Sequence[Any]], size: int) -> Iterator[tuple[Link, ...]]:
    return _per_combination(values, columns(), links_of, size)


def _per_combination(
    values: Mapping[str, Sequence[Any]], wanted: Sequence[str], made: Callable[[Mapping[str, Any]], _T], size: int
) -> Iterator[_T]:
    """What is made of some columns of each row, made once per combination of their values."""
    names = [name for name in wanted if name in values]
    combinations = zip(*(values[name] for name in names), strict=True) if names else itertools.repeat((), size)
    by_values: dict[Any, _T] = {}
    for combination in combinations:
        key = tuple(tuple(value) if isinstance(value, list) else value for value in combination)
        found = by_values.get(key)
        if found is None:
            found = by_values[key] = made(dict(zip(names, combination, strict=True)))
        yield found
