"""What a run read, how well it parsed, and what it raised."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.app.learning import Learnt
from watchfloor.app.stopwatch import Spent
from watchfloor.detect.behaviors.engine import Learning
from watchfloor.schema.events import EventBatch
from watchfloor.sources.problems import Problem

UNPARSED = "(not recognised)"


@dataclass(slots=True)
class ParserCount:
    """Records of one parser.

    Attributes:
        records: all records given to it.
        failed: those of them that are `event.kind: pipeline_error`.
        first, last: earliest and latest `@timestamp` of the parsed ones.
    """

    records: int = 0
    failed: int = 0
    first: dt.datetime | None = None
    last: dt.datetime | None = None

    def add(self, records: int, failed: int, first: dt.datetime | None, last: dt.datetime | None) -> None:
        """Count more records."""
        self.records += records
        self.failed += failed
        moments = [moment for moment in (self.first, first) if moment is not None]
        self.first = min(moments, default=None)
        moments = [moment for moment in (self.last, last) if moment is not None]
        self.last = max(moments, default=None)


@dataclass(slots=True)
class Summary:
    """Counts of one run; it grows batch by batch.

    Attributes:
        new_events: records that the home did not have before.
        joined: events that joins made of several records.
        problems: inputs that could not be read, wholly or in part.
        errors: reason -> number of records that are `pipeline_error`.
        learnt: what behaviours and correlations that are new for the home, or had changed, learnt from stored events.
        learning: how far the behaviours have got with learning.
        alert_ids: every alert that a record of this run took part in.
        stages: stage -> what was spent in it, by all processes together.
        processes: that parsed and matched.
    """

    files: int = 0
    bytes: int = 0
    records: int = 0
    new_events: int = 0
    joined: int = 0
    parsers: dict[str, ParserCount] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    alert_ids: set[str] = field(default_factory=set)
    firings: int = 0
    learnt: Learnt = field(default_factory=Learnt)
    learning: list[Learning] = field(default_factory=list)
    stages: dict[str, Spent] = field(default_factory=dict)
    processes: int = 1
    started: float = field(default_factory=time.monotonic)

    @property
    def parsed(self) -> int:
        """Records that a parser understood."""
        return self.records - sum(count.failed for count in self.parsers.values())

    @property
    def complete(self) -> bool:
        """Whether every input and record could be read and parsed."""
        return not self.problems and not self.errors

    def spend(self, stage: str, spent: Spent) -> None:
        """Add to a stage."""
        self.stages[stage] = self.stages.get(stage, Spent()) + spent

    def add(self, events: EventBatch) -> None:
        """Count a batch of events."""
        table = events.table
        self.records += len(events)
        failed = pc.equal(table["event.kind"], "pipeline_error")
        columns = {
            "dataset": pc.fill_null(table["event.dataset"], UNPARSED),
            "failed": pc.cast(failed, pa.int64()),
            "time": pc.if_else(failed, pa.scalar(None, table["@timestamp"].type), table["@timestamp"]),
        }
        groups = pa.table(columns).group_by("dataset")
        aggregates = [("failed", "count"), ("failed", "sum"), ("time", "min"), ("time", "max")]
        for row in groups.aggregate(aggregates).to_pylist():
            count = self.parsers.setdefault(row["dataset"], ParserCount())
            count.add(row["failed_count"], row["failed_sum"], row["time_min"], row["time_max"])
        if "error.message" in table.column_names:
            reasons = table["error.message"].filter(failed)
            self.errors.update({reason: n for reason, n in Counter(reasons.to_pylist()).items() if reason})
