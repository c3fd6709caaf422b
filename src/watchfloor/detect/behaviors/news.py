"""Whom a run has seen since it judged last."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

_MOST_ENTITIES = 200_000
"""Entities that are remembered one by one; beyond, all are taken to be new."""
_WAITING = 50_000
"""Rows that may wait until they are summed up; a table takes about as much memory as a hundred rows."""

_COLUMNS = ["entity", "first", "last"]

Span = tuple[int, int]
"""First and last moment, in microseconds since 1970."""


class News:
    """The entities of observations, each with the moments that they are about.

    Observations are laid aside and summed up later, many at a time, which is several times faster.
    """

    def __init__(self, *, everybody: bool = False) -> None:
        """Nobody is known yet, or everybody may have news."""
        self._parts: list[pa.Table] | None = None if everybody else []
        self._waiting = 0

    def add(self, observations: pa.Table) -> None:
        """Note the entities of observations (`behave.observe.SCHEMA`)."""
        if self._parts is None:
            return
        # A copy, since a slice would hold on to the whole batch.
        own = observations.select(_COLUMNS).take(pa.array(np.arange(observations.num_rows)))
        self._parts.append(own)
        self._waiting += own.num_rows + 100
        if self._waiting > max(_WAITING, self._parts[0].num_rows):
            self._sum_up()

    def spans(self) -> dict[str, Span] | None:
        """What each entity's news are about; None where there may be news of everybody."""
        self._sum_up()
        if self._parts is None:
            return None
        read = ([column.to_pylist() for column in part.columns] for part in self._parts)
        return {entity: (first, last) for columns in read for entity, first, last in zip(*columns, strict=True)}

    def _sum_up(self) -> None:
        if self._parts:
            known = pa.concat_tables(self._parts).group_by("entity", use_threads=False)
            found = known.aggregate([("first", "min"), ("last", "max")]).rename_columns(_COLUMNS)
            self._parts = [found] if found.num_rows <= _MOST_ENTITIES else None
            self._waiting = 0
