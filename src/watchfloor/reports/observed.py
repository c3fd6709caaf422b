"""What a report needs to know of the events as they are read, in bounded memory."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.detect.sigma import RuleSet
from watchfloor.detect.sigma.coverage import Seen
from watchfloor.reports.histogram import SECOND, Histogram
from watchfloor.schema.events import EventBatch

_MOST_FILES = 5_000
"""Files that are counted one by one, the first ones; those after them are counted together."""
_MOST_FORMATS = 500
"""Formats that are told apart; there are fewer parsers, but a record may name its own."""
OTHERS = ""
"""Stands for the path of the files that are counted together, and for the format of what none is known of."""


@dataclass(slots=True)
class FileCount:
    """Records of one file.

    Attributes:
        failed: those of them that no parser understood.
        formats: parser -> records.
        first, last: earliest and latest time of the parsed ones.
    """

    records: int = 0
    failed: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    first: dt.datetime | None = None
    last: dt.datetime | None = None


class Observed:
    """Counts per file, events over time per format, and which kinds of events there were for the rules."""

    def __init__(self, rules: RuleSet) -> None:
        self.seen = Seen(rules)
        self.files: dict[str, FileCount] = {}
        self.times = Histogram()
        self._formats: set[str] = set()

    def read(self, events: EventBatch) -> None:
        """Count a batch of records as they were read."""
        table = events.table
        failed = pc.equal(table["event.kind"], "pipeline_error")
        columns = {
            "path": pc.fill_null(table["log.file.path"], ""),
            "format": pc.fill_null(table["event.dataset"], OTHERS),
            "failed": pc.cast(failed, pa.int64()),
            "time": pc.if_else(failed, pa.scalar(None, table["@timestamp"].type), table["@timestamp"]),
        }
        taken = pa.table(columns)
        aggregates = [("failed", "count"), ("failed", "sum"), ("time", "min"), ("time", "max")]
        groups = taken.group_by(["path", "format"]).aggregate(aggregates).to_pylist()
        for row in sorted(groups, key=lambda row: (row["path"], row["format"])):  # Arrow's order is any
            known = row["path"] in self.files or len(self.files) < _MOST_FILES
            count = self.files.setdefault(row["path"] if known else OTHERS, FileCount())
            count.records += row["failed_count"]
            count.failed += row["failed_sum"]
            count.formats[self._format(row["format"])] += row["failed_count"]
            count.first = min((each for each in (count.first, row["time_min"]) if each), default=None)
            count.last = max((each for each in (count.last, row["time_max"]) if each), default=None)
        self._count_times(taken.filter(pc.invert(failed)))

    def matched(self, events: EventBatch) -> None:
        """Look at the events of a batch that rules were matched against."""
        self.seen.add(events)

    def _format(self, name: str) -> str:
        if name not in self._formats and len(self._formats) < _MOST_FORMATS:
            self._formats.add(name)
        return name if name in self._formats else OTHERS

    def _count_times(self, parsed: pa.Table) -> None:
        formats = parsed["format"].combine_chunks().dictionary_encode()
        codes = formats.indices.to_numpy(zero_copy_only=False)
        seconds = parsed["time"].cast(pa.int64()).to_numpy() // SECOND
        for name, number in sorted((name, number) for number, name in enumerate(formats.dictionary.to_pylist())):
            times, counts = np.unique(seconds[codes == number], return_counts=True)
            self.times.add(self._format(name), dict(zip(times.tolist(), counts.tolist(), strict=True)))
