"""Grouping is a function of the set of alerts and of what people decided, whatever these are."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from watchfloor.alerts.levels import LEVELS
from watchfloor.alerts.links import Link
from watchfloor.incidents.facts import HOUR, Decision, Fact, Group
from watchfloor.incidents.grouping import group
from watchfloor.incidents.risk import assess
from watchfloor.incidents.weights import Weights

_ROLES = {("host", "v0"): frozenset({"domain_controller"}), ("ip", "v1"): frozenset({"scanner"})}
_KINDS = ("device", "domain", "event", "hash", "host", "ip", "mac", "mail", "process", "session", "user")
_VALUES = ("v0", "v1", "v2", "203.0.113.1", "10.0.0.1", "\x00", "x" * 300)
_LINKS = st.builds(Link, st.sampled_from(_KINDS), st.sampled_from(_VALUES), st.sampled_from(("actor", "target")))
_TAGS = st.sampled_from(((), ("attack.execution",), ("attack.impact",), ("attack.initial-access", "attack.nonsense")))
_FACTS = st.lists(
    st.tuples(
        st.sampled_from(("r1", "r2", "r3")),
        st.sampled_from(("", *LEVELS)),
        _TAGS,
        st.integers(0, 300),
        st.integers(0, 30),
        st.lists(_LINKS, max_size=5),
    ),
    min_size=1,
    max_size=16,
).map(
    lambda rows: [
        Fact(f"a{number}", rule, rule, level, tags, first * HOUR, (first + length) * HOUR, 1, tuple(links))
        for number, (rule, level, tags, first, length, links) in enumerate(rows)
    ]
)
_SOME = st.sets(st.integers(0, 19).map(lambda number: f"a{number}"), max_size=5).map(frozenset)
_DECISIONS = st.lists(st.tuples(st.booleans(), _SOME, _SOME), max_size=4).map(
    lambda rows: [
        Decision(number, "together", left) if together else Decision(number, "apart", left, right - left)
        for number, (together, left, right) in enumerate(rows, start=1)
    ]
)


def _groups(facts: Sequence[Fact], decisions: Sequence[Decision] = ()) -> tuple[list[Group], Weights]:
    weights = Weights(facts, lambda kind, value: _ROLES.get((kind, value), frozenset()))
    return group(facts, weights, decisions), weights


@given(_FACTS, _DECISIONS, st.randoms())
def test_order_does_not_matter(facts: list[Fact], decisions: list[Decision], chance: object) -> None:
    found, weights = _groups(facts, decisions)
    shuffled = list(facts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    again, others = _groups(shuffled, list(reversed(decisions)))
    assert found == again
    assert [assess(each, weights) for each in found] == [assess(each, others) for each in again]
    assert sorted(fact.id for each in found for fact in each.alerts) == sorted(fact.id for fact in facts)


@given(_FACTS, _DECISIONS, st.data())
def test_a_split_is_kept(facts: list[Fact], decisions: list[Decision], data: st.DataObject) -> None:
    for each in _groups(facts, decisions)[0]:
        members = [fact.id for fact in each.alerts]
        if len(members) > 1:
            chosen = data.draw(st.sets(st.sampled_from(members), min_size=1, max_size=len(members) - 1))
            split = Decision(9, "apart", frozenset(chosen), frozenset(members) - chosen)
            for part in _groups(facts, [*decisions, split])[0]:
                inside = {fact.id for fact in part.alerts}
                assert not (inside & split.left and inside & split.right)


@given(_FACTS, _SOME)
def test_what_a_split_leaves_of_a_merge_stays_together(facts: list[Fact], some: frozenset[str]) -> None:
    known = frozenset(fact.id for fact in facts)
    taken = frozenset(some & known)
    rest = known - taken
    found, _ = _groups(facts, [Decision(1, "together", known), Decision(2, "apart", taken, rest)])
    assert {frozenset(fact.id for fact in each.alerts) for each in found} == {taken, rest} - {frozenset()}


@given(_FACTS, _DECISIONS)
def test_what_was_joined_last_is_one(facts: list[Fact], decisions: list[Decision]) -> None:
    known = frozenset(fact.id for fact in facts)
    found, _ = _groups(facts, [*decisions, Decision(9, "together", known)])
    assert len(found) == 1
    assert all(join.by_hand for join in list(found[0].joins.values())[1:])


def test_noise_does_not_hide_what_holds_an_incident_together() -> None:
    link = Link("user", "u", "actor")
    noise = [Fact(f"n{number:03}", "r", "r", "low", (), number, number, 1, (link,)) for number in range(1, 100)]
    ends = [Fact(name, "r", "r", "high", (), at, at, 1, (link,)) for name, at in (("first", 0), ("last", 100))]
    assert len(_groups([*noise, *ends])[0]) == 1


def test_many_links_are_told_by_the_strongest() -> None:
    links = tuple(itertools.starmap(Link, ((kind, f"v{n}", "actor") for kind in ("hash", "host") for n in range(12))))
    facts = [Fact(name, "r", "r", "high", (), 0, 0, 1, links) for name in ("a", "b")]
    (found,), _ = _groups(facts)
    assert {shared.kind for shared in found.joins["b"].shared} == {"host"}
