"""Puts columns together that were built group of records by group of records."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain, repeat
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
        position = array("I", bytes(4 * self._rows))
        for place, row in enumerate(chain.from_iterable(groups)):
            position[row] = place
        self._position = _series(position)
        self._values: dict[str, list[Any]] = {}
        self._places: dict[str, list[tuple[int, int, int]]] = {}

    def put(self, name: str, group: int, values: Sequence[Any]) -> None:
        """The column's values in the rows of one group, in the group's order."""
        known, places = self._column(name)
        places.append((group, len(known), 1))
        known.extend(values)

    def put_one(self, name: str, group: int, value: Any) -> None:
        """One value for all rows of a group."""
        known, places = self._column(name)
        places.append((group, len(known), 0))
        known.append(value)

    def put_alike(self, name: str, group: int, values: Sequence[Any]) -> None:
        """As `put`, for values of one type that are often the same in all rows of a group."""
        first = values[0] if values else None
        if values.count(first) < len(values):
            self.put(name, group, values)
        elif first is not None:
            self.put_one(name, group, first)

    def columns(self) -> list[pl.Series]:
        """Every column in the order of the rows, null where nothing was put."""
        # Indexing by a column of unsigned integers is 4 times faster than Series.gather, which plans a query each time.
        alike: dict[tuple[tuple[int, int, int], ...], list[pl.Series]] = {}
        for name, values in self._values.items():
            alike.setdefault(tuple(self._places[name]), []).append(column(name, values))
        found = []
        for places, columns in alike.items():
            index = self._index(places)
            found += [each[index] for each in columns]
        return found

    def ordered(self, column: pl.Series) -> pl.Series:
        """A column that is in the order of the groups, in the order of the rows."""
        return column[self._position]

    def _index(self, places: Sequence[tuple[int, int, int]]) -> pl.Series:
        """For each row, where a column's values hold its own."""
        index = array("I", bytes(4 * self._rows))
        for group, first, step in places:
            start, end = self._starts[group], self._starts[group + 1]
            index[start:end] = array("I", range(first, first + end - start) if step else repeat(first, end - start))
        return _series(index)[self._position]

    def _column(self, name: str) -> tuple[list[Any], list[tuple[int, int, int]]]:
        if name not in self._values:
            self._values[name] = [None]  # what a row points to unless something is put
            self._places[name] = []
        return self._values[name], self._places[name]


def column(name: str, values: Sequence[Any]) -> pl.Series:
    """The values as a column of the field's own type."""
    type_ = arrow_type(name)
    if pa.types.is_string(type_):
        return pl.Series(name, values, dtype=pl.String)
    if pa.types.is_int64(type_):
        return pl.Series(name, values, dtype=pl.Int64)
    return pl.Series(name, pa.array(values, type_))  # polars takes lists of text 50 times slower than Arrow does


def _series(numbers: array[int]) -> pl.Series:
    return pl.Series(pa.Array.from_buffers(pa.uint32(), len(numbers), [None, pa.py_buffer(numbers)]))
