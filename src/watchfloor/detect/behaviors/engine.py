"""The judge: takes observations in, keeps them, and keeps the findings of every entity true to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from watchfloor.core.collection import collection_paused
from watchfloor.core.errors import RuleError
from watchfloor.detect.behaviors import findings as kept
from watchfloor.detect.behaviors import state
from watchfloor.detect.behaviors.crowds import Crowds
from watchfloor.detect.behaviors.moments import Recent
from watchfloor.detect.behaviors.news import News, Span
from watchfloor.detect.behaviors.plugin import DAY, Finding, History, Row
from watchfloor.detect.sigma.behave.rules import BehaviorRule
from watchfloor.store import definitions
from watchfloor.store.behavior_tables import behavior as definition
from watchfloor.store.behavior_tables import behavior_finding, behavior_state

SPARE = 7 * DAY
"""How much longer than they are needed rows of a live stream are kept: findings of that time are still revised."""
_ALWAYS = (state.SINCE, 1 << 63)
_NEVER = (1 << 63, state.SINCE)
_FEW = 500
"""Entities with news up to which each is asked for by itself instead of reading all in order."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Findings that news are about, of one entity.

    Attributes:
        went, came: findings that are gone or new; one that says something else now is both.
        stayed: those that say what they said before.
    """

    behavior: BehaviorRule
    number: int
    entity: str
    went: Sequence[Finding]
    came: Sequence[Finding]
    stayed: Sequence[Finding]


class Learning(NamedTuple):
    """How far a behaviour has got with learning.

    Attributes:
        entities: that it knows.
        learning: of them, those that it only learns from at the time of its latest event.
        since: its first event, in microseconds since 1970.
        last: its latest event.
        refused: rows that were not kept because there were too many.
    """

    behavior: BehaviorRule
    entities: int
    learning: int
    since: int
    last: int
    refused: int


@dataclass(slots=True)
class Judge:
    """State of a set of behaviours in one store. All calls are part of the caller's transaction.

    Attributes:
        behaviors: those that run.
        numbers: key of each behaviour -> its number in the store, known once `open`.
        new: those of which the store knows nothing yet: it never had them, or defined otherwise, or a run was without.
    """

    behaviors: Sequence[BehaviorRule]
    numbers: dict[str, int] = field(default_factory=dict)
    new: Sequence[BehaviorRule] = ()
    _news: dict[int, News] = field(default_factory=dict)
    _since: dict[int, dict[str, int]] = field(default_factory=dict)
    _crowds: dict[int, Crowds] = field(default_factory=dict)
    _recent: dict[int, Recent] = field(default_factory=dict)

    def open(self, connection: sa.Connection) -> None:
        """Find or make the behaviours' places in the store; needed before anything else."""
        ids = {each.key: each.id for each in self.behaviors}
        self.numbers, new = definitions.register(connection, definition, (behavior_state, behavior_finding), ids)
        self.new = [each for each in self.behaviors if each.key in new]
        # A process that died between taking rows and judging them left the latter to this one.
        unjudged = definitions.unjudged(connection, definition)
        self._news = {number: News(everybody=True) for number in self.numbers.values() if number in unjudged}

    def add(self, connection: sa.Connection, observations: pa.Table) -> None:
        """Keep observations (`behave.observe.SCHEMA`) of events that were not added before.

        Raises:
            RuleError: they are of other behaviours.
        """
        with collection_paused():
            for behavior, own in self._own(observations):
                state.merge(connection, self.numbers[behavior.key], own, self._keeping(behavior))
                self._note(connection, self.numbers[behavior.key], own)

    def _keeping(self, behavior: BehaviorRule) -> state.Keeping:
        keeps, number = behavior.keeps, self.numbers[behavior.key]
        since = self._since.setdefault(number, {}) if behavior.learning else None
        crowds = self._crowds.setdefault(number, Crowds(keeps.crowd)) if keeps.crowd else None
        shared = behavior.behavior.shared(behavior.parameters)
        recent = self._recent.setdefault(number, Recent()) if keeps.times else None
        return state.Keeping(keeps.times.most if keeps.times else 0, since, shared, crowds, recent)

    def touch(self, connection: sa.Connection, observations: pa.Table) -> None:
        """Judge the entities of observations again, whether these were added or are known."""
        for behavior, own in self._own(observations):
            self._note(connection, self.numbers[behavior.key], own)

    def _own(self, observations: pa.Table) -> Iterator[tuple[BehaviorRule, pa.Table]]:
        parts: dict[str, list[pa.Table]] = {}
        start = 0
        # Those of one behaviour follow each other, at most a few times.
        runs = pc.run_end_encode(observations["key"].combine_chunks())
        observations = observations.combine_chunks()
        for key, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
            parts.setdefault(key, []).append(observations.slice(start, end - start))
            start = end
        if strange := parts.keys() - self.numbers.keys():
            raise RuleError(
                f"{len(strange)} behaviours were read differently by another process",
                way_out="Run it again when nobody changes the rules",
            )
        for behavior in self.behaviors:
            if behavior.key in parts:
                yield behavior, pa.concat_tables(parts[behavior.key])

    def settle(self, connection: sa.Connection, keep: Iterable[BehaviorRule] | None = None) -> Iterator[Changed]:
        """Judge every entity with news and bring its findings up to date, behaviour by behaviour.

        Args:
            connection: of the transaction.
            keep: the behaviours that are judged; all by default.
        """
        for behavior in self.behaviors if keep is None else keep:
            number = self.numbers[behavior.key]
            if number in self._news:
                news = self._news.pop(number).spans()
                definitions.mark(connection, definition, number, unjudged=False)
                yield from self._changes(connection, behavior, number, news)

    def prune(self, connection: sa.Connection, moment: int) -> None:
        """Forget what no finding later than a moment, less `SPARE`, looks at."""
        for behavior in self.behaviors:
            before = (moment - SPARE - behavior.reach) // DAY * DAY
            pruned = kept.pruned(connection, self.numbers[behavior.key])
            if pruned is None or before > pruned:
                state.prune(connection, self.numbers[behavior.key], before)

    def learning(self, connection: sa.Connection, *, every: bool = False) -> Iterator[Learning]:
        """How far the behaviours that have to learn have got, and all that refused rows.

        Those without events are left out. With `every`, also those that learn nothing.
        """
        for behavior in self.behaviors:
            number = self.numbers[behavior.key]
            refused = kept.refused(connection, number)
            if not (behavior.learning or every or refused):
                continue
            entities, learning, since, last = kept.progress(connection, number, behavior.learning)
            if entities:
                yield Learning(behavior, entities, learning, since, last, refused)

    def _note(self, connection: sa.Connection, number: int, observations: pa.Table) -> None:
        if number not in self._news:
            definitions.mark(connection, definition, number, unjudged=True)
            self._news[number] = News()
        self._news[number].add(observations)

    def _changes(
        self, connection: sa.Connection, behavior: BehaviorRule, number: int, news: Mapping[str, Span] | None
    ) -> Iterator[Changed]:
        kind, parameters = behavior.behavior, behavior.parameters
        pruned = kept.pruned(connection, number)
        after = state.SINCE if pruned is None else pruned + behavior.reach
        others = state.StoredOthers(connection, number)
        told = kept.entities(connection, number)  # few: each of the others would be asked about in vain
        for entity, since, rows in self._histories(connection, behavior, number, news, pruned):
            found = kind.findings(parameters, History(entity, since, rows, others))
            now = {(each.time, each.value): each for each in found if each.time >= after}
            before = kept.findings_of(connection, number, entity, after) if entity in told else {}
            went = [each for key, each in before.items() if now.get(key) != each]
            came = [each for key, each in now.items() if before.get(key) != each]
            about = _ALWAYS if news is None else news.get(entity, _NEVER)
            stayed = [
                each
                for key, each in now.items()
                if before.get(key) == each and each.first <= about[1] and each.end >= about[0]
            ]
            kept.replace(connection, number, entity, went, came)
            if went or came or stayed:
                yield Changed(behavior, number, entity, went, came, stayed)

    def _histories(
        self,
        connection: sa.Connection,
        behavior: BehaviorRule,
        number: int,
        news: Mapping[str, Span] | None,
        pruned: int | None,
    ) -> Iterator[tuple[str, int, list[Row]]]:
        """Entities that may be judged otherwise than before.

        Where others count, that is everybody; a live stream, in which that would be too much, looks at those with
        news and at those with findings.
        """
        wanted = None if news is None else set(news)
        if wanted is not None and behavior.behavior.shared(behavior.parameters):
            wanted = None if pruned is None else wanted | kept.entities(connection, number)
        times = behavior.keeps.times
        asked = sorted(wanted) if wanted is not None and len(wanted) <= _FEW else None
        for found in state.histories(connection, number, asked, times.resolution if times else 1):
            if wanted is None or found[0] in wanted:
                yield found
