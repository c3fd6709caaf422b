"""The correlations of a run: matches go in with each commit, alerts come out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import sqlalchemy as sa

from watchfloor.alerts.correlated import CorrelatedAlerts, confirm
from watchfloor.app.home import Home
from watchfloor.core.clock import to_microseconds, utc_now
from watchfloor.detect.sigma import RuleSet
from watchfloor.detect.sigma.correlate.engine import Correlator
from watchfloor.detect.sigma.correlate.evidence import Evidence
from watchfloor.detect.sigma.correlate.watermark import Watermark
from watchfloor.sources.problems import Problem

_REFUSALS = 20
"""Groups that are named one by one when their windows grow beyond all bounds."""


@dataclass(slots=True)
class Correlating:
    """Correlations and their alerts in one home.

    Attributes:
        watermark: of a live stream; None when all input is known.
        now: clock.
        late: matches that came after their time had become final.
    """

    correlator: Correlator
    alerts: CorrelatedAlerts
    watermark: Watermark | None
    now: Callable[[], dt.datetime]
    late: int = 0

    @classmethod
    def over(
        cls, rules: RuleSet, home: Home, watermark: Watermark | None = None, now: Callable[[], dt.datetime] = utc_now
    ) -> Correlating:
        """Find the state that the home has of the rules' correlations.

        Args:
            rules: the loaded rules.
            home: open for writing.
            watermark: of a live stream, whose alerts are raised at once and provisional until it has passed them;
                without one everything is judged at the end, when all events are known.
            now: clock.
        """
        correlator = Correlator(rules.correlations)
        with home.store.transaction() as connection:
            correlator.open(connection)
        evidence = Evidence(rules.correlations, correlator.numbers)
        return cls(correlator, CorrelatedAlerts(rules, evidence, final=watermark is None), watermark, now)

    def take(self, connection: sa.Connection, matches: pa.Table, youngest: Mapping[str, int]) -> set[str]:
        """Keep the matches of a batch; in a live stream also judge them.

        Args:
            connection: of the batch's transaction.
            matches: as `correlate.matches.SCHEMA` says.
            youngest: source -> time of its youngest event.

        Returns:
            The ids of the alerts that changed or might have.
        """
        moment = None if self.watermark is None else self.watermark.advance(youngest, to_microseconds(self.now()))
        if not self.correlator.correlations:
            return set()
        self.late += self.correlator.add(connection, matches)
        if self.watermark is None:
            return set()
        touched = self.settle(connection)
        if moment is not None:
            self.correlator.seal(connection, moment)
            confirm(connection, moment)
        return touched

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
        for correlation in self.correlator.correlations:
            if correlation.id in self.correlator.forgotten:
                yield Problem(
                    correlation.title,
                    "it, or a rule that it refers to, has changed: the matches of before are forgotten",
                    "Analyse their files again",
                )
        if self.late:
            yield Problem("correlations", f"{self.late:,} matches came after their time had become final")
