"""Detector: which rules are true of which events of a batch, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from watchfloor.detect.sigma.behave import observe as observing
from watchfloor.detect.sigma.behave.rules import BehaviorRule
from watchfloor.detect.sigma.columns import BatchColumns, Codes, Encoded
from watchfloor.detect.sigma.correlate.matches import SCHEMA, of_batch, uses_of
from watchfloor.detect.sigma.evaluate import Evaluation
from watchfloor.detect.sigma.explain import Explainer, Reason
from watchfloor.detect.sigma.fieldmatch import Memory
from watchfloor.detect.sigma.keys import UNKNOWN, partition
from watchfloor.detect.sigma.keywords import KeywordSearch, texts_of, word_of
from watchfloor.detect.sigma.plan import KEYWORDS, Plan, Planned
from watchfloor.detect.sigma.rules import Rule
from watchfloor.detect.sigma.ruleset import RuleSet
from watchfloor.schema.events import EventBatch
from watchfloor.schema.sigma_fields import EventKey, LogSource, Scope, scopes

__all__ = ["Detected", "Detector", "Firing", "Reason"]


_FEW = 500
"""Events up to which a detector looks for keywords in all of them; a search for 300 words takes 0.2 s to build."""


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that is true of an event.

    Attributes:
        row: the event's row in the batch.
        why: what made it true, in the order of the rule's condition.
    """

    rule: Rule
    row: int
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Detected:
    """What a batch gave.

    Attributes:
        firings: by row, then by rule id; those of rules that only serve correlations are left out.
        matches: for the correlations, as `correlate.matches.SCHEMA` says.
        observations: for the behaviours, as `behave.observe.SCHEMA` says.
    """

    firings: list[Firing]
    matches: pa.Table
    observations: pa.Table


