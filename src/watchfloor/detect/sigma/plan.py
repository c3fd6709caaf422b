"""Plan: all rules that events of one key can meet, folded for that key and over shared tests.

For one key the channel and the event id are known, and so is where each Sigma field is found; most conditions on them
decide at once. What remains of a rule is a tree over groups: a group is what the rule says about one field, decided per
distinct value. Equal groups of different rules are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from watchfloor.detect.sigma.atoms import ANY, ONE, Atom, canonical, satisfied
from watchfloor.detect.sigma.fieldmatch import FieldMatcher, Memory
from watchfloor.detect.sigma.rules import Detection, Node, Rule
from watchfloor.schema.sigma_fields import EventKey, Scope, provider_channels

Sources = tuple[str, ...]
Test = tuple[Any, ...]
"""Over one field's value: ("hit", atom), ("missing",), ("and", test, ...), ("or", test, ...), ("not", test)."""
Tree = tuple[Any, ...]
"""Over events: ("group", index), ("pair", index), ("and", tree, ...), ("or", tree, ...), ("not", tree)."""
Folded = bool | tuple[int, Test] | Tree

KEYWORDS = "keywords"
"""Stands, with the scope's prefixes, for the sources of a value without a field."""
_NOT_HITS = frozenset({"null", "exists", "ref"})
"""Kinds of atoms that are not a test of one value."""
ALWAYS = frozenset({-1})
"""The cover of what can be true without any atom being hit."""


@dataclass(slots=True)
class Field:
    """One field of a plan: its sources and the distinct atoms about it with their numbers in the plan."""

    sources: Sources
    memory: Memory | None = None
    atoms: dict[Atom, int] = field(default_factory=dict)
    _matcher: FieldMatcher | None = None
    _numbers: tuple[int, ...] = ()

    def matching(self) -> tuple[FieldMatcher, tuple[int, ...]]:
        """What finds the atoms that a value satisfies, made when the first value comes, and the atoms' numbers."""
        if self._matcher is None:
            self._matcher = FieldMatcher(list(self.atoms), self.memory)
            self._numbers = tuple(self.atoms.values())
        return self._matcher, self._numbers


@dataclass(slots=True)
class Group:
    """What some rule says about one field."""

    field: int
    test: Test


@dataclass(slots=True)
class Pair:
    """A comparison of two fields."""

    atom: Atom
    field: int
    other: int


@dataclass(slots=True)
class Planned:
    """A rule as it is for one key.

    Attributes:
        tree: what remains; True when every event of the key satisfies it.
        covers: sets of atoms; the rule can only be true where each of them has a hit.
        fields: numbers of the plan's fields that the rule reads.
        detection: the rule's, whose nodes `Plan.leaves` knows.
    """

    rule: Rule
    detection: Detection
    scope: Scope
    tree: Tree | bool
    covers: tuple[frozenset[int], ...]
    fields: tuple[int, ...]


