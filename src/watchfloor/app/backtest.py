"""Two sets of rules over a home's past: which alerts the one has that the other has not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from watchfloor.alerts.entities import Entity
from watchfloor.alerts.gather import AlertPart, gather
from watchfloor.detect.sigma import BehaviorRule, Correlation, Detector, Rule, RuleSet
from watchfloor.schema.events import EventBatch

EXAMPLES = 5
"""Most examples per rule and side: the first ones met."""
MAX_ALERTS = 500_000
"""Most alerts that are told apart; more events are looked at no further."""


class Example(NamedTuple):
    """An alert that there would be, or would not be any more.

    Attributes:
        first: time of the first of its events that was met.
        place: file and line of that event.
    """

    id: str
    first: dt.datetime
    entities: tuple[Entity, ...]
    place: str


@dataclass(slots=True)
class Change:
    """What becomes of one rule's alerts.

    Attributes:
        before: alerts by the old rules; `after`: by the new ones.
        new: alerts that only the new rules raise, `vanished` that only the old ones do.
        raised, spared: examples of these.
    """

    rule: Rule
    before: int = 0
    after: int = 0
    new: int = 0
    vanished: int = 0
    raised: list[Example] = field(default_factory=list)
    spared: list[Example] = field(default_factory=list)


@dataclass(slots=True)
class Comparison:
    """Old against new rules.

    Attributes:
        changes: per rule that is another one now, also where no alert changes.
        events: how many were looked at.
        whole: whether all were; else there were too many alerts.
        untold: correlations and behaviours that are others now, about which nothing can be said.
    """

    changes: list[Change]
    events: int = 0
    whole: bool = True
    untold: list[Correlation | BehaviorRule] = field(default_factory=list)


def affected(old: RuleSet, new: RuleSet) -> frozenset[str]:
    """Ids of rules that mean something else, run no more or run only now."""
    before, after = ({rule.id: _meaning(rule) for rule in rules.rules} for rules in (old, new))
    return frozenset(each for each in before.keys() | after.keys() if before.get(each) != after.get(each))


def columns(old: RuleSet, new: RuleSet) -> frozenset[str]:
    """Fields that the affected rules read; pages of events must have them as columns."""
    changed = affected(old, new)
    return _of(old, changed).fields | _of(new, changed).fields


def compare(pages: Iterable[EventBatch], old: RuleSet, new: RuleSet) -> Comparison:
    """Run the rules that changed over events, both as they were and as they would be.

    An alert is identified as those of the store are: by rule, UTC day and entities.
    """
    changed = affected(old, new)
    titles = {rule.id: rule for rules in (old, new) for rule in rules.rules if rule.id in changed}
    silent = old.silent & new.silent
    changes = {each: Change(rule) for each, rule in titles.items() if each not in silent}
    found = Comparison([], untold=_untold(old, new, changed))
    if changes:
        _run(pages, (Detector(_of(old, changed)), Detector(_of(new, changed))), changes, found)
    found.changes = sorted(changes.values(), key=lambda change: (change.rule.title, change.rule.id))
    return found


class _Seen:
    """An alert, and which of the two sets raised it."""

    __slots__ = ("example", "rule", "sides")

    def __init__(self, part: AlertPart) -> None:
        event = part.why_event or part.events[0]
        self.rule = part.rule.id
        self.sides = [False, False]
        self.example = Example(part.id, event.timestamp, part.entities, f"{event.path}:{event.line}")


def _run(
    pages: Iterable[EventBatch],
    detectors: tuple[Detector, Detector],
    changes: dict[str, Change],
    found: Comparison,
) -> None:
    seen: dict[str, _Seen] = {}
    for page in pages:
        if len(seen) > MAX_ALERTS:
            found.whole = False
            break
        found.events += len(page)
        for side, detector in enumerate(detectors):
            for part in gather((firing for firing in detector.match(page) if firing.rule.id in changes), page):
                known = seen.get(part.id)
                if known is None:
                    known = seen[part.id] = _Seen(part)
                known.sides[side] = True
    for each in seen.values():
        change = changes[each.rule]
        before, after = each.sides
        change.before += before
        change.after += after
        change.new += after and not before
        change.vanished += before and not after
        examples = change.raised if not before else change.spared if not after else None
        if examples is not None and len(examples) < EXAMPLES:
            examples.append(each.example)


def _of(rules: RuleSet, ids: frozenset[str]) -> RuleSet:
    return rules.where(lambda rule: rule.id in ids)


def _meaning(rule: Rule) -> tuple[object, ...]:
    return rule.logsource, rule.taxonomy, rule.compiled, rule.blind


def _untold(old: RuleSet, new: RuleSet, changed: frozenset[str]) -> list[Correlation | BehaviorRule]:
    before = {rule.id: (rule.key, rule.blind) for rule in old.behaviors}
    behaviors = [rule for rule in new.behaviors if before.get(rule.id) != (rule.key, rule.blind)]
    ids = changed | {rule.id for rule in behaviors}
    correlations = []
    for rule in new.correlations:  # those that others refer to come first
        if not ids.isdisjoint(rule.members):
            ids |= {rule.id}
            correlations.append(rule)
    return [*behaviors, *correlations]
