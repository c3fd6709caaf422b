"""Correlations over a store against the public reference, however the events come."""

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
from hypothesis import given
from hypothesis import strategies as st

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


def correlation(type_: str, rules: Any = "a", condition: Any = None, *, name: str = "first", **more: Any) -> Document:
    section = {"type": type_, "rules": rules, "timespan": "10s", **more}
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
    assert rules.problems == ()
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
            for row in self.connection.execute(sa.select(table.group_key, table.first, table.anchor).where(own)).all():
                events = evidence.of(self.connection, rule, row.group_key, (row.first, row.anchor), MOST)
                ids = tuple(sorted(each.event_id for each in events))
                found.append((rule.title, tuple(group_values(row.group_key)), row.anchor, ids))
        return sorted(found)


@contextmanager
def rig(*documents: Document) -> Iterator[Rig]:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection)
        yield Rig(connection, load(*documents))
    engine.dispose()


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


# Random correlations and events.

TYPES = {
    "event_count": (),
    "value_count": ("Value", "Data", ["Value", "Data"], ["Data", "User"]),
    "value_sum": ("Value", "Data"),
    "value_avg": ("Value", "Data"),
    "value_percentile": ("Value", "Data"),
    "value_median": ("Value", "Data"),
    "temporal": (),
    "temporal_ordered": (),
}
EXPRESSIONS = ("a and not b", "a and b", "b and a", "not a", "a or (b and not c)", "not (a and b) or c")


def conditions(type_: str) -> st.SearchStrategy[Any]:
    names = st.sampled_from(["lt", "lte", "gt", "gte", "eq", "neq"])
    limits = st.integers(0, 6) | st.sampled_from([0.5, 1.5, -1])
    plain = st.builds(lambda name, limit: {name: limit}, names, limits)
    if not TYPES[type_]:
        return plain
    fields = st.sampled_from(TYPES[type_]).map(lambda name: {"field": name})
    percentiles = st.integers(0, 100).map(lambda rank: {"percentile": rank})
    parts = [plain, fields, percentiles] if type_ == "value_percentile" else [plain, fields]
    return st.tuples(*parts).map(lambda found: {name: value for part in found for name, value in part.items()})


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    type_ = draw(st.sampled_from(sorted(TYPES)))
    expression = type_.startswith("temporal") and draw(st.booleans())
    if expression:
        condition = draw(st.sampled_from(EXPRESSIONS))
        rules = sorted(set(condition) & set("abc"))
    else:
        condition = draw(conditions(type_) | st.none()) if type_.startswith("temporal") else draw(conditions(type_))
        rules = draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True))
    more: dict[str, Any] = {}
    groups = draw(st.sampled_from([[], ["User"], ["User", "Host"], ["Data"], ["Data", "User"], ["who"]]))
    if groups:
        more["group-by"] = groups
    if groups == ["who"]:
        more["aliases"] = {"who": {rule: draw(st.sampled_from(["User", "Host", "Data"])) for rule in rules}}
    first = correlation(type_, rules, condition, timespan=draw(st.sampled_from(["1s", "2s", "5s", "10s"])), **more)
    found = [*map(base, "abc"), first]
    if draw(st.booleans()):
        found.append(_above(draw, groups))
    return found


def _above(draw: st.DrawFn, groups: list[str]) -> Document:
    kind = draw(st.sampled_from(["event_count", "temporal", "temporal_ordered", "value_count"]))
    limit: Document = {draw(st.sampled_from(["gte", "lt", "eq", "neq"])): draw(st.integers(1, 3))}
    if kind == "value_count":
        limit["field"] = groups[0] if groups else "User"
    kept = groups[:1] if draw(st.booleans()) else []
    more = {"group-by": kept} if kept else {}
    rules = draw(st.sampled_from([["first"], ["first", "a"], ["b", "first"]])) if groups != ["who"] else ["first"]
    if kept == ["who"] or not groups:
        rules = ["first"]
    return correlation(kind, rules, limit, name="second", timespan=draw(st.sampled_from(["2s", "10s", "1m"])), **more)


@st.composite
def streams(draw: st.DrawFn, size: int = 12) -> list[Event]:
    names = st.sampled_from(["u", "U", "v", "", None])
    data = st.none() | st.lists(st.sampled_from(["1", "2", "-1", "0x2", "u", "U", ""]), max_size=3, unique=True)
    return [
        event(
            draw(st.integers(0, 20)) - draw(st.sampled_from([0, 0, 0, 1e-6])),
            draw(st.sampled_from(["a", "b", "c", "ab", "bc", "abc"])),
            id_=f"event {number}",
            User=draw(names),
            Host=draw(st.sampled_from(["h", "i"])),
            Value=draw(st.sampled_from(["1", "2", "3", "0.5", "0x0A", "x", "X", "", None])),
            Data=draw(data),
        )
        for number in range(draw(st.integers(0, size)))
    ]


@given(documents(), streams())
def test_the_engine_is_the_reference(rules: list[Document], events: list[Event]) -> None:
    assert whole(rules, events) == expected(rules, events)


@given(documents(), streams(), st.data())
def test_pieces_in_any_order_settled_at_any_time_give_the_same(
    rules: list[Document], events: list[Event], data: st.DataObject
) -> None:
    with rig(*rules) as found:
        rest = data.draw(st.permutations(events))
        while rest:
            size = data.draw(st.integers(1, len(rest)))
            found.add(*rest[:size])
            if data.draw(st.booleans()):
                found.settle()
            rest = rest[size:] if data.draw(st.integers(0, 3)) else rest
        found.settle()
        assert found.fired() == expected(rules, events)
