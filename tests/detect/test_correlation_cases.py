"""Cases of correlations by name; the slow reference agrees with each."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sqlalchemy as sa
from correlation_rig import (
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

from watchfloor.detect.sigma.correlate import engine, windows
from watchfloor.store.tables import correlation_match


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


def test_a_range_holds_between_its_limits() -> None:
    rules = [base("a"), correlation("event_count", "a", {"gt": 2, "lte": 4})]
    assert seconds(rules, *(event(number) for number in range(1, 8))) == [3, 6]
    assert seconds(rules, *(event(1, id_=f"event {number}") for number in range(5))) == []