class Plan:
    """The rules for one event key."""

    def __init__(self, key: EventKey, rules: Iterable[tuple[Rule, Scope]], memory: Memory | None = None) -> None:
        self.key = key
        self.fields: list[Field] = []
        self._memory = memory
        self.groups: list[Group] = []
        self.pairs: list[Pair] = []
        self.rules: list[Planned] = []
        # Rules keep their nodes, so an atom's identity stands for it: number of its field, number of the atom.
        self.leaves: dict[int, tuple[int, int]] = {}
        # What explanations show of an atom, by its identity; filled as rules fire.
        self.patterns: dict[int, str] = {}
        self._atoms = 0
        self._field_numbers: dict[Sources, int] = {}
        self._group_numbers: dict[tuple[int, Test], int] = {}
        self._sources: dict[tuple[int, str | None], Sources] = {}
        # Numbers of the fields, by scope and Sigma name, about which the key says nothing.
        self._open: dict[tuple[int, str | None], int] = {}
        for rule, scope in rules:
            self._add(rule, scope)
        self.rules.sort(key=lambda planned: planned.rule.id)
        # Positions of the rules by each atom of their smallest cover, and of those that no atom has to be hit for.
        self.by_atom: dict[int, list[int]] = {}
        self.always: list[int] = []
        for position, planned in enumerate(self.rules):
            if not planned.covers:
                self.always.append(position)
            for atom in planned.covers[0] if planned.covers else ():
                self.by_atom.setdefault(atom, []).append(position)

    def _add(self, rule: Rule, scope: Scope) -> None:
        detection = rule.detection
        if scope.sound and unsound(detection, scope):
            return
        fixed = any(self._fixed(self._sources_of(name, scope)) for name in rule.fields)
        if fixed and self._constant(detection, detection.condition, scope) is False:
            return
        selections: dict[str, Folded] = {}

        def fold(node: Node) -> Folded:
            operator = node[0]
            if operator == "ref":
                if node[1] not in selections:
                    known = self._constant(detection, node, scope) if fixed else None
                    selections[node[1]] = fold(detection.selections[node[1]]) if known is None else known
                return selections[node[1]]
            if operator == "not":
                return _negated(fold(node[1]))
            if operator == "atom":
                return self._atom(node, scope)
            return self._joined(operator, [fold(each) for each in node[1:]])

        wheres = [
            self._joined("or", [self._tested((column,), ("text", False, value)) for value in values])
            for column, values in scope.where.items()
        ]
        folded = self._joined("and", [*wheres, fold(detection.condition)]) if wheres else fold(detection.condition)
        if folded is False:
            return
        tree = folded if folded is True else self._tree(folded)
        read = {self._sources_of(name, scope) for name in (*rule.fields, None)}
        numbers = sorted(self._field_numbers[sources] for sources in read if sources in self._field_numbers)
        self.rules.append(Planned(rule, detection, scope, tree, self._covers(tree), tuple(numbers)))

    def _constant(self, detection: Detection, node: Node, scope: Scope) -> bool | None:
        """What the key alone says about a node, so that what it decides leaves nothing behind in the plan."""
        operator = node[0]
        if operator == "ref":
            return self._constant(detection, detection.selections[node[1]], scope)
        if operator == "not":
            known = self._constant(detection, node[1], scope)
            return None if known is None else not known
        if operator == "atom":
            return self._decided(node[2:], self._sources_of(node[1], scope))
        absorbing = operator == "or"
        result: bool | None = not absorbing
        for each in node[1:]:
            known = self._constant(detection, each, scope)
            if known is absorbing:
                return absorbing
            result = None if known is None else result
        return result

    def _decided(self, atom: Atom, sources: Sources) -> bool | None:
        if not sources:
            return False if atom[0] == "ref" else satisfied(atom, ())
        known = self._known(sources)
        return satisfied(atom, (known,)) if known is not None and _is_equality(atom) else None

    def _atom(self, node: Node, scope: Scope) -> Folded:
        known = self._open.get((id(scope), node[1]))
        if known is None or node[2] in _NOT_HITS:
            return self._first_atom(node, scope)
        leaf = self.leaves[id(node)] = (known, self._hit(known, node[2:]))
        return known, ("hit", leaf[1])

    def _first_atom(self, node: Node, scope: Scope) -> Folded:
        """An atom about a field that the key may say something about."""
        atom, sources = node[2:], self._sources_of(node[1], scope)
        decided = self._decided(atom, sources)
        if decided is not None:
            return decided
        if atom[0] == "ref":
            return self._pair(atom, sources, scope.sources(atom[1]))
        number, test = self._tested(sources, atom)
        if test[0] == "hit":
            self.leaves[id(node)] = (number, test[1])
        if self._known(sources) is None:
            self._open[id(scope), node[1]] = number
        return number, test

    def _sources_of(self, name: str | None, scope: Scope) -> Sources:
        key = (id(scope), name)
        if key not in self._sources:
            self._sources[key] = sources_of(name, scope)
        return self._sources[key]

    def _fixed(self, sources: Sources) -> bool:
        """Whether the key can decide something about a field: it has no source, or is part of the key."""
        return not sources or self._known(sources) is not None

    def _known(self, sources: Sources) -> str | None:
        """The value that the key fixes: an event id (empty: none that a rule names), a known channel."""
        if sources == ("winlog.event_id",):
            return self.key.event_id or "-"
        if sources == ("winlog.channel",) and self.key.channel not in {"", "*", *provider_channels().values()}:
            return self.key.channel  # one that a provider stands for may not be in the event
        return None

    def _tested(self, sources: Sources, atom: Atom) -> tuple[int, Test]:
        number = self._field(sources)
        if atom[0] == "null":
            return (number, ("missing",))
        if atom[0] == "exists":
            return (number, ("not", ("missing",)) if atom[1] else ("missing",))
        return (number, ("hit", self._hit(number, atom)))

    def _hit(self, number: int, atom: Atom) -> int:
        """The number of an atom about a field."""
        atoms, atom = self.fields[number].atoms, canonical(atom)
        hit = atoms.get(atom)
        if hit is None:
            hit = atoms[atom] = self._atoms
            self._atoms += 1
        return hit

    def _pair(self, atom: Atom, sources: Sources, others: Sources) -> Folded:
        if not sources or not others:
            return False
        pair = Pair(atom, self._field(sources), self._field(others))
        if pair not in self.pairs:
            self.pairs.append(pair)
        return ("pair", self.pairs.index(pair))

    def _field(self, sources: Sources) -> int:
        number = self._field_numbers.setdefault(sources, len(self.fields))
        if number == len(self.fields):
            self.fields.append(Field(sources, self._memory))
        return number

    def _joined(self, operator: str, parts: Sequence[Folded]) -> Folded:
        """`and` or `or`: constants vanish, what is about one field becomes one test."""
        absorbing = operator == "or"
        if any(part is absorbing for part in parts):
            return absorbing
        tests: dict[int, list[Test]] = {}
        trees: list[Tree] = []
        for part in parts:
            if isinstance(part, bool):
                continue
            if isinstance(part[0], int):
                tests.setdefault(part[0], []).extend(part[1][1:] if part[1][0] == operator else [part[1]])
            else:
                trees.extend(part[1:] if part[0] == operator else [part])
        groups: list[tuple[int, Test]] = [
            (number, unique[0] if len(unique) == 1 else (operator, *unique))
            for number, found in tests.items()
            for unique in [tuple(dict.fromkeys(found))]
        ]
        if not trees and len(groups) <= 1:
            return groups[0] if groups else not absorbing
        unique_trees = tuple(dict.fromkeys([*(self._tree(group) for group in groups), *trees]))
        return unique_trees[0] if len(unique_trees) == 1 else (operator, *unique_trees)

    def _tree(self, folded: tuple[Any, ...]) -> Tree:
        if not isinstance(folded[0], int):
            return folded
        number = self._group_numbers.setdefault((folded[0], folded[1]), len(self.groups))
        if number == len(self.groups):
            self.groups.append(Group(*folded))
        return ("group", number)

    def _covers(self, tree: Tree | bool) -> tuple[frozenset[int], ...]:
        if isinstance(tree, bool):
            return ()
        parts = tree[1:] if tree[0] == "and" else (tree,)
        covers = {self._cover(part) for part in parts} - {ALWAYS}
        return tuple(sorted(covers, key=len))

    def _cover(self, tree: Tree) -> frozenset[int]:
        """Atoms of which at least one must be hit for the tree to be true."""
        operator = tree[0]
        if operator == "group":
            return _test_cover(self.groups[tree[1]].test)
        if operator in {"and", "or"}:
            return _combined(operator, [self._cover(part) for part in tree[1:]])
        return ALWAYS


