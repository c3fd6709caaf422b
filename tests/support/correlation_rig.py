"""A correlator over a store in memory, fed with events as dictionaries, and what the slow reference says of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
import yaml

from watchfloor.detect.sigma import Detector, RuleSet
from watchfloor.detect.sigma.correlate.engine import Correlator
from watchfloor.detect.sigma.correlate.evidence import Evidence
from watchfloor.detect.sigma.correlate.matches import SCHEMA, group_values
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type
from watchfloor.store.tables import correlation_firing, metadata
from watchfloor.testing import correlations as reference

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
MOST = 1_000

Document = dict[str, Any]
Event = dict[str, Any]
Fired = tuple[str, tuple[str, ...], int, tuple[str, ...]]
"""Rule, group, anchor, ids of the events."""


def base(name: str) -> Document:
    return {
        "title": name,
        "name": name,
        "logsource": {"product": "windows"},
        "detection": {"sel": {"Kind|contains": name}, "condition": "sel"},
    }


def correlation(
    type_: str,
    rules: Any = "a",
    condition: Any = None,
    *,
    by: Sequence[str] = (),
    name: str = "first",
    **more: Any,
) -> Document:
    section = {"type": type_, "rules": rules, "timespan": "10s", "group-by": list(by), **more}
    return {
        "title": name,
        "name": name,
        "correlation": section | ({} if condition is None else {"condition": condition}),
    }


def event(second: float, kind: str = "a", *, id_: str = "", **data: Any) -> Event:
    fields = {"Kind": kind, **data}
    return {
        "event.id": id_ or f"{second} {kind} {sorted(data.items())}",
        "@timestamp": START + dt.timedelta(seconds=second),
        "log.file.path": "test.json",
        "log.line": 1,
        "winlog.channel": "Test",
    } | {f"winlog.event_data.{name}": value for name, value in fields.items()}


def micros(second: float) -> int:
    return (START + dt.timedelta(seconds=second) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // MICROSECOND


def load(*documents: Document) -> RuleSet:
    with TemporaryDirectory() as folder:
        Path(folder, "rules.yml").write_text(yaml.safe_dump_all(documents, sort_keys=False), "utf-8")
        rules = RuleSet.load([Path(folder)])
    assert all(problem.runs for problem in rules.problems)
    return rules


class Rig:
    """Rules, a store in memory, and what comes of events."""

    def __init__(self, connection: sa.Connection, rules: RuleSet) -> None:
        self.connection = connection
        self.rules = rules
        self.detector = Detector(rules)
        self.restart()

    def restart(self) -> None:
        """Forget all but the store."""
        self.correlator = Correlator(self.rules.correlations)
        self.correlator.open(self.connection)

    def matches(self, events: Sequence[Event]) -> pa.Table:
        if not events:
            return SCHEMA.empty_table()
        names = sorted({name for event in events for name in event})
        columns = [pa.array([event.get(name) for event in events], arrow_type(name)) for name in names]
        return self.detector.detect(EventBatch(pa.table(columns, names=names))).matches

    def add(self, *events: Event) -> int:
        return self.correlator.add(self.connection, self.matches(events))

    def settle(self) -> None:
        for _ in self.correlator.settle(self.connection):
            pass

    def fired(self) -> list[Fired]:
        evidence = Evidence(self.rules.correlations, self.correlator.numbers)
        table = correlation_firing.c
        found: list[Fired] = []
        for rule in self.rules.correlations:
            own = table.correlation == self.correlator.numbers[rule.key]
            for row in self.connection.execute(sa.select(table.group_key, table.anchor).where(own)).all():
                events = evidence.of(self.connection, rule, row.group_key, (row.anchor, row.anchor), MOST)
                ids = tuple(sorted(each.event_id for each in events))
                found.append((rule.title, tuple(group_values(row.group_key)), row.anchor, ids))
        return sorted(found)


@contextmanager
def rig(*documents: Document) -> Iterator[Rig]:
    store = sa.create_engine("sqlite://")
    with store.begin() as connection:
        metadata.create_all(connection)
        yield Rig(connection, load(*documents))
    store.dispose()


def expected(documents: Sequence[Document], events: Sequence[Event]) -> list[Fired]:
    """What the reference says, firings among the events being their own events."""
    firings = reference.firings(documents, events)
    known = {firing.id: firing for firing in firings}

    def flat(ids: Sequence[str]) -> set[str]:
        return {each for found in ids for each in (flat(known[found].events) if found in known else {found})}

    return sorted((f.rule, tuple(f.group.values()), f.anchor, tuple(sorted(flat(f.events)))) for f in firings)


def whole(documents: Sequence[Document], events: Sequence[Event]) -> list[Fired]:
    with rig(*documents) as found:
        found.add(*events)
        found.settle()
        return found.fired()
