"""Windows of one group: the moments that fire are those of a naive reading of the semantics."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.core.errors import RuleError
from watchfloor.detect.sigma.correlate import windows as module
from watchfloor.detect.sigma.correlate.measures import exact
from watchfloor.detect.sigma.correlate.rules import KINDS, SECOND, TEMPORAL, Condition, Correlation
from watchfloor.detect.sigma.correlate.windows import Match, windows

OPERATORS = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "eq": operator.eq,
    "neq": operator.ne,
}


def correlation(kind: str, *, members: int = 1, span: int = 60 * SECOND, **condition: Any) -> Correlation:
    limit = (condition.pop("operator", "gte"), condition.pop("threshold", Fraction(1)))
    condition.setdefault("limits", (limit,))
    condition.setdefault("fields", () if kind in TEMPORAL | {"event_count"} else ("field",))
    return Correlation(
        id="correlation",
        title="A test",
        level="high",
        status="",
        description="",
        tags=(),
        path=Path("test.yml"),
        kind=kind,
        members=tuple(f"rule {number}" for number in range(members)),
        group_by=(),
        aliases={},
        span=span,
        condition=Condition(**condition),
        generate=False,
        key="key",
    )


# The naive reading: every window gathered anew, measured by definition.


def naive(rule: Correlation, matches: Sequence[Match]) -> list[tuple[int, int, int]]:
    """Anchor, time of the first match and number of events of each firing."""
    fired: list[tuple[int, int, int]] = []
    for point in sorted({match.time for match in matches}):
        inside = [
            match
            for match in matches
            if point - rule.span < match.time <= point and (not fired or match.time > fired[-1][0])
        ]
        if naive_holds(rule, inside):
            fired.append((point, min(match.time for match in inside), len({match.event_id for match in inside})))
    return fired


def naive_holds(rule: Correlation, inside: Sequence[Match]) -> bool:
    expression = rule.condition.expression
    if expression is None:
        measured = naive_measure(rule, inside)
        return all(OPERATORS[name](measured, limit) for name, limit in rule.condition.limits)
    present = {match.member for match in inside}
    if not true(expression, present):
        return False
    named = [member for member in dict.fromkeys(positive(expression)) if member in present]
    return rule.kind == "temporal" or naive_chain(named, inside) == len(named)


def naive_measure(rule: Correlation, inside: Sequence[Match]) -> Any:
    if rule.kind in {"event_count", "temporal"}:
        return len({match.event_id if rule.kind == "event_count" else match.member for match in inside})
    if rule.kind == "temporal_ordered":
        return naive_chain(range(len(rule.members)), inside)
    values = naive_values(inside)
    return len(set(values)) if rule.kind == "value_count" else naive_number(rule, values)


def naive_number(rule: Correlation, values: Sequence[str]) -> Fraction:
    numbers = sorted(Fraction(int(text, 16)) if text.startswith("0x") else Fraction(text) for text in values)
    if rule.kind == "value_sum":
        return sum(numbers, Fraction(0))
    if rule.kind == "value_avg":
        return sum(numbers, Fraction(0)) / len(numbers)
    rank = Fraction(rule.condition.percentile) / 100 * (len(numbers) - 1)
    low, high = numbers[int(rank)], numbers[min(int(rank) + 1, len(numbers) - 1)]
    return low + (high - low) * (rank - int(rank))


def naive_values(inside: Sequence[Match]) -> list[str]:
    """The values of the first member of each event."""
    return [
        match.value
        for match in inside
        if match.member == min(other.member for other in inside if other.event_id == match.event_id)
    ]


def naive_chain(members: Iterable[int], inside: Sequence[Match]) -> int:
    reached, length = None, 0
    for member in members:
        times = [m.time for m in inside if m.member == member and (reached is None or m.time >= reached)]
        if not times:
            break
        reached, length = min(times), length + 1
    return length


def true(node: Any, present: set[int]) -> bool:
    if node[0] == "ref":
        return node[1] in present
    parts = [true(part, present) for part in node[1:]]
    return not parts[0] if node[0] == "not" else all(parts) if node[0] == "and" else any(parts)


def positive(node: Any) -> list[int]:
    if node[0] in {"ref", "not"}:
        return [node[1]] if node[0] == "ref" else []
    return [member for part in node[1:] for member in positive(part)]


# Random rules and matches. Times are few, so that ties and window edges are common.

TEXTS = ("1", "2", "3", "-1", "0.5", "0x1", "0x0A", "1.0", "+2")


@st.composite
def rules(draw: st.DrawFn) -> Correlation:
    kind = draw(st.sampled_from(sorted(KINDS)))
    members = draw(st.integers(1, 4))
    number = st.builds(Fraction, st.integers(-2, 12), st.sampled_from([1, 1, 2, 3]))
    limits = st.dictionaries(st.sampled_from(sorted(OPERATORS)), number, min_size=1, max_size=2)
    condition: dict[str, Any] = {"limits": tuple(draw(limits).items()), "percentile": Fraction(50)}
    if kind == "value_percentile":
        condition["percentile"] = Fraction(draw(st.integers(0, 100)))
    if kind in TEMPORAL and draw(st.booleans()):
        leaves = st.integers(0, members - 1).map(lambda member: ("ref", member))
        condition["expression"] = draw(
            st.recursive(
                leaves,
                lambda below: (
                    st.tuples(st.just("not"), below)
                    | st.builds(
                        lambda name, parts: (name, *parts),
                        st.sampled_from(["and", "or"]),
                        st.lists(below, min_size=2, max_size=3),
                    )
                ),
                max_leaves=5,
            )
        )
    return correlation(kind, members=members, span=draw(st.sampled_from([1, 2, 3, 5, 10])), **condition)


@st.composite
def lines(draw: st.DrawFn) -> tuple[Correlation, list[Match]]:
    """A rule and the matches of one group by time; one event has one time, and each member sees all its values."""
    rule = draw(rules())
    found: set[Match] = set()
    for number in range(draw(st.integers(0, 14))):
        time = draw(st.integers(0, 20))
        for member in draw(st.sets(st.integers(0, len(rule.members) - 1), min_size=1)):
            texts = st.sampled_from(TEXTS)
            values = draw(st.sets(texts, min_size=1, max_size=3)) if rule.condition.fields else {""}
            found.update(Match(time, str(number), member, value) for value in values)
    shuffled = draw(st.permutations(sorted(found)))
    return rule, sorted(shuffled, key=operator.attrgetter("time"))


def fired(rule: Correlation, matches: Iterable[Match], **known: int | None) -> list[tuple[int, int, int]]:
    return [(w.anchor, w.first, w.events) for w in windows(rule, matches, **known) if w.fires]


@given(lines())
def test_the_engine_fires_where_a_naive_reading_of_the_semantics_does(case: tuple[Correlation, list[Match]]) -> None:
    rule, matches = case
    assert fired(rule, matches) == naive(rule, matches)


@given(lines(), st.integers(-1, 21))
def test_judging_can_go_on_from_any_moment(case: tuple[Correlation, list[Match]], settled: int) -> None:
    rule, matches = case
    whole = naive(rule, matches)
    before = [firing for firing in whole if firing[0] <= settled]
    reset = before[-1][0] if before else None
    kept = [match for match in matches if match.time > settled - rule.span]
    assert before + fired(rule, kept, reset=reset, settled=settled) == whole


# Boundaries by name.


def at(*times: int, members: Sequence[int] = (), values: Sequence[str] = ()) -> list[Match]:
    """One event per time."""
    return [
        Match(time, f"event {number}", members[number] if members else 0, values[number] if values else "")
        for number, time in enumerate(times)
    ]


def anchors(rule: Correlation, matches: Iterable[Match]) -> list[int]:
    return [anchor for anchor, _, _ in fired(rule, matches)]


@pytest.mark.parametrize(("apart", "fires"), [(60 * SECOND, False), (60 * SECOND - 1, True)])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_events_exactly_one_span_apart_do_not_share_a_window(kind: str, apart: int, fires: bool) -> None:
    threshold = {"value_avg": Fraction(2), "value_percentile": Fraction(2), "value_median": Fraction(2)}
    rule = correlation(
        kind, members=2, operator="eq" if kind in threshold else "gte", threshold=threshold.get(kind, Fraction(2))
    )
    values = {"value_sum": ("1", "1"), "value_count": ("a", "b")}.get(kind, ("1", "3"))
    matches = at(0, apart, members=(0, 1), values=values)
    assert anchors(rule, matches) == ([apart] if fires else [])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gte", [3, 6]),
        ("gt", [4, 8]),
        ("eq", [3, 6]),
        ("lt", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("lte", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("neq", [1, 2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_a_count_at_its_threshold(name: str, expected: list[int]) -> None:
    rule = correlation("event_count", operator=name, threshold=Fraction(3))
    assert anchors(rule, at(*range(1, 9))) == expected


def test_eq_is_passed_over_by_events_of_one_time() -> None:
    rule = correlation("event_count", operator="eq", threshold=Fraction(2))
    assert anchors(rule, at(1, 2, 2, 3)) == []
    assert anchors(rule, at(1, 2, 2, 60 * SECOND + 1)) == []
    assert anchors(rule, at(1, 2, 60 * SECOND + 1)) == [2]


def test_after_a_firing_counting_starts_anew() -> None:
    rule = correlation("event_count", threshold=Fraction(3))
    assert fired(rule, at(1, 2, 3, 4, 5, 6, 7)) == [(3, 1, 3), (6, 4, 3)]


def test_all_matches_of_the_deciding_moment_are_used_up() -> None:
    rule = correlation("event_count", threshold=Fraction(2))
    assert fired(rule, at(1, 1, 1, 2, 3)) == [(1, 1, 3), (3, 2, 2)]


def test_an_event_that_two_members_match_counts_once() -> None:
    both = [Match(1, "a", 0, ""), Match(1, "a", 1, ""), Match(2, "b", 1, "")]
    assert anchors(correlation("event_count", members=2, threshold=Fraction(2)), both) == [2]
    assert anchors(correlation("temporal", members=2, threshold=Fraction(2)), both) == [1]
    assert anchors(correlation("temporal_ordered", members=2, threshold=Fraction(2)), both) == [1]


def test_the_first_member_that_matches_an_event_gives_its_values() -> None:
    matches = [Match(1, "a", 1, "5"), Match(1, "a", 0, "1"), Match(2, "a later one", 1, "5")]
    for kind, expected in (("value_sum", 6), ("value_count", 2), ("value_avg", 3), ("value_median", 3)):
        rule = correlation(kind, members=2, operator="eq", threshold=Fraction(expected))
        assert anchors(rule, matches) == [2], kind


@pytest.mark.parametrize(
    ("members", "expected"),
    [((0, 1, 2), [3]), ((0, 2, 1), []), ((2, 1, 0), []), ((1, 0, 1), []), ((0, 0, 1), [])],
)
def test_rules_in_order(members: tuple[int, ...], expected: list[int]) -> None:
    rule = correlation("temporal_ordered", members=3, threshold=Fraction(3))
    assert anchors(rule, at(1, 2, 3, members=members)) == expected


def test_rules_of_one_moment_are_in_any_order() -> None:
    rule = correlation("temporal_ordered", members=3, threshold=Fraction(3))
    assert anchors(rule, at(1, 1, 1, members=(2, 0, 1))) == [1]


def test_an_order_starts_anew_when_its_first_step_leaves_the_window() -> None:
    rule = correlation("temporal_ordered", members=2, span=10, threshold=Fraction(2))
    assert anchors(rule, at(0, 10, members=(0, 1))) == []
    assert anchors(rule, at(0, 5, 10, members=(0, 0, 1))) == [10]


AND_NOT = ("and", ("ref", 0), ("not", ("ref", 1)))


def test_an_expression_is_judged_at_every_moment() -> None:
    rule = correlation("temporal", members=2, span=10, expression=AND_NOT)
    assert anchors(rule, at(1, 2, members=(0, 1))) == [1]
    assert anchors(rule, at(1, 1, members=(0, 1))) == []
    assert anchors(rule, at(1, 5, 10, 11, members=(1, 0, 0, 0))) == [11]


def test_an_ordered_expression_asks_only_the_rules_that_are_there() -> None:
    either = ("or", ("and", ("ref", 1), ("ref", 0)), ("ref", 2))
    rule = correlation("temporal_ordered", members=3, expression=either)
    assert anchors(rule, at(1, 2, members=(1, 0))) == [2]
    assert anchors(rule, at(1, 2, members=(0, 1))) == []
    assert anchors(rule, at(1, members=(2,))) == [1]
    assert anchors(rule, at(1, 2, members=(2, 0))) == [1]


@pytest.mark.parametrize(
    ("percentile", "values", "expected"),
    [
        (0, "1 2 3 4", Fraction(1)),
        (100, "1 2 3 4", Fraction(4)),
        (50, "1 2 3 4", Fraction(5, 2)),
        (95, "10 20", Fraction(39, 2)),
        (99, "7", Fraction(7)),
        (50, "0x10 0.5 -3", Fraction(1, 2)),
        (1, "0.1 0.3", Fraction(102, 1000)),
    ],
)
def test_percentiles_are_exact(percentile: int, values: str, expected: Fraction) -> None:
    texts = values.split()
    rule = correlation(
        "value_percentile", operator="eq", percentile=Fraction(percentile), threshold=expected, span=1_000
    )
    assert anchors(rule, [Match(1, str(number), 0, text) for number, text in enumerate(texts)]) == [1]


def test_sums_and_averages_are_exact_where_binary_fractions_are_not() -> None:
    tenths = at(*range(1, 11), values=["0.1"] * 10)
    assert anchors(correlation("value_sum", operator="eq", threshold=Fraction(1)), tenths) == [10]
    assert anchors(correlation("value_avg", operator="neq", threshold=Fraction("0.1")), tenths) == []
    large = at(1, 2, values=["9007199254740993", "0"])
    assert anchors(correlation("value_sum", operator="eq", threshold=Fraction(2**53 + 1)), large) == [1]
    assert exact("9007199254740993.0") == 2**53 + 1


def test_a_sum_forgets_what_left_the_window() -> None:
    rule = correlation("value_sum", span=10, threshold=Fraction(10))
    assert anchors(rule, at(0, 9, 10, values=("4", "3", "6"))) == []
    assert anchors(rule, at(0, 9, 10, values=("4", "4", "6"))) == [10]


def test_too_many_values_in_one_window_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_WINDOW", 10)
    rule = correlation("event_count", threshold=Fraction(100))
    with pytest.raises(RuleError, match="more than 10 values in one window"):
        anchors(rule, at(*range(11)))
    assert anchors(correlation("event_count", span=10, threshold=Fraction(100)), at(*range(1_000))) == []


def test_windows_of_other_events_differ() -> None:
    """The same count at the same moment is not the same window: what is said about it must change."""
    rule = correlation("event_count", threshold=Fraction(4))
    one = at(0, 3, 7, 10)
    other = [match._replace(event_id=f"other {match.event_id}") for match in at(0, 4, 6, 10)]
    found = [next(window for window in windows(rule, matches) if window.fires) for matches in (one, other)]
    assert [(window.anchor, window.first, window.events) for window in found] == [(10, 0, 4)] * 2
    assert found[0] != found[1]
