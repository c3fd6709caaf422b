"""Correlation documents: what they refer to, whom they mute, and what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from rule_documents import GOOD

from watchfloor.detect.sigma.correlate.link import MAX_LEVELS
from watchfloor.testing.correlations import alerting


def test_an_id_means_the_rule_that_has_it_whatever_others_are_called(sigma: Any) -> None:
    definition = {"type": "event_count", "rules": [GOOD["id"]], "timespan": "1m", "condition": {"gt": 1}}
    other = {**GOOD, "id": "00000000-0000-4000-8000-00000000000b", "name": GOOD["id"]}
    rules = sigma.load(other, GOOD, {"title": "C", "correlation": definition})
    assert [each.members for each in rules.correlations] == [(GOOD["id"],)]
    assert rules.silent == {GOOD["id"]}


def test_generate_may_stand_beside_the_correlation_as_in_sigmas_schema(sigma: Any) -> None:
    definition = {"type": "event_count", "rules": [GOOD["id"]], "timespan": "1m", "condition": {"gt": 1}}
    beside = {"title": "C", "correlation": definition, "generate": True}
    assert sigma.load(GOOD, beside).silent == set()
    assert alerting([GOOD, beside]) == {GOOD["id"], "C"}
    assert "'generate' is neither true nor false" in str(sigma.load(GOOD, {**beside, "generate": "yes"}).problems[0])


def test_rules_that_only_a_condition_names_are_referred_to_as_well(sigma: Any) -> None:
    condition = {"type": "temporal", "timespan": "1m", "condition": "good and not (other)"}
    documents = [{**GOOD, "name": "good"}, {"title": "C", "correlation": condition}]
    documents.append({key: value for key, value in GOOD.items() if key != "id"} | {"title": "Other", "name": "other"})
    rules = sigma.load(*documents)
    assert rules.problems == ()
    assert {rule.title for rule in rules.every if rule.id not in rules.silent} == alerting(documents) == {"C"}


def test_a_correlation_that_cannot_run_mutes_no_rule(sigma: Any) -> None:
    """Else a typing error in one rule would make others blind."""
    event = sigma.sysmon(Image="a")
    mistakes: list[dict[str, Any]] = [
        {"rules": [GOOD["id"], "nowhere"]},
        {"condition": {"gte": "five"}},
        {"group-by": [[]]},
        {"type": 5},
    ]
    for wrong in mistakes:
        definition = {"type": "event_count", "rules": [GOOD["id"]], "timespan": "1m", "condition": {"gt": 1}}
        rules = sigma.load(GOOD, {"title": "C", "correlation": definition | wrong})
        assert len(rules.problems) == 1, wrong
        assert rules.silent == frozenset()
        assert [firing.rule.id for firing in sigma.firings(rules, event)] == [GOOD["id"]]


def test_a_group_that_firings_do_not_have_is_a_problem_that_is_named(sigma: Any) -> None:
    inner = {"type": "event_count", "rules": [GOOD["id"]], "group-by": ["Computer"], "timespan": "1m"}
    outer = {"type": "event_count", "rules": ["inner"], "group-by": ["User"], "timespan": "1m"}
    rules = sigma.load(
        GOOD,
        {"title": "Inner", "name": "inner", "correlation": inner | {"condition": {"gt": 1}}},
        {"title": "Outer", "correlation": outer | {"condition": {"gt": 1}}},
    )
    (problem,) = rules.problems
    assert (problem.rule, problem.runs) == ("Outer", True)
    assert "'User'" in problem.reason


def test_rules_that_serve_only_a_correlation_raise_no_alerts_of_their_own(sigma: Any) -> None:
    definition = {"type": "event_count", "rules": [GOOD["id"]], "timespan": "1m", "condition": {"gt": 1}}
    correlation = {"title": "C", "correlation": definition}
    silent, loud = (
        sigma.load(GOOD, correlation),
        sigma.load(GOOD, {**correlation, "correlation": {**definition, "generate": True}}),
    )
    assert [each.title for each in silent.correlations] == ["C"]
    assert (silent.problems, loud.problems) == ((), ())
    assert (silent.silent, loud.silent) == ({GOOD["id"]}, set())
    event = {**sigma.sysmon(Image="a"), "@timestamp": dt.datetime(2026, 3, 1, tzinfo=dt.UTC), "event.id": "1"}
    assert [len(sigma.firings(rules, event)) for rules in (silent, loud)] == [0, 1]


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        ({"rules": ["x", "x"]}, "refers to 'x' twice"),
        ({"rules": [GOOD["id"], "good"]}, "refers to one rule twice"),
        ({"rules": ["nobody"]}, "refers to 'nobody', which does not exist or cannot run"),
        ({"rules": ["itself"]}, "refers to itself through 'itself'"),
        ({"rules": []}, "refers to no rule"),
        ({"timespan": "367d"}, "a timespan above 366 days"),
        ({"timespan": "0s"}, "must be greater than zero"),
        (
            {"type": "value_percentile", "condition": {"gte": 1, "field": "Image"}},
            "value_percentile without a percentile",
        ),
        (
            {"type": "value_percentile", "condition": {"gte": 1, "field": "Image", "percentile": 101}},
            "the percentile '101' is not a number from 0 to 100",
        ),
        (
            {"type": "value_percentile", "condition": {"gte": 1, "field": "Image", "percentile": -0.5}},
            "the percentile '-0.5' is not",
        ),
        (
            {"type": "value_percentile", "condition": {"gte": 1, "field": "Image", "percentile": [1]}},
            "is not a number from 0",
        ),
        (
            {"type": "value_percentile", "condition": {"gte": 1, "field": "Image", "percentile": "1e-999999999"}},
            "is not a number from 0",
        ),
        (
            {"type": "value_sum", "condition": {"gte": 1, "field": ["Image", "User"]}},
            "value_sum measures one field, not 2",
        ),
        ({"type": "event_count", "condition": {"gte": 1, "field": "Image"}}, "event_count counts without a field"),
        ({"aliases": {"who": {"stranger": "User"}}}, "the alias 'who' names 'stranger'"),
        ({"type": "event_count", "condition": "good"}, "xtended conditions"),
        ({"type": "temporal", "condition": "not " * 1_000 + "good"}, ""),
        ({"type": "temporal", "condition": "good or " * 10_000 + "good"}, "a condition longer than 4,096 characters"),
        ({"group-by": ["a"] * 51}, "more than 50 names in 'group-by'"),
        ({"group-by": {"a": 1}}, "group-by"),
        ({"condition": {"gte": "many"}}, "many"),
        ({"condition": {"gte": float("nan")}}, "nan"),
        ({"condition": {"gte": 1, "lt": "five"}}, "'five' is no valid"),
    ],
)
def test_a_correlation_that_cannot_be_judged_is_refused(sigma: Any, definition: dict[str, Any], reason: str) -> None:
    sound = {"type": "event_count", "rules": ["good"], "timespan": "1m", "condition": {"gt": 1}}
    broken = {"title": "C", "name": "itself", "correlation": {**sound, **definition}}
    rules = sigma.load({**GOOD, "name": "good"}, broken)
    assert [each.title for each in rules.rules] == [GOOD["title"]]
    assert rules.correlations == ()
    assert any(reason in problem.reason for problem in rules.problems), [str(problem) for problem in rules.problems]


@pytest.mark.parametrize("name", [5, dt.date(2026, 1, 1)])
def test_a_name_that_is_no_text_is_one_all_the_same(sigma: Any, tmp_path: Path, name: Any) -> None:
    """JSON, in which rules are cached, knows texts as keys only."""
    definition = {"type": "event_count", "rules": ["good"], "timespan": "1m", "condition": {"gt": 1}}
    definition |= {"group-by": [name], "aliases": {name: {"good": "User"}}}
    found = {"title": "C", "correlation": definition}
    rules = sigma.load({**GOOD, "name": "good"}, found, cache_dir=tmp_path / "cache")
    assert [each.group_fields(0) for each in rules.correlations] == [("User",)]


def chain(length: int, last: str) -> list[dict[str, Any]]:
    """Correlations that refer to the next one each, the last one to a rule."""
    names = [f"c{number}" for number in range(length)]
    sound = {"type": "event_count", "timespan": "1m", "condition": {"gt": 1}}
    pairs = zip(names, [*names[1:], last], strict=True)
    return [{"title": name, "name": name, "correlation": {**sound, "rules": [below]}} for name, below in pairs]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("length", "last", "running", "reason"),
    [
        (MAX_LEVELS, "good", MAX_LEVELS, ""),
        (900, "good", MAX_LEVELS, "more than 50 levels"),
        (900, "c0", 0, "refers to itself through"),
    ],
)
def test_long_chains_of_correlations_are_read_or_refused(
    sigma: Any, length: int, last: str, running: int, reason: str, *, turned: bool
) -> None:
    found = chain(length, last)[:: -1 if turned else 1]
    rules = sigma.load({**GOOD, "name": "good"}, yaml.safe_dump_all(found))
    assert len(rules.rules) == 1
    assert {each.title for each in rules.correlations} == {f"c{length - number - 1}" for number in range(running)}
    assert sum(reason in problem.reason for problem in rules.problems) == (1 if reason else 0)


@pytest.mark.parametrize("depth", [1, 100, 2_000])
def test_nested_conditions_over_rules_are_read_or_refused(sigma: Any, depth: int) -> None:
    definition = {"type": "temporal", "timespan": "1m", "condition": "(" * depth + "good" + ")" * depth}
    rules = sigma.load({**GOOD, "name": "good"}, {"title": "C", "correlation": definition})
    assert len(rules.rules) == 1
    assert len(rules.correlations) + len(rules.problems) == 1


@pytest.mark.parametrize("percentile", [99.9, 50, 0, 100])
def test_a_percentile_keeps_its_fraction(sigma: Any, percentile: float) -> None:
    condition = {"gte": 1, "field": "Image", "percentile": percentile}
    definition = {"type": "value_percentile", "rules": "good", "timespan": "1m", "condition": condition}
    rules = sigma.load({**GOOD, "name": "good"}, {"title": "C", "correlation": definition})
    assert [str(float(each.condition.percentile)) for each in rules.correlations] == [str(float(percentile))]