def sources_of(sigma_field: str | None, scope: Scope) -> Sources:
    """Where a scope's events carry a field; without a field, everywhere."""
    return scope.sources(sigma_field) if sigma_field is not None else (KEYWORDS, *scope.keywords)


def unsound(detection: Detection, scope: Scope) -> bool:
    """Whether the rule negates something about a field that the scope's events never have."""

    def negates(node: Node, *, negated: bool) -> bool:
        operator = node[0]
        if operator == "ref":
            return negates(detection.selections[node[1]], negated=negated)
        if operator == "not":
            return negates(node[1], negated=not negated)
        if operator == "atom":
            return negated and not sources_of(node[1], scope)
        return any(negates(each, negated=negated) for each in node[1:])

    return negates(detection.condition, negated=False)


def _negated(folded: Folded) -> Folded:
    if isinstance(folded, bool):
        return not folded
    if isinstance(folded[0], int):
        number, test = folded[0], folded[1]
        return (number, test[1] if test[0] == "not" else ("not", test))
    return folded[1] if folded[0] == "not" else ("not", folded)


def _is_equality(atom: Atom) -> bool:
    return atom[0] == "number" or (atom[0] == "text" and not atom[1] and ANY not in atom[2:] and ONE not in atom[2:])


def _test_cover(test: Test) -> frozenset[int]:
    operator = test[0]
    if operator == "hit":
        return frozenset({test[1]})
    if operator in {"and", "or"}:
        return _combined(operator, [_test_cover(part) for part in test[1:]])
    return ALWAYS


def _combined(operator: str, covers: Sequence[frozenset[int]]) -> frozenset[int]:
    if operator == "or":
        return ALWAYS if ALWAYS in covers else frozenset().union(*covers)
    return min((cover for cover in covers if cover != ALWAYS), key=len, default=ALWAYS)
