"""Gaps: records that were committed before a behaviour was there; analysed again they count for it, once."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
import sqlalchemy as sa

from watchfloor.schema.records import RawBatch
from watchfloor.store.behavior_tables import behavior_gap

_gap = behavior_gap.c
_OWN = sa.and_(_gap.behavior == sa.bindparam("of"), _gap.source == sa.bindparam("in"))


@dataclass(slots=True)
class Gaps:
    """The gaps of a home: source -> behaviour's number -> first record and the one after the last."""

    open: dict[str, dict[int, tuple[int, int]]] = field(default_factory=dict)

    def of(self, number: int, raw: RawBatch) -> tuple[tuple[int, int, int], ...]:
        """A behaviour's gaps in a batch: position of the source among the batch's, and the gap's ends.

        A gap that the batch does not reach from its start on is left for the next time.
        """
        found = []
        for position, (first, _) in _reach(raw).items() if self.open else ():
            gap = self.open.get(raw.sources[position].id, {}).get(number)
            if gap is not None and first <= gap[0]:
                found.append((position, *gap))
        return tuple(found)

    def close(self, connection: sa.Connection, raw: RawBatch) -> None:
        """Note that a batch was counted, within the transaction that counts it."""
        for position, (first, last) in _reach(raw).items() if self.open else ():
            source = raw.sources[position].id
            for number, (start, end) in list(self.open.get(source, {}).items()):
                if first > start or last < start:
                    continue
                own = {"of": number, "in": source}
                if last + 1 >= end:
                    del self.open[source][number]
                    connection.execute(sa.delete(behavior_gap).where(_OWN), own)
                else:
                    self.open[source][number] = (last + 1, end)
                    connection.execute(sa.update(behavior_gap).where(_OWN).values(start=last + 1), own)


def read(connection: sa.Connection) -> Gaps:
    """All gaps."""
    found = Gaps()
    for number, source, start, end in connection.execute(sa.select(behavior_gap)):
        found.open.setdefault(source, {})[number] = (start, end)
    return found


def _reach(raw: RawBatch) -> dict[int, tuple[int, int]]:
    """Position of each source among the batch's -> its first and last record in it."""
    table = pa.table({"source": raw.source, "line": raw.line}).group_by("source")
    found = table.aggregate([("line", "min"), ("line", "max")]).to_pylist()
    return {row["source"]: (row["line_min"], row["line_max"]) for row in found}
