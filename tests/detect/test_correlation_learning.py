"""Correlations that are new or have changed, over what a store keeps, against the reference with all events."""

from __future__ import annotations

from collections.abc import Sequence

from correlation_rig import START, Document, Event, Rig, base, correlation, event, expected, load, micros, rig
from correlation_strategies import documents, streams
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.detect.sigma import Detector
from watchfloor.detect.sigma.correlate.rules import SECOND

DAY = 86_400


def learn(found: Rig, rules: Sequence[Document], pages: Sequence[Sequence[Event]]) -> set[str]:
    """Go on by other rules, as a run does that reads the stored events page by page; titles of what was new."""
    found.rules = load(*rules)
    found.detector = Detector(found.rules)
    found.restart()
    correlator = found.correlator
    ids = {each.id for each in (*correlator.new, *correlator.dropped)}
    reading = Rig.__new__(Rig)
    reading.detector = Detector(found.rules.learning((), ids))
    for page in pages:
        correlator.learn(found.connection, reading.matches(page))
    correlator.recall(found.connection)
    for _ in correlator.settle(found.connection, correlator.new):
        pass
    correlator.finish(found.connection)
    return {each.title for each in correlator.new}


@st.composite
def changes(draw: st.DrawFn) -> tuple[list[Document], list[Document]]:
    """Rules of before and of afterwards: others, one more, one less, or the same over another rule."""
    old, new = draw(documents()), draw(documents())
    kind = draw(st.sampled_from(["others", "more", "less", "below"]))
    if kind == "below":
        other = [{**old[0], "detection": {"sel": {"Kind|contains": "b"}, "condition": "sel"}}, *old[1:]]
        return (old, other) if draw(st.booleans()) else (other, old)
    if kind == "others":
        return old, new
    (above,) = [each for each in new if each["title"] == "second"] or [
        correlation("event_count", ["first"], {"gte": 1}, name="second", timespan="10s")
    ]
    whole = [*old[:4], {**above, "correlation": {**above["correlation"], "group-by": []}}]
    whole[4]["correlation"].pop("condition", None)
    whole[4]["correlation"].update(type="event_count", condition={"gte": draw(st.integers(1, 2))})
    return (old[:4], whole) if kind == "more" else (whole, old[:4])


@given(changes(), streams(), st.data())
def test_old_rules_then_new_ones_are_the_new_ones_from_the_beginning(
    rules: tuple[list[Document], list[Document]], events: list[Event], data: st.DataObject
) -> None:
    old, new = rules
    with rig(*old) as found:
        cut = data.draw(st.integers(0, len(events)))
        found.add(*events[:cut])
        if data.draw(st.booleans()):
            found.settle()
        pages = data.draw(st.permutations([events[at : at + 3] for at in range(0, cut, 3)]))
        stored = [page[: max(cut - events.index(page[0]), 0)] for page in pages]
        learn(found, new, stored)
        found.add(*events[cut:])
        found.settle()
        assert found.fired() == expected(new, events)
        assert learn(found, new, []) == set()


@given(changes(), streams(), st.integers(0, 20))
def test_what_was_final_is_final_for_the_new_ones_and_nothing_of_it_late(
    rules: tuple[list[Document], list[Document]], events: list[Event], second: int
) -> None:
    old, new = rules
    before = [each for each in events if each["@timestamp"] <= START + second * (START.resolution * SECOND)]
    after = [each for each in events if each not in before]
    with rig(*old) as found:
        found.add(*before)
        found.settle()
        found.correlator.seal(found.connection, micros(second))
        learn(found, new, [before])
        assert found.add(*after) == 0
        found.settle()
        assert found.fired() == expected(new, events)
        again = found.matches(before)
        assert found.correlator.add(found.connection, again) == len(again), "no window may change any more"
        found.settle()
        assert found.fired() == expected(new, events)


def test_a_new_one_names_events_whose_matches_were_dropped() -> None:
    """Those below are final and keep their firings only; the new one above them names the events of these."""
    child = correlation("event_count", ["a"], {"gte": 2}, by=["User"])
    between = correlation("event_count", ["first"], {"gte": 1}, name="second", timespan="5s", by=["User"])
    above = correlation("event_count", ["second"], {"gte": 2}, name="third", timespan="1m")
    rules = [*map(base, "ab"), child, between]
    past = [event(second, User=user, id_=f"{user}{second}") for user in "uv" for second in (1, 2)]
    with rig(*rules) as found:
        found.add(*past, event(3 * DAY, "b", User="u"))
        found.settle()
        found.correlator.seal(found.connection, micros(3 * DAY))
        assert [ids for _, _, _, ids in found.fired()] == [()] * 4, "they are dropped"
        assert learn(found, [*rules, above], [past]) == {"third"}
        assert found.fired() == expected([*rules, above], past)


def test_nothing_is_dropped_or_new_where_nothing_changed() -> None:
    rules = [*map(base, "a"), correlation("event_count", ["a"], {"gte": 2})]
    with rig(*rules) as found:
        found.add(event(1), event(2))
        found.settle()
        found.correlator.seal(found.connection, micros(3 * DAY))
        assert learn(found, rules, []) == set()
        assert found.correlator.dropped == []


def test_one_that_a_run_was_without_learns_again() -> None:
    rules = [*map(base, "a"), correlation("event_count", ["a"], {"gte": 2})]
    with rig(*rules) as found:
        found.add(event(1))
        learn(found, rules[:1], [])
        assert learn(found, rules, [[event(1), event(2)]]) == {"first"}
        assert found.fired() == expected(rules, [event(1), event(2)])


def test_what_came_too_late_changes_nothing_that_has_not_changed() -> None:
    """It is stored, so that the new one counts it; the old one goes on without it, also where windows hold its time."""
    child = correlation("event_count", ["a"], {"gte": 3}, by=["User"])
    other = correlation("event_count", ["a"], {"gte": 3}, name="other", by=["User"])
    above = correlation("event_count", ["first"], {"gte": 1}, name="second", timespan="5s", by=["User"])
    rules = [*map(base, "a"), child]
    first, late, then = (event(second, User="u", id_=str(second)) for second in (1, 2, 8))
    with rig(*rules) as found:
        found.add(first)
        found.settle()
        found.correlator.seal(found.connection, micros(5))
        assert found.add(late) == 1
        learn(found, [*rules, other, above], [[first, late]])
        found.add(then)
        found.settle()
        assert found.fired() == [("other", ("u",), micros(8), ("1", "2", "8"))]
