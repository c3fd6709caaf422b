"""Correlations over a store against the public reference, however the events come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
import yaml
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.detect.sigma import Detector, RuleSet
from watchfloor.detect.sigma.correlate import engine, windows
from watchfloor.detect.sigma.correlate.engine import Correlator
from watchfloor.detect.sigma.correlate.evidence import Evidence
from watchfloor.detect.sigma.correlate.matches import SCHEMA, group_values
from watchfloor.detect.sigma.correlate.watermark import Watermark
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type
from watchfloor.store.tables import correlation_firing, correlation_match, metadata
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
    condition: Any
    if expression:
        condition = draw(st.sampled_from(EXPRESSIONS))
        rules = sorted(set(condition) & set("abc"))
    else:
        condition = draw(conditions(type_) | st.none()) if type_.startswith("temporal") else draw(conditions(type_))
        rules = draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True))
    more: dict[str, Any] = {}
    groups = draw(st.sampled_from([[], ["User"], ["User", "Host"], ["Data"], ["Data", "User"], ["who"]]))
    if groups == ["who"]:
        more["aliases"] = {"who": {rule: draw(st.sampled_from(["User", "Host", "Data"])) for rule in rules}}
    first = correlation(
        type_, rules, condition, by=groups, timespan=draw(st.sampled_from(["1s", "2s", "5s", "10s"])), **more
    )
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
    rules = draw(st.sampled_from([["first"], ["first", "a"], ["b", "first"]])) if groups != ["who"] else ["first"]
    if kept == ["who"] or not groups:
        rules = ["first"]
    return correlation(kind, rules, limit, name="second", timespan=draw(st.sampled_from(["2s", "10s", "1m"])), by=kept)


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


@given(documents(), streams(), st.data())
def test_what_a_killed_process_left_is_judged_by_the_next(
    rules: list[Document], events: list[Event], data: st.DataObject
) -> None:
    with rig(*rules) as found:
        cut = data.draw(st.integers(0, len(events)))
        for part in (events[:cut], events[cut:]):
            found.add(*part)
            found.restart()
        found.settle()
        assert found.fired() == expected(rules, events)


LATENESS = 4_000_000


@given(documents(), streams(), st.data())
def test_a_live_stream_within_its_lateness_gives_what_all_events_at_once_do(
    rules: list[Document], events: list[Event], data: st.DataObject
) -> None:
    """Events come late by up to the lateness (exactly so included), are judged at once and become final."""
    delays = {each["event.id"]: data.draw(st.integers(0, LATENESS)) for each in events}
    arriving = sorted(events, key=lambda each: (since_start(each) + delays[each["event.id"]], each["event.id"]))
    with rig(*rules) as found:
        watermark = Watermark(lateness=LATENESS)
        watermark.advance({}, micros(0))
        for each in arriving:
            assert found.add(each) == 0
            found.settle()
            moment = watermark.advance({"source": since_start(each) + micros(0)}, micros(1_000))
            assert moment is not None
            found.correlator.seal(found.connection, moment)
            if data.draw(st.booleans()):
                found.restart()
        assert found.fired() == expected(rules, events)


@given(documents(), streams(), st.data())
def test_events_behind_the_watermark_take_no_part_and_are_counted(
    rules: list[Document], events: list[Event], data: st.DataObject
) -> None:
    with rig(*rules) as found:
        taken, moment, late = [], -(10**9), 0  # before all events
        for each in data.draw(st.permutations(events)):
            before = found.add(each)
            found.settle()
            if since_start(each) > moment:
                taken.append(each)
                assert before == 0
            late += before
            moment = max(moment, since_start(each) - 2_000_000)
            found.correlator.seal(found.connection, moment + micros(0))
        assert found.fired() == expected(rules, taken)
        if len(taken) == len(events):
            assert late == 0


def since_start(each: Event) -> int:
    time: dt.datetime = each["@timestamp"]
    return (time - START) // MICROSECOND


# By name.


def seconds(documents: Sequence[Document], *events: Event, rule: str = "first") -> list[float]:
    """When the correlation fires; what the reference says, too."""
    found = whole(documents, events)
    assert found == expected(documents, events)
    return [(anchor - micros(0)) / 1_000_000 for name, _, anchor, _ in found if name == rule]


def test_groups_ignore_case_and_events_without_a_group_take_no_part() -> None:
    rules = [base("a"), correlation("event_count", condition={"gte": 2}, by=["User"])]
    assert seconds(rules, event(1, User="Straße"), event(2, User="STRAßE")) == [2]
    assert seconds(rules, event(1, User="ΟΔΥΣΣΕΥΣ"), event(2, User="οδυσσευς")) == [2]
    assert seconds(rules, event(1, User=""), event(2, User=""), event(3), event(4)) == []
    assert seconds(rules, event(1, User=""), event(2, User="u"), event(3)) == []


def test_an_event_with_several_values_is_in_several_groups() -> None:
    rules = [base("a"), correlation("event_count", condition={"gte": 2}, by=["Data"])]
    events = (event(1, Data=["x", "y", "X"]), event(2, Data=["z", "Y"]), event(3, Data=["x", ""]))
    assert seconds(rules, *events) == [3, 2]  # of x, then of y


def test_at_most_64_groups_of_one_event() -> None:
    rules = [base("a"), correlation("event_count", condition={"gte": 1}, by=["Data"])]
    values = [f"{number:03}" for number in range(80)]
    assert len(seconds(rules, event(1, Data=["000", *values]))) == 64


def test_the_combinations_of_long_lists_are_not_built() -> None:
    values = [str(number) for number in range(20_000)]
    rules = [
        base("a"),
        correlation("value_count", condition={"gte": 64, "field": ["Data", "Keywords"]}),
    ]
    with rig(*rules) as found:
        matches = found.matches([event(1, Data=values) | {"winlog.keywords": values}])
        assert len(matches) == 64


def test_numbers_as_text_and_hexadecimal() -> None:
    rules = [base("a"), correlation("value_sum", condition={"eq": 42.5, "field": "Value"})]
    values = ("0x20", "+1", "-0.5", "ten", "10", "0xZZ", "")
    assert seconds(rules, *(event(number, Value=value) for number, value in enumerate(values))) == [4]


def test_events_without_a_usable_value_are_not_in_the_window() -> None:
    rules = [base("a"), correlation("value_avg", condition={"lt": 5, "field": "Value"})]
    assert seconds(rules, event(1, Value="x"), event(2), event(3, Value="4")) == [3]
    with rig(*rules) as found:
        found.add(event(1, Value="x"), event(2, Value="9"), event(3, Value="-9"))
        found.settle()
        assert [ids for *_, ids in found.fired()] == [
            tuple(sorted(event(n, Value=v)["event.id"] for n, v in ((2, "9"), (3, "-9"))))
        ]


def test_values_of_several_fields_count_by_their_combination() -> None:
    rules = [base("a"), correlation("value_count", condition={"gte": 3, "field": ["Value", "User"]})]
    pairs = [("a", "b"), ("A", "B"), ("ab", ""), ("a", "c"), ("b", "a")]
    assert seconds(rules, *(event(n, Value=value, User=user) for n, (value, user) in enumerate(pairs))) == [4]


def test_a_firing_that_many_correlations_share_is_looked_up_once() -> None:
    """Two correlations over both of the level below are 2^levels ways down to the same event."""
    levels = 12
    documents = [base("a"), *(correlation("event_count", "a", {"gte": 1}, name=f"{side}0") for side in "xy")]
    for level in range(1, levels):
        both = [f"x{level - 1}", f"y{level - 1}"]
        documents += [correlation("temporal", both, name=f"{side}{level}") for side in "xy"]
    statements: list[str] = []
    with rig(*documents) as found:
        found.add(event(1, id_="one"))
        found.settle()
        sa.event.listen(found.connection, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
        fired = found.fired()
    assert [ids for _, _, _, ids in fired] == [("one",)] * 2 * levels
    assert len(statements) < 100 * levels


def test_an_alias_stands_for_a_field_of_each_rule() -> None:
    rules = [
        base("a"),
        base("b"),
        correlation(
            "temporal",
            ["a", "b"],
            aliases={"who": {"a": "User", "b": "Account"}},
            by=["who"],
        ),
    ]
    assert seconds(rules, event(1, "a", User="u", Account="v"), event(2, "b", User="x", Account="U")) == [2]
    assert seconds(rules, event(1, "a", User="u"), event(2, "b", User="u")) == []


def test_rules_over_rules() -> None:
    rules = [
        base("a"),
        base("b"),
        correlation("event_count", "a", {"gte": 2}, by=["User", "Host"]),
        correlation("temporal_ordered", ["first", "b"], name="second", by=["User"]),
    ]
    guesses = [event(second, User="U", Host=host) for second, host in enumerate("hhii")]
    assert seconds(rules, *guesses, event(4, "b", User="u"), rule="second") == [4]
    assert seconds(rules, event(0, "b", User="u"), *guesses, rule="second") == []
    with rig(*rules) as found:
        found.add(*guesses, event(4, "b", User="u"))
        found.settle()
        assert len(next(ids for name, *_, ids in found.fired() if name == "second")) == 5


def test_a_firing_with_other_events_is_news_to_the_rules_above() -> None:
    rules = [
        base("a"),
        base("b"),
        correlation("temporal", ["a", "b"], by=["User"]),
        correlation("event_count", "first", {"gte": 1}, name="second", by=["User"]),
    ]
    early = [event(2, "a", User="u"), event(3, "b", User="u")]
    with rig(*rules) as found:
        found.add(*early)
        found.settle()
        found.add(event(1, "a", User="u"))
        changes = {
            change.correlation.title: [changed for *_, changed in change.firings]
            for change in found.correlator.settle(found.connection)
        }
        assert changes == {"first": [True, True], "second": [True, True]}


def test_long_values_are_told_apart_and_meet_through_a_correlation() -> None:
    rules = [
        base("a"),
        base("b"),
        correlation("event_count", "a", {"gte": 1}, by=["User"]),
        correlation("temporal", ["first", "b"], name="second", by=["User"]),
    ]
    for long in ("x" * 1_000_000, "\x01" * 300, "\U0001f600" * 90, "n\0ul"):
        with rig(*rules) as found:
            found.add(event(1, User=long), event(2, "b", User=long), event(3, "b", User=long + "y"))
            found.settle()
            titles = [(title, len(group[0]) <= 250) for title, group, *_ in found.fired()]
            assert titles == [("first", True), ("second", True)]


def test_only_so_many_groups_with_news_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_MOST_GROUPS", 3)
    rules = [base("a"), correlation("event_count", condition={"gte": 2}, by=["User"])]
    events = [event(number, User=str(number // 2)) for number in range(20)]
    assert seconds(rules, *events) == [1, 3, 5, 7, 9, 11, 13, 15, 17, 19]


@pytest.mark.parametrize("few", [0, 500])
def test_firings_are_withdrawn_when_an_event_in_between_changes_them(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(engine, "_FEW", few)
    rules = [
        base("a"),
        correlation("event_count", "a", {"gte": 2}, timespan="2s"),
        correlation("event_count", "first", {"gte": 1}, name="second"),
    ]
    with rig(*rules) as found:
        found.add(event(2), event(3))
        found.settle()
        assert [anchor - micros(0) for *_, anchor, _ in found.fired()] == [3_000_000] * 2
        found.add(event(1))
        found.settle()
        assert [anchor - micros(0) for *_, anchor, _ in found.fired()] == [2_000_000] * 2


def test_windows_beyond_all_bounds_are_refused_for_the_group_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MAX_WINDOW", 5)
    rules = [base("a"), correlation("event_count", condition={"gte": 6}, by=["User"])]
    with rig(*rules) as found:
        found.add(*(event(number, User="many") for number in range(7)), event(1, User="few"))
        found.settle()
        found.add(event(8, User="many"))
        found.settle()
        assert [(each.group, each.reason) for each in found.correlator.refusals] == [
            ('["many"]', "more than 5 values in one window")
        ]


def test_matches_are_dropped_when_no_window_and_no_alert_needs_them() -> None:
    rules = [base("a"), correlation("event_count", condition={"gte": 2}, timespan="1h")]
    day = 86_400
    with rig(*rules) as found:
        count = sa.select(sa.func.count()).select_from(correlation_match)
        for second, left in ((0, 1), (day - 60, 2), (day, 2), (day + 3_600, 3), (2 * day, 1), (2 * day + 3_601, 2)):
            found.add(event(second))
            found.settle()
            found.correlator.seal(found.connection, micros(second))
            assert found.connection.execute(count).scalar_one() == left, second
