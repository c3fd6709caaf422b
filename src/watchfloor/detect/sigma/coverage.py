"""Detection coverage: which rules had data in what was matched, and why the others could not have fired."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.detect.sigma.atoms import ANY, ONE, Atom, satisfied
from watchfloor.detect.sigma.behave.rules import BehaviorRule
from watchfloor.detect.sigma.columns import BatchColumns
from watchfloor.detect.sigma.correlate.rules import TEMPORAL, Correlation
from watchfloor.detect.sigma.keys import UNKNOWN, partition
from watchfloor.detect.sigma.plan import sources_of, unsound
from watchfloor.detect.sigma.rules import Detection, Node, Rule
from watchfloor.detect.sigma.ruleset import RuleSet
from watchfloor.schema.events import EventBatch
from watchfloor.schema.sigma_derive import inputs
from watchfloor.schema.sigma_fields import EventKey, LogSource, Scope, scopes

AnyRule = Rule | Correlation | BehaviorRule
_EVENT_ID = "winlog.event_id"
_SHOWN = 4
"""Ids or fields that a reason names."""
_NO_FIELDS = frozenset({"null", "exists"})


@dataclass(slots=True)
class Kind:
    """Events of one key.

    Attributes:
        events: how many.
        filled: columns that at least one of them has a value in, of those that rules read.
    """

    events: int = 0
    filled: set[str] = field(default_factory=set)


class Seen:
    """The kinds of events that were matched, batch by batch; as many as the rules can tell apart, whatever comes."""

    def __init__(self, rules: RuleSet) -> None:
        every = (*rules.rules, *(behavior.selection for behavior in rules.behaviors))
        served = {scope for source in {(rule.logsource, rule.taxonomy) for rule in every} for scope in _served(*source)}
        self._columns = rules.fields
        self._channels = frozenset(channel for scope in served for channel in scope.channels)
        self._programs = frozenset(program for scope in served for program in scope.programs)
        self._datasets = frozenset(dataset for scope in served for dataset in scope.datasets)
        self._event_ids = frozenset(each for scope in served for each in scope.event_ids) | frozenset(
            each for rule in every for each in rule.event_ids
        )
        self.kinds: dict[EventKey, Kind] = {}

    def add(self, events: EventBatch) -> None:
        """Look at a batch."""
        columns = BatchColumns(events.table)
        keys: dict[EventKey, int] = {}
        numbers = np.zeros(len(events), np.int64)
        for key, rows in partition(columns):
            numbers[rows] = keys.setdefault(self._normal(key), len(keys))
        kinds = [self.kinds.setdefault(key, Kind()) for key in keys]
        for kind, count in zip(kinds, np.bincount(numbers, minlength=len(kinds)).tolist(), strict=True):
            kind.events += count
        for name in sorted(self._columns.intersection(events.table.column_names)):
            column = events.table.column(name)
            if column.null_count < len(column) and not all(name in kind.filled for kind in kinds):
                for number in np.unique(numbers[_filled(column)]).tolist():
                    kinds[number].filled.add(name)

    def _normal(self, key: EventKey) -> EventKey:
        """The key without what no rule tells apart."""
        if key.channel:
            channel = key.channel if key.channel in self._channels else UNKNOWN
            return EventKey(channel, key.event_id if key.event_id in self._event_ids else "")
        dataset = key.dataset if key.dataset in self._datasets else ""
        return EventKey(dataset=dataset, program=key.program if key.program in self._programs else "")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether one rule could have fired.

    Attributes:
        events: how many events it can be true of, as far as their source, their id and their filled fields tell.
        because: why it is blind, in one clause; empty when it had data.
    """

    rule: AnyRule
    events: int
    because: str = ""


def coverage(rules: RuleSet, seen: Seen) -> list[Coverage]:
    """Of every rule, in the set's order."""
    judge = _Judge(seen)
    found = {rule.id: judge.rule(rule) for rule in rules.rules}
    found |= {behavior.id: judge.behavior(behavior) for behavior in rules.behaviors}
    for correlation in rules.correlations:  # those that others refer to come first
        found[correlation.id] = _correlated(correlation, found)
    return [found[rule.id] for rule in rules.every]


def _correlated(correlation: Correlation, found: Mapping[str, Coverage]) -> Coverage:
    """What needs all of its rules is blind when one is, what counts any of them when all are."""
    members = [found[member] for member in correlation.members if member in found]
    blind = [member for member in members if member.because]
    needs_all = correlation.kind in TEMPORAL and correlation.condition.expression is None
    if members and not (blind if needs_all else len(blind) == len(members)):
        return Coverage(correlation, sum(member.events for member in members))
    first = next(iter(blind), None)
    reason = f"its rule “{first.rule.title}” is: {first.because}" if first else "it refers to no rule that is loaded"
    return Coverage(correlation, 0, reason)