class Detector:
    """Matches batches of events against a set of rules. Not for use by several threads at once."""

    def __init__(self, ruleset: RuleSet) -> None:
        by_source: dict[tuple[LogSource, str], list[Rule]] = {}
        for rule in (*ruleset.rules, *(behavior.selection for behavior in ruleset.behaviors)):
            if not rule.blind:
                by_source.setdefault((rule.logsource, rule.taxonomy), []).append(rule)
        # Rules of one log source share their scopes.
        self._rules: dict[tuple[Scope, ...], list[Rule]] = {
            served: rules
            for source, rules in by_source.items()
            if (served := tuple(scope for scope in scopes(*source) if scope.served))
        }
        served_scopes = [scope for served in self._rules for scope in served]
        self._channels = frozenset(channel for scope in served_scopes for channel in scope.channels)
        self._programs = frozenset(program for scope in served_scopes for program in scope.programs)
        self._silent = ruleset.silent
        self._uses = uses_of(ruleset.correlations)
        self._behaviors: dict[str, BehaviorRule] = {each.selection.id: each for each in ruleset.behaviors}
        self._event_ids: dict[str, frozenset[str]] = {}
        self._memory = Memory()
        self._plans: dict[EventKey, Plan] = {}
        self._seen: dict[tuple[str, ...], int] = {}
        self._searches: dict[tuple[str, ...], KeywordSearch] = {}

    @property
    def observes(self) -> bool:
        """Whether there are behaviours among the rules."""
        return bool(self._behaviors)

    def match(self, events: EventBatch) -> list[Firing]:
        """Every firing in a batch, by row, then by rule id. It depends on nothing but each event."""
        return self.detect(events).firings

    def detect(self, events: EventBatch) -> Detected:
        """The firings of a batch, and the matches that correlations are made of."""
        columns = BatchColumns(events.table)
        parts: dict[EventKey, list[Codes]] = {}
        for key, rows in partition(columns):
            parts.setdefault(self._normal(key), []).append(rows)
        plans = {key: plan for key in parts if (plan := self._plan(key)).rules}
        members = {key: np.sort(np.concatenate(parts[key])) for key in plans}
        searched = self._keywords(columns, plans, members)
        firings: list[Firing] = []
        matches: list[pa.Table] = []
        observed: list[pa.Table] = []
        for key, plan in plans.items():
            for planned, rows, explainer in _fired(plan, columns, members[key], searched):
                behavior = self._behaviors.get(planned.rule.id)
                if behavior is not None:
                    observed.append(observing.observe(behavior, planned.scope, columns, rows))
                    continue
                uses = self._uses.get(planned.rule.id, ())
                matches.extend(of_batch(use, planned.scope, columns, rows) for use in uses)
                if planned.rule.id not in self._silent:
                    whys = zip(rows.tolist(), explainer.whys(planned, rows), strict=True)
                    firings.extend(Firing(planned.rule, row, why) for row, why in whys)
        firings.sort(key=lambda firing: (firing.row, firing.rule.id))
        return Detected(
            firings,
            pa.concat_tables(matches) if matches else SCHEMA.empty_table(),
            pa.concat_tables(observed) if observed else observing.SCHEMA.empty_table(),
        )

    def _normal(self, key: EventKey) -> EventKey:
        """The key without what no rule tells apart, so that few plans are needed."""
        if key.dataset or not key.channel:
            return key if key.program in self._programs else key._replace(program="")
        channel = key.channel if key.channel in self._channels else UNKNOWN
        if channel not in self._event_ids:
            self._event_ids[channel] = frozenset(
                event_id
                for served, rules in self._rules.items()
                for scope in served
                if scope.windows and (not scope.channels or channel in scope.channels)
                for found in (scope.event_ids, *(rule.event_ids for rule in rules))
                for event_id in found
            )
        return EventKey(channel, key.event_id if key.event_id in self._event_ids[channel] else "")

    def _plan(self, key: EventKey) -> Plan:
        plan = self._plans.get(key)
        if plan is None:
            applicable = (
                (rule, scope)
                for served, rules in self._rules.items()
                for scope in [next((scope for scope in served if scope.holds(key)), None)]
                if scope is not None
                for rule in rules
            )
            plan = self._plans[key] = Plan(key, applicable, self._memory)
        return plan

    def _keywords(
        self, columns: BatchColumns, plans: Mapping[EventKey, Plan], rows: Mapping[EventKey, Codes]
    ) -> dict[tuple[str, ...], Encoded]:
        """The texts of the events that can have a keyword, per group of columns to search."""
        users: dict[tuple[str, ...], dict[EventKey, set[str | None]]] = {}
        for key, plan in plans.items():
            for field in plan.fields:
                if field.sources[:1] == (KEYWORDS,):
                    users.setdefault(field.sources, {})[key] = {word_of(atom) for atom in field.atoms}
        return {
            sources: texts_of(
                columns.table, sources[1:], np.flatnonzero(self._candidates(columns.table, sources, words, rows))
            )
            for sources, words in users.items()
        }

    def _candidates(
        self,
        table: pa.Table,
        sources: tuple[str, ...],
        words: Mapping[EventKey, set[str | None]],
        rows: Mapping[EventKey, Codes],
    ) -> npt.NDArray[np.bool_]:
        """Which events can have a keyword that their own rules look for."""
        candidates = np.zeros(table.num_rows, np.bool_)
        few = self._are_few(sources, sum(len(rows[key]) for key in words))
        users_of = np.zeros(table.num_rows, np.int64)
        for number, (key, found) in enumerate(words.items(), start=1):
            users_of[rows[key]] = number
            if few or None in found:  # a keyword that may be anything
                candidates[rows[key]] = True
        if few:
            return candidates
        wanted: list[set[str | None]] = [set(), *words.values()]
        search = self._search(sources, {word for found in words.values() for word in found if word is not None})
        for word, row in search.hits(table, sources[1:]):
            used = wanted[users_of[row]]
            if word in used or (word is None and used):
                candidates[row] = True
        return candidates

    def _are_few(self, sources: tuple[str, ...], events: int) -> bool:
        """Whether looking at every text is faster than building a search for those events that can have a keyword."""
        seen = self._seen[sources] = self._seen.get(sources, 0) + events
        return seen <= _FEW

    def _search(self, sources: tuple[str, ...], words: set[str]) -> KeywordSearch:
        """One search per group of columns, which learns the words of each new plan."""
        known = self._searches.get(sources)
        if known is None or not words <= known.words:
            known = self._searches[sources] = KeywordSearch(words | (known.words if known else set()))
        return known


def _fired(
    plan: Plan, columns: BatchColumns, rows: Codes, searched: Mapping[tuple[str, ...], Encoded]
) -> Iterator[tuple[Planned, Codes, Explainer]]:
    """Each rule that is true somewhere, the rows of the batch where it is, and who can say why."""
    fields: Sequence[Encoded | None] = [
        searched[field.sources] if field.sources[:1] == (KEYWORDS,) else columns.field(field.sources)
        for field in plan.fields
    ]
    evaluation = Evaluation(plan, fields, rows)
    explainer = Explainer(plan, columns, fields, evaluation.hit)
    for planned, found in evaluation.fired():
        yield planned, found, explainer
