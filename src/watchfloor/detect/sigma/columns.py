"""Columns of a batch as codes into lists of distinct values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from watchfloor.schema.sigma_derive import Values, call, derived, inputs

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """One field of a batch.

    Attributes:
        codes: per event an index into `values`; 0 is a missing field.
        values: distinct values, each a tuple of non-empty texts; the first is the empty tuple.
    """

    codes: Codes
    values: Sequence[Values]


class BatchColumns:
    """The columns of one batch, each encoded once and only when asked for."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self._names = frozenset(table.column_names)
        self._encoded: dict[tuple[str, ...], Encoded | None] = {}

    def field(self, sources: tuple[str, ...]) -> Encoded | None:
        """The first source of each event that has a value; None when no event has one."""
        if sources not in self._encoded:
            parts = [part for source in sources if (part := self._source(source)) is not None]
            self._encoded[sources] = _coalesced(parts) if len(parts) != 1 else parts[0]
        return self._encoded[sources]

    def origin(self, sources: tuple[str, ...], row: int) -> str:
        """Which column (the first one of a function) gave the field's value in a row."""
        for source in sources:
            part = self.field((source,))
            if part is not None and part.codes[row]:
                return inputs(source)[0]
        return inputs(sources[0])[0] if sources else ""

    def _source(self, source: str) -> Encoded | None:
        function, names = call(source)
        if not function:
            return self._plain(source)
        key = (source,)
        if key not in self._encoded:
            self._encoded[key] = self._derived(function, names)
        return self._encoded[key]

    def _plain(self, name: str) -> Encoded | None:
        if (name,) not in self._encoded:
            encoded = None
            if name in self._names:
                column = self.table.column(name)
                encoded = None if column.null_count == len(column) else _encoded(column)
            self._encoded[name,] = encoded
        return self._encoded[name,]

    def _derived(self, function: str, names: Sequence[str]) -> Encoded | None:
        parts = [self._plain(name) for name in names]
        if all(part is None for part in parts):
            return None
        size = self.table.num_rows
        combination, first = distinct([part.codes if part else np.zeros(size, np.int64) for part in parts])
        compute = derived(function)
        results = [compute(*(part.values[part.codes[row]] if part else () for part in parts)) for row in first]
        return _renumbered(combination, results)


def distinct(columns: Sequence[Codes]) -> tuple[Codes, Codes]:
    """Per row the number of its combination of codes, and per combination one row that has it."""
    combined = columns[0]
    for codes in columns[1:]:
        wide = combined * (int(codes.max(initial=0)) + 1) + codes
        combined = np.unique(wide, return_inverse=True)[1]
    _, first, inverse = np.unique(combined, return_index=True, return_inverse=True)
    return inverse.astype(np.int64), first


def _encoded(column: pa.ChunkedArray) -> Encoded | None:
    array = column.combine_chunks()
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        return _encoded_lists(array)
    # Most columns of a batch are mostly empty: only what is there is encoded.
    rows = np.flatnonzero(array.is_valid().to_numpy(zero_copy_only=False)) if array.null_count else None
    dictionary = (array if rows is None else array.drop_null()).dictionary_encode()
    texts = dictionary.dictionary.to_pylist()
    if not pa.types.is_string(array.type):
        texts = [_text(value) for value in texts]
    found = dictionary.indices.to_numpy().astype(np.int64) + 1
    if "" in texts:
        found[found == texts.index("") + 1] = 0
    codes = found
    if rows is not None:
        codes = np.zeros(len(array), np.int64)
        codes[rows] = found
    return Encoded(codes, [(), *((text,) for text in texts)])


def _encoded_lists(array: pa.Array) -> Encoded | None:
    flat = array.flatten()
    items = _encoded(pa.chunked_array([flat])) if len(flat) > flat.null_count else None
    if items is None:
        return None
    lengths = array.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    ends = np.cumsum(lengths)
    codes = np.zeros(len(array), np.int64)
    single = lengths == 1
    codes[single] = items.codes[ends[single] - 1]
    numbers: dict[Values, int] = {value: number for number, value in enumerate(items.values)}
    for row in np.flatnonzero(lengths > 1).tolist():
        members = tuple(items.values[code][0] for code in items.codes[ends[row] - lengths[row] : ends[row]] if code)
        codes[row] = numbers.setdefault(members, len(numbers))
    return Encoded(codes, list(numbers))


def _renumbered(codes: Codes, results: Sequence[Values]) -> Encoded | None:
    """Equal results share one code, empty ones are missing."""
    numbers: dict[Values, int] = {(): 0}
    table = np.array([numbers.setdefault(result, len(numbers)) for result in results], np.int64)
    return Encoded(table[codes], list(numbers)) if len(numbers) > 1 else None


def _coalesced(parts: Sequence[Encoded]) -> Encoded | None:
    if not parts:
        return None
    codes, values = parts[0].codes, list(parts[0].values)
    for part in parts[1:]:
        offset = len(values) - 1
        codes = np.where(codes == 0, np.where(part.codes == 0, 0, part.codes + offset), codes)
        values += part.values[1:]
    return Encoded(codes, values)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
