"""Correlations over a store against the public reference, however the events come."""

from __future__ import annotations

import datetime as dt
from typing import Any

from correlation_rig import (
    MICROSECOND,
    START,
    Document,
    Event,
    base,
    correlation,
    event,
    expected,
    micros,
    rig,
    whole,
)
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.detect.sigma.correlate.watermark import Watermark

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
    plain = st.dictionaries(names, limits, min_size=1, max_size=2)
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
