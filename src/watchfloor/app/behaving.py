"""The behaviours of a run: observations go in with each commit, findings come out, for alerts and correlations."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from watchfloor.alerts.behaved import record_findings
from watchfloor.alerts.correlated import confirm
from watchfloor.app.examine import EVERYTHING, Examined, Window
from watchfloor.app.home import Home
from watchfloor.detect.behaviors.engine import Changed, Judge, Learning
from watchfloor.detect.behaviors.findings import all_findings
from watchfloor.detect.behaviors.plugin import DAY, MINUTE, Finding
from watchfloor.detect.behaviors.words import values
from watchfloor.detect.sigma import BehaviorRule, Detector, RuleSet
from watchfloor.detect.sigma.correlate.engine import Correlator
from watchfloor.detect.sigma.correlate.matches import SCHEMA, Use, of_finding, uses_of
from watchfloor.detect.sigma.correlate.watermark import Watermark
from watchfloor.schema.events import EventBatch

_FINDINGS = 10_000
"""Findings that are gathered before they become matches."""
_Rows = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Behaving:
    """Behaviours and their alerts in one home.

    Attributes:
        correlator: of the run, which takes the findings as matches.
        watermark: of a live stream, whose alerts are provisional until it has passed them; None when all input
            is known.
        window: moments whose findings are told; all are kept.
    """

    rules: RuleSet
    judge: Judge
    correlator: Correlator
    watermark: Watermark | None
    window: Window
    _uses: Mapping[str, Sequence[Use]]
    _judged: int | None = None
    _latest: int | None = None
    _pruned: int | None = None
    _detector: Detector | None = None

    @classmethod
    def over(
        cls,
        connection: sa.Connection,
        rules: RuleSet,
        correlator: Correlator,
        watermark: Watermark | None = None,
        window: Window = EVERYTHING,
    ) -> Behaving:
        """Find the state that a home has of the rules' behaviours.

        The transaction is the one in which new ones also learn (see `app.learning`).
        """
        judge = Judge(rules.behaviors)
        judge.open(connection)
        return cls(rules, judge, correlator, watermark, window, uses_of(rules.correlations))

    def take(self, connection: sa.Connection, done: Examined, known: Mapping[str, int]) -> set[str]:
        """Keep what a batch shows of events that were not counted before; in a live stream also judge it.

        Args:
            connection: of the batch's transaction.
            done: the batch.
            known: source -> committed position, as before this batch.

        Returns:
            The ids of the alerts that changed or might have.
        """
        if not self.judge.behaviors:
            return set()
        limits = np.array([known.get(source.id, 0) for source in done.raw.sources], np.int64)
        rows = done.raw.line.to_numpy() >= limits[done.raw.source.to_numpy()]
        self._add(connection, done.events, done.observations, rows)
        if not rows.all():
            self.judge.touch(connection, done.observations)
        return self._soon(connection, done.events)

    def take_joined(
        self, connection: sa.Connection, events: EventBatch, fresh: EventBatch, found: pa.Table
    ) -> set[str]:
        """The same for events that joins made: those that the home did not have are new."""
        if not self.judge.behaviors:
            return set()
        rows = pc.is_in(events.table["event.id"], fresh.table["event.id"].combine_chunks())
        self._add(connection, events, found, rows.to_numpy())
        self.judge.touch(connection, found)
        return self._soon(connection, events)

    def settle(self, connection: sa.Connection, keep: Sequence[BehaviorRule] | None = None) -> set[str]:
        """Bring findings and alerts up to date; the ids of the alerts that changed or might have, in the window."""
        looked_at = self.settled(connection, keep)
        return {alert_id for alert_id, times in looked_at.items() if any(map(self.window.holds, times))}

    def settled(self, connection: sa.Connection, keep: Sequence[BehaviorRule] | None = None) -> dict[str, list[int]]:
        """Bring findings and alerts up to date; see `record_findings` for what comes of it."""
        changes = self._passed_on(connection, self.judge.settle(connection, keep))
        return record_findings(connection, changes, self.rules.silent, final=self.watermark is None)

    def recall(self, connection: sa.Connection) -> None:
        """The findings of behaviours that are not new become matches, as `Correlator.learn` says."""
        learning = {each.key for each in (*self.correlator.new, *self.correlator.dropped)}
        for behavior in self.judge.behaviors:
            uses = [use for use in self._uses.get(behavior.id, ()) if use.correlation.key in learning]
            if not uses or behavior in self.judge.new:
                continue
            findings = all_findings(connection, self.judge.numbers[behavior.key])
            while some := list(itertools.islice(findings, _FINDINGS)):
                rows = (row for entity, finding in some for row in _matches(behavior, entity, [finding], uses))
                self.correlator.learn(connection, _table(rows))

    def learning(self, home: Home) -> list[Learning]:
        """How far the behaviours have got with learning."""
        with home.store.read() as connection:
            return list(self.judge.learning(connection))

    def _add(self, connection: sa.Connection, events: EventBatch, observations: pa.Table, rows: _Rows) -> None:
        if not rows.any():
            return
        if not rows.all():  # which is rare: it is looked at again without what is known
            if self._detector is None:
                self._detector = Detector(self.rules.observing(lambda _: True))
            observations = self._detector.detect(EventBatch(events.table.filter(pa.array(rows)))).observations
        self.judge.add(connection, observations)

    def _soon(self, connection: sa.Connection, events: EventBatch) -> set[str]:
        """In a live stream: judge what correlations wait for, and once a minute of the stream everything."""
        if self.watermark is None or not len(events):
            return set()
        latest = pc.max(events.table["@timestamp"].cast(pa.int64())).as_py()
        self._latest = latest if self._latest is None else max(latest, self._latest)
        if self._judged is not None and self._latest - self._judged < MINUTE:
            return self.settle(connection, [each for each in self.judge.behaviors if each.id in self._uses])
        self._judged = self._latest
        found = self.settle(connection)
        moment = self.watermark.moment
        if moment is not None:
            confirm(connection, moment)
            if self._pruned is None or moment - self._pruned >= DAY:
                self._pruned = moment
                self.judge.prune(connection, moment)
        return found

    def _passed_on(self, connection: sa.Connection, changes: Iterable[Changed]) -> Iterator[Changed]:
        """The same changes; on their way findings become matches of the correlations that refer to their behaviour."""
        for change in changes:
            uses = self._uses.get(change.behavior.id, ())
            if uses:
                # A finding that says something else may be the same match.
                about = change.behavior, change.entity
                went, came = (_matches(*about, findings, uses) for findings in (change.went, change.came))
                self.correlator.withdraw(connection, _table(row for row in went if row not in came))
                fresh = [row for row in came if row not in went]
                if self.watermark is None:  # matches that are known have their alerts told again, as those of rules
                    fresh += _matches(*about, change.stayed, uses)
                self.correlator.add(connection, _table(fresh))
            yield change


def matches_of(changes: Iterable[Changed], rules: RuleSet) -> pa.Table:
    """The matches that new findings are for the correlations of a rule set."""
    uses = uses_of(rules.correlations)
    return _table(
        row
        for change in changes
        for row in _matches(change.behavior, change.entity, change.came, uses.get(change.behavior.id, ()))
    )


def _table(rows: Iterable[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=SCHEMA)


def _matches(
    behavior: BehaviorRule, entity: str, findings: Iterable[Finding], uses: Iterable[Use]
) -> list[dict[str, Any]]:
    named = behavior.named
    about = values(entity)
    return [
        row
        for finding in findings
        for use in uses
        for row in of_finding(use, named, [*about, *values(finding.value)], finding.time, finding.places[0])
    ]
