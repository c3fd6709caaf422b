"""The correlations of a run: matches go in with each commit, alerts come out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from watchfloor.alerts.correlated import CorrelatedAlerts, confirm
from watchfloor.core.clock import to_microseconds, utc_now
from watchfloor.detect.sigma import Correlation, RuleSet
from watchfloor.detect.sigma.correlate.engine import Correlator
from watchfloor.detect.sigma.correlate.evidence import Evidence
from watchfloor.detect.sigma.correlate.watermark import Watermark
from watchfloor.schema.events import EventBatch
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
        cls,
        connection: sa.Connection,
        rules: RuleSet,
        watermark: Watermark | None = None,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> Correlating:
        """Find the state that a home has of the rules' correlations.

        Args:
            connection: of the transaction in which new ones also learn (see `app.learning`).
            rules: the loaded rules.
            watermark: of a live stream, whose alerts are raised at once and provisional until it has passed them;
                without one everything is judged at the end, when all events are known.
            now: clock.
        """
        correlator = Correlator(rules.correlations)
        correlator.open(connection)
        evidence = Evidence(rules.correlations, correlator.numbers)
        return cls(correlator, CorrelatedAlerts(rules, evidence, final=watermark is None), watermark, now)

    def take(
        self,
        connection: sa.Connection,
        matches: pa.Table,
        youngest: Mapping[str, int],
        fresh: EventBatch | None = None,
    ) -> set[str]:
        """Keep the matches of a batch; in a live stream also judge them.

        Args:
            connection: of the batch's transaction.
            matches: as `correlate.matches.SCHEMA` says.
            youngest: source -> time of its youngest event.
            fresh: the events that the home did not have; all by default. Others are never too late.

        Returns:
            The ids of the alerts that changed or might have.
        """
        moment = None if self.watermark is None else self.watermark.advance(youngest, to_microseconds(self.now()))
        if not self.correlator.correlations:
            return set()
        if fresh is None:
            self.late += self.correlator.add(connection, matches)
        else:
            new = pc.is_in(matches["event_id"], value_set=fresh.table["event.id"].combine_chunks())
            self.late += self.correlator.add(connection, matches.filter(new))
            self.correlator.add(connection, matches.filter(pc.invert(new)))
        if self.watermark is None:
            return set()
        touched = self.settle(connection)
        if moment is not None:
            self.correlator.seal(connection, moment)
            confirm(connection, moment)
        return touched

    def settle(self, connection: sa.Connection, keep: Iterable[Correlation] | None = None) -> set[str]:
        """Bring firings and alerts up to date, of all or some; the ids of the alerts that changed or might have."""
        return self.alerts.record(connection, self.correlator.settle(connection, keep))

    def problems(self) -> Iterator[Problem]:
        """What could not be judged."""
        for refusal in self.correlator.refusals[:_REFUSALS]:
            yield Problem(refusal.correlation.title, f"group {refusal.group}: {refusal.reason}")
        more = len(self.correlator.refusals) - _REFUSALS
        if more > 0:
            yield Problem("correlations", f"{more:,} more groups with windows beyond all bounds")
        if self.late:
            yield Problem("correlations", f"{self.late:,} matches came after their time had become final")
