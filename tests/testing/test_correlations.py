"""The reference of correlations against cases worked out by hand."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from watchfloor.testing.correlations import alerting, firings

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def base(name: str) -> dict[str, Any]:
    return {
        "title": name,
        "name": name,
        "logsource": {"product": "windows"},
        "detection": {"s": {"Kind|contains": name}, "condition": "s"},
    }


def correlation(type_: str, rules: Any = "a", condition: Any = None, **more: Any) -> dict[str, Any]:
    section = {"type": type_, "rules": rules, "timespan": "10s", "group-by": ["User"], **more}
    return {"title": "c", "name": "c", "correlation": section | ({"condition": condition} if condition else {})}


def event(second: float, kind: str = "a", user: str = "u", **data: Any) -> dict[str, Any]:
    fields = {"Kind": kind, "User": user, **data}
    return {
        "event.id": f"{second}{kind}{user}{sorted(data.items())}",
        "@timestamp": START + dt.timedelta(seconds=second),
        "winlog.channel": "Test",
    } | {f"winlog.event_data.{name}": value for name, value in fields.items()}


def seconds(documents: list[dict[str, Any]], *events: dict[str, Any], rule: str = "c") -> list[float]:
    """When the correlation fires; the same for any order of the events."""
    found = firings(documents, events)
    shuffled = list(events)
    random.Random(1).shuffle(shuffled)
    assert firings(documents, shuffled) == found
    start = int(START.timestamp() * 1_000_000)
    return [(firing.anchor - start) / 1_000_000 for firing in found if firing.rule == rule]


def count(times: list[float], condition: dict[str, Any]) -> list[float]:
    return seconds([base("a"), correlation("event_count", condition=condition)], *(event(time) for time in times))


@pytest.mark.parametrize(
    ("times", "condition", "expected"),
    [
        ([0, 5, 9], {"gte": 3}, [9]),
        ([0, 5, 10], {"gte": 3}, []),  # the window is open at its beginning
        ([0, 5, 9.999999], {"gte": 3}, [9.999999]),
        ([0, 1, 2, 3, 4, 5], {"gte": 3}, [2, 5]),  # what fired does not count again
        ([0, 1, 2], {"gt": 2}, [2]),
        ([0, 1, 2], {"lt": 2}, [0, 1, 2]),  # at every point, and each firing starts anew
        ([0, 1, 2], {"eq": 2}, [1]),
        ([0, 1, 2], {"neq": 1}, [1]),
        ([0, 1, 2], {"lte": 1}, [0, 1, 2]),
        ([0, 1, 2, 3], {"gt": 1, "lt": 3}, [1, 3]),
    ],
)
def test_event_count(times: list[float], condition: dict[str, Any], expected: list[float]) -> None:
    assert count(times, condition) == expected


def test_events_of_one_time_are_one_point() -> None:
    documents = [base("a"), correlation("event_count", condition={"gte": 2})]
    assert seconds(documents, event(1), event(1, X="x"), event(1, X="y")) == [1]
    (firing,) = firings(documents, [event(1), event(1, X="x"), event(1, X="y")])
    assert len(firing.events) == 3


def test_groups_are_folded_and_need_every_field() -> None:
    documents = [base("a"), correlation("event_count", condition={"gte": 2}, **{"group-by": ["User", "Host"]})]
    events = [event(0, user="\u03a3", Host="H"), event(1, user="\u03c2", Host="h"), event(2), event(3)]
    (firing,) = firings(documents, events)
    assert firing.group == {"User": "\u03c3", "Host": "h"}
    assert firings([base("a"), correlation("event_count", condition={"gte": 2}, **{"group-by": None})], events[2:])


def test_a_field_with_several_values_is_in_several_groups_but_not_in_too_many() -> None:
    documents = [base("a"), correlation("event_count", condition={"gte": 1}, **{"group-by": "Data"})]
    found = firings(documents, [event(0, Data=["x", "X", "y", ""])])
    assert [dict(firing.group) for firing in found] == [{"Data": "x"}, {"Data": "y"}]
    assert len(firings(documents, [event(0, Data=["a", "A", *(str(number) for number in range(100))])])) == 64


def test_an_event_counts_once_however_many_rules_match_it() -> None:
    documents = [base("a"), base("b"), correlation("event_count", ["a", "b"], {"gte": 2})]
    assert seconds(documents, event(0, "ab")) == []
    assert seconds(documents, event(0, "ab"), event(1, "b")) == [1]


def value(type_: str, condition: dict[str, Any], *values: Any) -> list[float]:
    documents = [base("a"), correlation(type_, condition={"field": "V", **condition})]
    return seconds(documents, *(event(number, V=each) for number, each in enumerate(values)))


@pytest.mark.parametrize(
    ("type_", "condition", "values", "expected"),
    [
        ("value_count", {"gte": 2}, ["x", "X", "y"], [2]),
        ("value_count", {"gte": 2}, ["x", None, ["y", "z"]], [2]),
        ("value_count", {"lt": 2}, [None, "x"], [1]),  # without a value no part, hence no point
        ("value_sum", {"gte": 0.3}, ["0.1", "0.1", "0.1"], [2]),  # exact
        ("value_sum", {"gt": 0.3}, ["0.1", "0.1", "0.1"], []),
        ("value_sum", {"eq": 26}, ["0x10", "text", "10"], [2]),
        ("value_sum", {"lt": 0}, ["1", "-3", "1"], [1]),
        ("value_avg", {"gt": 2}, ["1", "3", "3"], [2]),
        ("value_avg", {"eq": 2}, [["1", "3"]], [0]),
        ("value_median", {"eq": 2.5}, ["1", "2", "3", "9"], [3]),
        ("value_median", {"eq": 2}, ["1", "2", "3"], [2]),
        ("value_percentile", {"eq": 9, "percentile": 100}, ["1", "9"], [1]),
        ("value_percentile", {"eq": 1, "percentile": 0}, ["9", "1"], [1]),
        ("value_percentile", {"eq": 1.9, "percentile": 90}, ["1", "2"], [1]),
    ],
)
def test_values(type_: str, condition: dict[str, Any], values: list[Any], expected: list[float]) -> None:
    assert value(type_, condition, *values) == expected


def test_values_of_several_fields_are_counted_together() -> None:
    documents = [base("a"), correlation("value_count", condition={"field": ["V", "W"], "gte": 3})]
    events = [event(0, V="x", W="1"), event(1, V="x", W="2"), event(2, V="y"), event(3, V="y", W="1")]
    assert seconds(documents, *events) == [3]


@pytest.mark.parametrize(
    ("type_", "condition", "kinds", "expected"),
    [
        ("temporal", None, "a b", []),
        ("temporal", None, "c a a b", [3]),
        ("temporal", {"gte": 2}, "a b c", [1]),
        ("temporal_ordered", None, "a b c", [2]),
        ("temporal_ordered", None, "c b a", []),
        ("temporal_ordered", None, "a c b c", [3]),
        ("temporal_ordered", None, "abc", [0]),  # one event may serve several steps
        ("temporal_ordered", {"gte": 2}, "b a c b", [3]),
        ("temporal", "a and not b", "b a a", []),
        ("temporal", "a and not b", "c a", [1]),
        ("temporal", "(a or b) and c", "a b c", [2]),
        ("temporal_ordered", "c and a", "a c", []),
        ("temporal_ordered", "c and a", "c a", [1]),
        ("temporal_ordered", "b and (a or c)", "b c", [1]),
        ("temporal_ordered", "b and (a or c)", "c b", []),
        ("temporal_ordered", "a and not b", "c a", [1]),
    ],
)
def test_temporal(type_: str, condition: Any, kinds: str, expected: list[float]) -> None:
    documents = [base("a"), base("b"), base("c1"), correlation(type_, ["a", "b", "c1"], condition)]
    if isinstance(condition, str):
        documents[3]["correlation"]["condition"] = condition.replace("c", "c1")
    events = [event(number, kind.replace("c", "c1")) for number, kind in enumerate(kinds.split())]
    assert seconds(documents, *events) == expected


def test_aliases_name_another_field_per_rule() -> None:
    aliases = {"ip": {"a": "Source", "b": "Target"}}
    documents = [base("a"), base("b"), correlation("temporal", ["a", "b"], aliases=aliases, **{"group-by": ["ip"]})]
    events = [event(0, "a", Source="1", Target="2"), event(1, "b", Source="1", Target="3"), event(2, "b", Target="1")]
    assert seconds(documents, *events) == [2]


def test_rules_over_rules() -> None:
    inner = correlation("event_count", condition={"gte": 2}) | {"name": "many"}
    outer = correlation("temporal_ordered", ["many", "b"])
    documents = [outer, base("a"), inner, base("b")]
    events = [event(0), event(1), event(2, "b"), event(3, "b", "other"), event(4)]
    assert seconds(documents, *events) == [2]
    (firing,) = (each for each in firings(documents, events) if each.rule == "c")
    assert firing.group == {"User": "u"}
    assert len(firing.events) == 2


def test_who_raises_alerts() -> None:
    quiet = correlation("event_count", condition={"gte": 2})
    loud = correlation("event_count", ["b", "a"], {"gte": 2}, generate=True) | {"name": "loud"}
    assert alerting([base("a"), base("b"), quiet]) == {"b", "c"}
    assert alerting([base("a"), base("b"), quiet, loud]) == {"a", "b", "c", "loud"}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"rules": ["a", "a"]}, "twice"),
        ({"rules": ["a", "nothing"]}, "no rule"),
        ({"rules": ["c"]}, "itself"),
        ({"timespan": "367d"}, "366 days"),
        ({"timespan": "0s"}, "time span"),
        ({"type": "value_percentile", "condition": {"field": "V", "gte": 1}}, "percentile"),
        ({"type": "value_percentile", "condition": {"field": "V", "gte": 1, "percentile": 101}}, "percentile"),
        ({"type": "value_sum", "condition": {"gte": 1}}, "field"),
        ({"type": "other"}, "unknown type"),
    ],
)
def test_what_is_refused(changed: dict[str, Any], reason: str) -> None:
    document = correlation("event_count", condition={"gte": 1})
    document["correlation"] |= changed
    with pytest.raises(ValueError, match=reason):
        firings([base("a"), document], [event(0)])
