"""Puts columns together that were built group of records by group of records."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import polars as pl
import pyarrow as pa

from watchfloor.schema.fields import arrow_type


class Pieces:
    """Columns over all records, given in pieces, one group of records at a time.

    Args:
        groups: the rows of each group; together every row once.
    """

    def __init__(self, groups: Sequence[Sequence[int]]) -> None:
        self._rows = sum(map(len, groups))
        self._starts = [0]
        for group in groups:
            self._starts.append(self._starts[-1] + len(group))
        position = array("i", bytes(4 * self._rows))
        for place, row in enumerate(row for group in groups for row in group):
            position[row] = place
        self._position = _series(position)
        self._values: dict[str, list[Any]] = {}
        self._index: dict[str, array[int]] = {}

    def put(self, name: str, group: int, values: Sequence[Any]) -> None:
        """The column's values in the rows of one group, in the group's order."""
        known, index = self._column(name)
        first = len(known)
        known.extend(values)
        index[self._starts[group] : self._starts[group + 1]] = array("i", range(first, len(known)))

    def put_one(self, name: str, group: int, value: Any) -> None:
        """One value for all rows of a group."""
        known, index = self._column(name)
        size = self._starts[group + 1] - self._starts[group]
        index[self._starts[group] : self._starts[group + 1]] = array("i", [len(known)]) * size
        known.append(value)

    def columns(self) -> list[pl.Series]:
        """Every column in the order of the rows, null where nothing was put."""
        return [
            column(name, values).gather(_series(self._index[name]).gather(self._position))
            for name, values in self._values.items()
        ]

    def _column(self, name: str) -> tuple[list[Any], array[int]]:
        known = self._values.get(name)
        if known is None:
            self._values[name] = known = [None]  # what every row points to until something is put
            self._index[name] = array("i", bytes(4 * self._rows))
        return known, self._index[name]


def column(name: str, values: Sequence[Any]) -> pl.Series:
    """The values as a column of the field's own type."""
    type_ = arrow_type(name)
    if pa.types.is_string(type_):
        return pl.Series(name, values, dtype=pl.String)
    if pa.types.is_int64(type_):
        return pl.Series(name, values, dtype=pl.Int64)
    return pl.Series(name, pa.array(values, type_))  # polars takes lists of text 50 times slower than Arrow does


def _series(numbers: array[int]) -> pl.Series:
    return pl.Series(pa.Array.from_buffers(pa.int32(), len(numbers), [None, pa.py_buffer(numbers)]))
