"""Grouping does what an analyst would do, whatever the order in which alerts come."""

from __future__ import annotations

import random

import pytest
from incident_scenarios import Scenario, scenarios

from watchfloor.alerts.links import Link
from watchfloor.incidents.facts import Decision, Fact
from watchfloor.incidents.grouping import group
from watchfloor.incidents.weights import Weights

ALL = scenarios()


def _ids(scenario: Scenario, facts: list[Fact] | None = None) -> set[frozenset[str]]:
    return {frozenset(fact.id for fact in each.alerts) for each in scenario.incidents(facts)}


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_the_incidents_are_those_of_an_analyst(scenario: Scenario) -> None:
    both, found, wanted = scenario.score()
    assert both == wanted
    assert (both != found) == bool(scenario.limit), scenario.limit


def test_there_are_twenty_scenarios() -> None:
    assert len(ALL) >= 20


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_the_order_of_alerts_does_not_matter(scenario: Scenario) -> None:
    for seed in range(5):
        shuffled = list(scenario.facts)
        random.Random(seed).shuffle(shuffled)
        assert _ids(scenario, shuffled) == _ids(scenario)


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_an_alert_about_somebody_else_changes_nothing(scenario: Scenario) -> None:
    first = scenario.facts[0]
    stranger = Fact("stranger", "r", "r", "medium", (), first.first, first.last, 1, (Link("host", "other", "actor"),))
    assert _ids(scenario, [*scenario.facts, stranger]) == _ids(scenario)


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
def test_every_join_tells_what_is_shared(scenario: Scenario) -> None:
    known = {fact.id: fact for fact in scenario.facts}
    for incident in scenario.incidents():
        anchors = [alert for alert, join in incident.joins.items() if not join.other]
        assert anchors == [incident.alerts[0].id]
        assert incident.joins.keys() == {fact.id for fact in incident.alerts}
        for alert, join in incident.joins.items():
            if join.other and not join.by_hand:
                assert join.shared
            values = {(link.kind, link.value) for link in known[alert].links}
            assert {(shared.kind, shared.value) for shared in join.shared} <= values


def _alert(name: str, minute: int, *links: Link) -> Fact:
    at = minute * 60_000_000
    return Fact(name, name, name, "high", (), at, at, 1, links)


def test_the_later_of_two_decisions_holds() -> None:
    facts = [_alert("a", 0, Link("user", "u", "actor")), _alert("b", 1, Link("user", "u", "actor"))]
    apart = Decision(1, "apart", frozenset({"a"}), frozenset({"b"}))
    together = Decision(2, "together", frozenset({"a", "b"}))
    weights = Weights(facts, lambda *_: frozenset())
    assert len(group(facts, weights, [apart])) == 2
    assert len(group(facts, weights, [apart, together])) == 1
    later_apart = Decision(3, "apart", frozenset({"a"}), frozenset({"b"}))
    assert len(group(facts, weights, [apart, together, later_apart])) == 2


def test_a_value_of_many_parties_joins_nothing_by_itself() -> None:
    shared = Link("host", "terminal", "actor")
    facts = [_alert(f"a{number}", number, shared, Link("user", f"u{number}", "actor")) for number in range(40)]
    assert len(group(facts, Weights(facts, lambda *_: frozenset()))) == 40
    few = facts[:3]
    assert len(group(few, Weights(few, lambda *_: frozenset()))) == 1
