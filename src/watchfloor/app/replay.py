"""Correlations and behaviours over events of the past, in a store of their own that is gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from watchfloor.alerts.behaved import record_findings
from watchfloor.alerts.correlated import CorrelatedAlerts
from watchfloor.app.behaving import matches_of
from watchfloor.detect.behaviors.engine import Changed, Judge
from watchfloor.detect.sigma import Detector, RuleSet
from watchfloor.detect.sigma.correlate.engine import Correlator
from watchfloor.detect.sigma.correlate.evidence import Evidence
from watchfloor.schema.events import EventBatch
from watchfloor.store.engine import scratch
from watchfloor.store.tables import alert, alert_event


@dataclass(slots=True)
class Replay:
    """What a rule set's correlations and behaviours say of events, as `analyze` would with all of them.

    Each event is taken once, in any order; what came before the first one nobody knows.
    """

    rules: RuleSet
    _connection: sa.Connection
    _detector: Detector
    _judge: Judge
    _correlator: Correlator

    @classmethod
    @contextmanager
    def of(cls, rules: RuleSet) -> Iterator[Replay]:
        """A store that is there as long as the context."""
        with scratch() as connection:
            judge, correlator = Judge(rules.behaviors), Correlator(rules.correlations)
            judge.open(connection)
            correlator.open(connection)
            yield cls(rules, connection, Detector(rules), judge, correlator)

    def take(self, page: EventBatch) -> None:
        """Keep what events show."""
        if not (self.rules.correlations or self.rules.behaviors):
            return
        found = self._detector.detect(page)
        if self._correlator.correlations:
            self._correlator.add(self._connection, found.matches)
        if self._judge.behaviors:
            self._judge.add(self._connection, found.observations)

    def alerts(self) -> Iterator[sa.RowMapping]:
        """Judge what was taken; the alerts by id, each as the store keeps it. Nothing may be taken afterwards."""
        record_findings(self._connection, self._passed_on(), self.rules.silent, final=True)
        evidence = Evidence(self.rules.correlations, self._correlator.numbers)
        told = CorrelatedAlerts(self.rules, evidence, final=True)
        told.record(self._connection, self._correlator.settle(self._connection))
        return self.kept()

    def kept(self) -> Iterator[sa.RowMapping]:
        """The alerts once more."""
        yield from self._connection.execute(sa.select(alert).where(alert.c.count > 0).order_by(alert.c.id)).mappings()

    def place(self, alert_id: str) -> str:
        """File and line of an alert's first event."""
        return place_of(self._connection, alert_id)

    def _passed_on(self) -> Iterator[Changed]:
        for change in self._judge.settle(self._connection):
            if self._correlator.correlations:
                self._correlator.add(self._connection, matches_of([change], self.rules))
            yield change


def place_of(connection: sa.Connection, alert_id: str) -> str:
    """File and line of the first event of a stored alert; empty where it names none."""
    known = alert_event.c
    query = sa.select(known.path, known.line).where(known.alert_id == alert_id)
    found = connection.execute(query.order_by(known.timestamp, known.event_id).limit(1)).first()
    return "" if found is None else f"{found.path}:{found.line}"