class _Judge:
    """Judges rules by the kinds of events that were seen."""

    def __init__(self, seen: Seen) -> None:
        self._kinds = seen.kinds
        self._places = functools.cache(self._found)

    def rule(self, rule: Rule) -> Coverage:
        return self._judged(rule, rule, ())

    def behavior(self, behavior: BehaviorRule) -> Coverage:
        keeps = behavior.keeps
        return self._judged(behavior, behavior.selection, (*keeps.entity, *(() if keeps.optional else keeps.value)))

    def _judged(self, rule: AnyRule, selection: Rule, needed: Sequence[str]) -> Coverage:
        if selection.blind:
            lists = " and no ".join(each.replace("_", " ") for each in selection.blind)
            return Coverage(rule, 0, f"policy.yml names no {lists}")
        source = selection.logsource, selection.taxonomy
        name = "/".join(part for part in selection.logsource if part) or "any source"
        if not _served(*source):
            return Coverage(rule, 0, f"no parser brings records of {name} yet")
        places = self._places(*source)
        if not places:
            return Coverage(rule, 0, f"no record of {name} was read")
        usable = [
            (scope, key, kind)
            for scope, key, kind in places
            if not (scope.sound and unsound(selection.detection, scope))
            and _may(_View(selection.detection, scope, key))
        ]
        if not usable:
            ids = ", ".join(sorted(selection.event_ids)[:_SHOWN])
            return Coverage(rule, 0, f"{name} has no record {f'with id {ids}' if ids else 'of its kind'}")
        fit = [kind for scope, key, kind in usable if _sees(selection, needed, scope, key, kind.filled)]
        events = sum(kind.events for kind in fit)
        if events:
            return Coverage(rule, events)
        return Coverage(rule, 0, f"{name} never fills {_never(selection, needed, usable)}")

    def _found(self, logsource: LogSource, taxonomy: str) -> list[tuple[Scope, EventKey, Kind]]:
        """Where events of a log source are among those that were seen; of several scopes the first one holds a key."""
        served = _served(logsource, taxonomy)
        found = (
            (next((each for each in served if each.holds(key)), None), key, kind) for key, kind in self._kinds.items()
        )
        return [(scope, key, kind) for scope, key, kind in found if scope is not None and kind.events]


@dataclass(frozen=True, slots=True)
class _View:
    """One rule in one place; without `filled` every field may have any value."""

    detection: Detection
    scope: Scope
    key: EventKey
    filled: set[str] | None = None


def _may(view: _View) -> bool:
    """Whether the rule can be true there."""
    return _truth(view.detection.condition, view)[0]


def _truth(node: Node, view: _View) -> tuple[bool, bool]:
    """Whether a node can be true and whether it can be false; what its parts have to do with each other is left out."""
    operator = node[0]
    if operator == "ref":
        return _truth(view.detection.selections[node[1]], view)
    if operator == "not":
        true, false = _truth(node[1], view)
        return false, true
    if operator == "atom":
        return _atom(node[1], node[2:], view)
    parts = [_truth(part, view) for part in node[1:]]
    trues, falses = [true for true, _ in parts], [false for _, false in parts]
    return (all(trues), any(falses)) if operator == "and" else (any(trues), all(falses))


def _atom(name: str | None, atom: Atom, view: _View) -> tuple[bool, bool]:
    if name is None:
        return True, True
    sources = sources_of(name, view.scope)
    if view.scope.windows and sources == (_EVENT_ID,):
        return _event_id(atom, view.key.event_id)
    if view.filled is None:
        return True, True
    others = (atom[1],) if atom[0] == "ref" else ()
    if all(_has(view.scope, each, view.filled) for each in (name, *others)):
        return True, True
    true = atom[0] in _NO_FIELDS and satisfied(atom, ())
    return true, not true


def _event_id(atom: Atom, event_id: str) -> tuple[bool, bool]:
    if event_id and atom[0] != "ref":
        true = satisfied(atom, (event_id,))
        return true, not true
    equality = atom[0] == "number" or (atom[0] == "text" and ANY not in atom and ONE not in atom[2:])
    return (False, True) if equality else (True, True)  # an id that no rule names


def _has(scope: Scope, name: str, filled: set[str]) -> bool:
    return not filled.isdisjoint(_columns(scope, name))


def _columns(scope: Scope, name: str) -> set[str]:
    return {column for source in sources_of(name, scope) for column in inputs(source)}


def _sees(rule: Rule, needed: Sequence[str], scope: Scope, key: EventKey, filled: set[str]) -> bool:
    """Whether the rule can be true of events with these columns filled, and what is kept of them is there."""
    return (
        _may(_View(rule.detection, scope, key, filled))
        and all(_has(scope, name, filled) for name in needed)
        and all(column in filled for column in scope.where)
    )


def _never(rule: Rule, needed: Sequence[str], places: Sequence[tuple[Scope, EventKey, Kind]]) -> str:
    """The fields that none of the places fills: those of which one would be enough, or all where it takes several."""
    names = sorted({*rule.fields, *needed})
    never = [name for name in names if not any(_has(scope, name, kind.filled) for scope, _, kind in places)]
    enough = [
        name
        for name in never
        if any(_sees(rule, needed, scope, key, kind.filled | _columns(scope, name)) for scope, key, kind in places)
    ]
    told = enough or never
    shown = f" {'or' if enough else 'and'} ".join(told[:_SHOWN]) or "all of its fields in one kind of record"
    return shown + (f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else "")


def _served(logsource: LogSource, taxonomy: str) -> tuple[Scope, ...]:
    return tuple(scope for scope in scopes(logsource, taxonomy) if scope.served)


def _filled(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    """Which rows have a value; an empty text or list is none."""
    mask = pc.is_valid(column)
    if pa.types.is_string(column.type):
        mask = pc.greater(pc.binary_length(column), 0).fill_null(False)
    elif pa.types.is_list(column.type):
        mask = pc.greater(pc.list_value_length(column), 0).fill_null(False)
    return np.asarray(mask.combine_chunks().to_numpy(zero_copy_only=False), np.bool_)
