"""The correlations of a run: matches go in with each commit, alerts come out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import sqlalchemy as sa

from watchfloor.alerts.correlated import CorrelatedAlerts
from watchfloor.app.home import Home
from watchfloor.detect.sigma import RuleSet
from watchfloor.detect.sigma.correlate.engine import Correlator
from watchfloor.detect.sigma.correlate.evidence import Evidence
from watchfloor.sources.problems import Problem

_REFUSALS = 20
"""Groups that are named one by one when their windows grow beyond all bounds."""


@dataclass(slots=True)
class Correlating:
    """Correlations and their alerts in one home.

    Attributes:
        late: matches that came after their time had become final.
    """

    correlator: Correlator
    alerts: CorrelatedAlerts
    late: int = 0

    @classmethod
    def over(cls, rules: RuleSet, home: Home, *, final: bool = True) -> Correlating:
        """Find the state that the home has of the rules' correlations.

        Args:
            rules: the loaded rules.
            home: open for writing.
            final: settling means that all events are known; else its alerts are provisional until sealed.
        """
        correlator = Correlator(rules.correlations)
        with home.store.transaction() as connection:
            correlator.open(connection)
        evidence = Evidence(rules.correlations, correlator.numbers)
        return cls(correlator, CorrelatedAlerts(rules, evidence, final))

    def add(self, connection: sa.Connection, matches: pa.Table) -> None:
        """Keep the matches of a batch."""
        self.late += self.correlator.add(connection, matches)

    def settle(self, connection: sa.Connection) -> set[str]:
        """Bring firings and alerts up to date; the ids of the alerts that changed or might have."""
        return self.alerts.record(connection, self.correlator.settle(connection))

    def problems(self) -> Iterator[Problem]:
        """What could not be judged."""
        for refusal in self.correlator.refusals[:_REFUSALS]:
            yield Problem(refusal.correlation.title, f"group {refusal.group}: {refusal.reason}")
        more = len(self.correlator.refusals) - _REFUSALS
        if more > 0:
            yield Problem("correlations", f"{more:,} more groups with windows beyond all bounds")
        if self.late:
            yield Problem("correlations", f"{self.late:,} matches came after their time had become final")
