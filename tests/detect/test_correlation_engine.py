"""Correlations over a store against the public reference, however the events come."""

from __future__ import annotations

import datetime as dt

from correlation_rig import (
    MICROSECOND,
    START,
    Document,
    Event,
    expected,
    micros,
    rig,
    whole,
)
from correlation_strategies import documents, streams
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.detect.sigma.correlate.watermark import Watermark


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
