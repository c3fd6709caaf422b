"""Groups alerts that share rare values near in time and in a plausible order; the same set gives the same groups."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from watchfloor.alerts.levels import rank
from watchfloor.incidents.facts import Decision, Fact, Group, Join, Shared
from watchfloor.incidents.weights import Weights, near, total

_NEIGHBOURS = 4
"""Earlier alerts with the same value that an alert is compared with, as many of the core and as many lower ones, so
that noise does not hide what holds an incident together. More of them are joined through each other."""
_CORE = rank("medium")
"""Level from which alerts hold an incident together; lower ones only join one, since anybody can cause them."""


@dataclass(frozen=True, slots=True, eq=False)
class _Edge:
    """Two alerts that belong together, the earlier one first."""

    earlier: Fact
    later: Fact
    shared: tuple[Shared, ...]
    by_hand: bool = False

    @property
    def apart(self) -> int:
        return max(self.later.first - self.earlier.last, 0)


def group(facts: Iterable[Fact], weights: Weights, decisions: Sequence[Decision] = ()) -> list[Group]:
    """Every alert in exactly one group, alone where it shares nothing; groups by their first alert.

    A function of the set of alerts, their weights and the decisions: the order of `facts` does not matter.

    Args:
        facts: the alerts.
        weights: of what they share, made of the same alerts.
        decisions: what people joined or split; they hold against any weight.
    """
    ordered = sorted(facts, key=_place)
    forest = _Forest(ordered, decisions)
    _join_by_hand(forest, ordered, decisions, weights)
    edges = sorted(_edges(ordered, weights), key=_strength)
    core = [edge for edge in edges if _is_core(edge.earlier) and _is_core(edge.later)]
    for edge in core:
        forest.join(edge)
    for edge in edges:
        if _is_core(edge.earlier) != _is_core(edge.later):
            forest.attach(edge)
    for edge in edges:
        if not _is_core(edge.earlier) and not _is_core(edge.later):
            forest.attach(edge)
    return sorted(forest.groups(), key=lambda found: _place(found.alerts[0]))


def _place(fact: Fact) -> tuple[int, str]:
    return fact.first, fact.id


def _strength(edge: _Edge) -> tuple[float, int, tuple[int, str], tuple[int, str]]:
    return -total(edge.shared), edge.apart, _place(edge.earlier), _place(edge.later)


def _is_core(fact: Fact) -> bool:
    return rank(fact.level) >= _CORE


def _edges(ordered: Sequence[Fact], weights: Weights) -> Iterator[_Edge]:
    """Each alert with the last ones before it that share a telling value."""
    recent: dict[tuple[str, str, bool], deque[int]] = {}
    for number, fact in enumerate(ordered):
        near_by: set[int] = set()
        for kind, value in weights.telling(fact):
            reach = weights.reach(kind, value)
            for core in (True, False):
                for other in recent.get((kind, value, core), ()):
                    if fact.first - ordered[other].last <= reach:
                        near_by.add(other)
            recent.setdefault((kind, value, _is_core(fact)), deque(maxlen=_NEIGHBOURS)).append(number)
        for other in sorted(near_by):
            shared = weights.between(ordered[other], fact)
            if near(shared):
                yield _Edge(ordered[other], fact, shared)


def _join_by_hand(forest: _Forest, ordered: Sequence[Fact], decisions: Sequence[Decision], weights: Weights) -> None:
    """A later decision first, so that it holds against an earlier one; what a split takes out parts no others."""
    known = {fact.id: fact for fact in ordered}
    for decision in sorted(decisions, key=lambda decision: -decision.number):
        if decision.kind == "together":
            parts: list[Fact] = []  # the last alert of each part that splits leave of it
            for fact in sorted((known[alert] for alert in decision.left & known.keys()), key=_place):
                for place, earlier in enumerate(parts):
                    if forest.join(_Edge(earlier, fact, weights.between(earlier, fact), by_hand=True)):
                        parts[place] = fact
                        break
                else:
                    parts.append(fact)


def _standing(decisions: Sequence[Decision]) -> Iterator[Decision]:
    """What was split and not joined again later."""
    joined = [decision for decision in decisions if decision.kind == "together"]
    for decision in decisions:
        if decision.kind == "apart" and not any(
            later.number > decision.number and later.left & decision.left and later.left & decision.right
            for later in joined
        ):
            yield decision


class _Forest:
    """Trees of joined alerts, each edge of which is the reason for one alert."""

    def __init__(self, facts: Sequence[Fact], decisions: Sequence[Decision]) -> None:
        self._facts = {fact.id: fact for fact in facts}
        self._parent = {fact.id: fact.id for fact in facts}
        self._size = dict.fromkeys(self._parent, 1)
        self._edges: dict[str, list[_Edge]] = {fact.id: [] for fact in facts}
        self._core = {fact.id for fact in facts if _is_core(fact)}
        self._decided = {alert for each in decisions if each.kind == "together" for alert in each.left}
        self._parts: dict[str, dict[int, str]] = defaultdict(dict)
        for decision in _standing(decisions):
            for side, alerts in (("left", decision.left), ("right", decision.right)):
                for alert in alerts & self._parent.keys():
                    self._parts[alert][decision.number] = side

    def join(self, edge: _Edge) -> bool:
        """Make one tree of two, unless a person keeps them apart; whether they are one now."""
        one, other = self._root(edge.earlier.id), self._root(edge.later.id)
        if one == other or not self._may(one, other):
            if one == other and {edge.earlier.id, edge.later.id} <= self._decided:
                self._note(replace(edge, by_hand=True))  # what a machine would have gone by
            return one == other
        if self._size[one] < self._size[other]:
            one, other = other, one
        self._parent[other] = one
        self._size[one] += self._size[other]
        if other in self._core:
            self._core.add(one)
        if other in self._parts:
            self._parts[one].update(self._parts.pop(other))
        self._note(edge)
        return True

    def _note(self, edge: _Edge) -> None:
        self._edges[edge.earlier.id].append(edge)
        self._edges[edge.later.id].append(edge)

    def attach(self, edge: _Edge) -> None:
        """Join two trees of which one holds no alert of the core, so that nothing of it is bridged by the other."""
        if not {self._root(edge.earlier.id), self._root(edge.later.id)} <= self._core:
            self.join(edge)

    def groups(self) -> Iterator[Group]:
        """The trees."""
        members: dict[str, list[Fact]] = defaultdict(list)
        for alert, fact in self._facts.items():
            members[self._root(alert)].append(fact)
        for facts in members.values():
            facts.sort(key=_place)
            yield Group(tuple(facts), self._joins(facts[0]))

    def _joins(self, anchor: Fact) -> Mapping[str, Join]:
        """Why each alert is in, told from the first one outwards; by what they share, as far as that goes."""
        found = {anchor.id: Join()}
        waiting, bare = [anchor.id], deque[tuple[str, _Edge]]()
        while waiting or bare:
            known, edges = (waiting.pop(), None) if waiting else (bare[0][0], [bare.popleft()[1]])
            for edge in self._edges[known] if edges is None else edges:
                other = edge.later.id if edge.earlier.id == known else edge.earlier.id
                if other in found:
                    continue
                if edges is None and edge.by_hand and not near(edge.shared):
                    bare.append((known, edge))
                    continue
                found[other] = Join(known, edge.shared, edge.apart, edge.by_hand)
                waiting.append(other)
        return found

    def _root(self, alert: str) -> str:
        root = alert
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[alert] != root:
            self._parent[alert], alert = root, self._parent[alert]
        return root

    def _may(self, one: str, other: str) -> bool:
        mine, others = self._parts.get(one, {}), self._parts.get(other, {})
        return all(others.get(number, side) == side for number, side in mine.items())
