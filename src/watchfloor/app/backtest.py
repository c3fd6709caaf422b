"""Two sets of rules over a home's past: which alerts the one has that the other has not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy as sa

from watchfloor.alerts.entities import Entity
from watchfloor.alerts.gather import AlertPart, gather
from watchfloor.alerts.listing import Wanted, rehidden
from watchfloor.app.replay import Replay, place_of
from watchfloor.detect.sigma import BehaviorRule, Correlation, Detector, Rule, RuleSet
from watchfloor.policy.policy import Policy
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

    rule: Rule | Correlation | BehaviorRule
    before: int = 0
    after: int = 0
    new: int = 0
    vanished: int = 0
    raised: list[Example] = field(default_factory=list)
    spared: list[Example] = field(default_factory=list)

    def count(self, example: Example, *, before: bool, after: bool) -> None:
        """Count an alert by who raises it."""
        self.before += before
        self.after += after
        self.new += after and not before
        self.vanished += before and not after
        examples = self.raised if not before else self.spared if not after else None
        if examples is not None and len(examples) < EXAMPLES:
            examples.append(example)


@dataclass(slots=True)
class Comparison:
    """Old against new rules.

    Attributes:
        changes: per rule, correlation and behaviour that is another one now, also where no alert changes.
        events: how many were looked at.
        whole: whether all were; else there were too many alerts.
        anew: behaviours and correlations that would learn anew from what is stored, being others now.
    """

    changes: list[Change]
    events: int = 0
    whole: bool = True
    anew: list[BehaviorRule | Correlation] = field(default_factory=list)


def affected(old: RuleSet, new: RuleSet) -> frozenset[str]:
    """Ids of rules that mean something else, run no more or run only now."""
    before, after = ({rule.id: rule.meaning for rule in rules.rules} for rules in (old, new))
    return frozenset(each for each in before.keys() | after.keys() if before.get(each) != after.get(each))


def columns(old: RuleSet, new: RuleSet) -> frozenset[str]:
    """Fields that the affected rules read; pages of events must have them as columns."""
    changed, summing = affected(old, new), _summing(old, new)
    read = (rules for each in (old, new) for rules in (_of(each, changed), each.summing(summing)))
    return frozenset().union(*(rules.fields for rules in read))


def compare(pages: Iterable[EventBatch], old: RuleSet, new: RuleSet) -> Comparison:
    """Run what changed over events, both as it was and as it would be.

    An alert is identified as those of the store are: by rule, UTC day and entities. Behaviours know nothing of what was
    before the events.
    """
    changed, summing = affected(old, new), _summing(old, new)
    rules = {rule.id: rule for each in (old, new) for rule in each.every if rule.id in changed | summing}
    silent = old.silent & new.silent
    changes = {each: Change(rule) for each, rule in rules.items() if each not in silent}
    known = {each.key for each in old.behaviors} | {each.key for each in old.correlations}
    found = Comparison([])
    found.anew.extend(each for each in new.behaviors if each.key not in known and not each.blind)
    found.anew.extend(each for each in new.correlations if each.key not in known)
    if changes:
        with ExitStack() as stack:
            sides = [
                _Side(
                    Detector(_of(each, changed)),
                    stack.enter_context(Replay.of(each.summing(summing - silent))),
                )
                for each in (old, new)
            ]
            _run(pages, sides, changes, found)
    found.changes = sorted(changes.values(), key=lambda change: (change.rule.title, change.rule.id))
    return found


class _Side(NamedTuple):
    """One of the two rule sets: its rules that are others, and what sums up."""

    detector: Detector
    replay: Replay


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
    sides: Sequence[_Side],
    changes: dict[str, Change],
    found: Comparison,
) -> None:
    seen: dict[str, _Seen] = {}
    for page in pages:
        if len(seen) > MAX_ALERTS:
            found.whole = False
            break
        found.events += len(page)
        for side, (detector, replay) in enumerate(sides):
            replay.take(page)
            for part in gather((firing for firing in detector.match(page) if firing.rule.id in changes), page):
                known = seen.get(part.id)
                if known is None:
                    known = seen[part.id] = _Seen(part)
                known.sides[side] = True
    for each in seen.values():
        before, after = each.sides
        changes[each.rule].count(each.example, before=before, after=after)
    _count_sums([side.replay for side in sides], changes)


def _count_sums(replays: Sequence[Replay], changes: dict[str, Change]) -> None:
    """Count the alerts of correlations and behaviours; only ids of both sides are in memory."""
    ids = [{row["id"] for row in replay.alerts()} for replay in replays]
    for side, replay in enumerate(replays):
        for row in replay.kept():
            known = [row["id"] in each for each in ids]
            change = changes.get(row["rule_id"])
            if change is not None and (side == 0 or not known[0]):  # one that both have is counted once
                change.count(_example(row, replay.place(row["id"])), before=known[0], after=known[1])


def _example(row: sa.RowMapping, place: str) -> Example:
    entities = tuple(Entity(entity["kind"], entity["value"]) for entity in row["entities"])
    return Example(row["id"], row["first_time"], entities, place)


def _of(rules: RuleSet, ids: frozenset[str]) -> RuleSet:
    return rules.where(lambda rule: rule.id in ids)


def _summing(old: RuleSet, new: RuleSet) -> frozenset[str]:
    """Ids of behaviours and correlations that are others now, or refer to such."""
    before, after = ({rule.id: rule.key for rule in rules.behaviors} for rules in (old, new))
    behaviors = {each for each in before.keys() | after.keys() if before.get(each) != after.get(each)}
    ids = affected(old, new) | behaviors
    correlations: set[str] = set()
    for rules in (old, new):
        for rule in rules.correlations:  # those that others refer to come first
            if not (ids | correlations).isdisjoint(rule.members):
                correlations.add(rule.id)
    return frozenset(behaviors | correlations)


@dataclass(slots=True)
class Rehidden:
    """What other maintenance windows do with alerts that are stored.

    Attributes:
        hidden: alerts that are shown now and would be hidden; `shown` the other way round.
        newly, again: examples of these, the latest, each with the title of its rule.
    """

    hidden: int = 0
    shown: int = 0
    newly: list[tuple[str, Example]] = field(default_factory=list)
    again: list[tuple[str, Example]] = field(default_factory=list)


def rehidden_alerts(connection: sa.Connection, wanted: Wanted, old: Policy, new: Policy) -> Rehidden:
    """The stored alerts that the windows of one policy hide and those of the other do not."""
    found = Rehidden()
    for row, hidden in rehidden(connection, wanted, old, new):
        found.hidden += hidden
        found.shown += not hidden
        examples = found.newly if hidden else found.again
        if len(examples) < EXAMPLES:
            examples.append((row["rule_title"], _example(row, place_of(connection, row["id"]))))
    return found
