"""Columns of a batch as codes into lists of distinct values."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from watchfloor.schema.sigma_derive import Values, call, derived, inputs

Codes = npt.NDArray[np.int64]

_TABLE = 1 << 16
"""Size of a table of codes that is worth making for any batch instead of sorting."""
_FEW = 256
"""Texts that are faster to number in Python than by a call of Arrow's."""
_MANY = 256
"""Lists of one length, for each of their members, that are faster to number by columns than one by one."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """One field of a batch.

    Attributes:
        codes: per event an index into `values`; 0 is a missing field.
        values: distinct values, each a tuple of non-empty texts; the first is the empty tuple.
        numbers: the values but the first, where all are whole numbers of 64 bits with a sign.
    """

    codes: Codes
    values: Sequence[Values]
    numbers: Codes | None = None


class BatchColumns:
    """The columns of one batch, each encoded once and only when asked for."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table
        self._names = frozenset(table.column_names)
        self._encoded: dict[tuple[str, ...], Encoded | None] = {}
        self._json: dict[tuple[Hashable, ...], dict[int, list[str]]] = {}

    def field(self, sources: tuple[str, ...]) -> Encoded | None:
        """The first source of each event that has a value; None when no event has one."""
        if sources not in self._encoded:
            parts = [part for source in sources if (part := self._source(source)) is not None]
            self._encoded[sources] = _coalesced(parts) if len(parts) != 1 else parts[0]
        return self._encoded[sources]

    def json(self, sources: tuple[str, ...], way: Hashable) -> dict[int, list[str]]:
        """What is known of the JSON of a field's values, by code; who writes one adds it for those who write alike."""
        return self._json.setdefault((sources, way), {})

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
                if column.null_count < len(column):
                    encoded = _encoded(column.chunk(0) if column.num_chunks == 1 else column.combine_chunks())
            self._encoded[name,] = encoded
        return self._encoded[name,]

    def _derived(self, function: str, names: Sequence[str]) -> Encoded | None:
        parts = [self._plain(name) for name in names]
        if all(part is None for part in parts):
            return None
        # Rows that have none of the columns, often most, are one combination.
        rows = np.flatnonzero(functools.reduce(np.bitwise_or, [part.codes for part in parts if part]))
        found = [part.codes[rows] if part else np.zeros(len(rows), np.int64) for part in parts]
        combination, first = distinct(found)
        codes = np.zeros(self.table.num_rows, np.int64)
        codes[rows] = combination + 1
        compute, nothing = derived(function), [()] * len(parts)
        members = [
            [part.values[code] for code in of_part[first].tolist()] if part else [()] * len(first)
            for part, of_part in zip(parts, found, strict=True)
        ]
        return _renumbered(codes, [compute(*nothing), *map(compute, *members)])


def distinct(columns: Sequence[Codes]) -> tuple[Codes, Codes]:
    """Per row the number of its combination of codes, and per combination the first row that has it."""
    combined, count = _dense(columns[0], int(columns[0].max(initial=0)) + 1)
    for codes in columns[1:]:
        width = int(codes.max(initial=0)) + 1
        combined, count = _dense(combined * width + codes, count * width)
    first = np.empty(count, np.int64)
    first[combined[::-1]] = np.arange(len(combined) - 1, -1, -1)
    return combined, first


def _dense(codes: Codes, limit: int) -> tuple[Codes, int]:
    """The same distinctions, numbered without gaps and in order, and how many there are; all are below a limit."""
    if limit > 16 * len(codes) + _TABLE:
        values, numbered = np.unique(codes, return_inverse=True)
        return numbered.astype(np.int64), len(values)
    present = np.zeros(limit, np.bool_)
    present[codes] = True
    numbers = np.cumsum(present, dtype=np.int64)
    return (numbers - 1)[codes], int(numbers[-1]) if limit else 0


def _encoded(array: pa.Array) -> Encoded | None:
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        return _encoded_lists(array)
    if pa.types.is_integer(array.type):
        return _whole(array)
    if not pa.types.is_string(array.type):
        return _numbered(len(array), *_others(array))
    if len(array) - array.null_count <= _FEW:
        rows, offsets = _filled(array)
        return _numbered(len(array), rows, _texts(array, rows, offsets))
    dictionary = array.dictionary_encode()
    codes = dictionary.indices.fill_null(-1).to_numpy().astype(np.int64) + 1
    texts = dictionary.dictionary.to_pylist()
    if "" in texts:  # it stays among them; no code points to it
        codes[codes == texts.index("") + 1] = 0
    return Encoded(codes, [(), *((text,) for text in texts)])


def _numbered(size: int, rows: Codes, texts: Iterable[str]) -> Encoded:
    """Some rows of a column with a text each; for few of them a dictionary is faster than Arrow's calls."""
    numbers: dict[str, int] = {}
    codes = np.zeros(size, np.int64)
    codes[rows] = [numbers.setdefault(text, len(numbers) + 1) for text in texts]
    return Encoded(codes, [(), *((text,) for text in numbers)])


def _filled(array: pa.Array) -> tuple[Codes, npt.NDArray[np.int32]]:
    """The rows that have a non-empty text, and where in the data each row's text starts."""
    validity, buffer, _ = array.buffers()
    offsets = np.frombuffer(buffer, np.int32)[array.offset : array.offset + len(array) + 1]
    there = offsets[1:] > offsets[:-1]
    if validity is not None and array.null_count:
        bits = np.unpackbits(np.frombuffer(validity, np.uint8), bitorder="little")
        there &= bits[array.offset : array.offset + len(array)].view(np.bool_)
    return np.flatnonzero(there), offsets


def _texts(array: pa.Array, rows: Codes, offsets: npt.NDArray[np.int32]) -> list[str]:
    if not len(rows):
        return []
    begin = int(offsets[0])
    raw = bytes(memoryview(array.buffers()[2])[begin : int(offsets[-1])])
    places = zip((offsets[rows] - begin).tolist(), (offsets[rows + 1] - begin).tolist(), strict=True)
    if raw.isascii():
        whole = raw.decode("ascii")
        return [whole[start:end] for start, end in places]
    return [raw[start:end].decode() for start, end in places]


def _others(array: pa.Array) -> tuple[Codes, list[str]]:
    rows = np.flatnonzero(array.is_valid().to_numpy(zero_copy_only=False))
    dictionary = array.drop_null().dictionary_encode()
    texts = [_text(value) for value in dictionary.dictionary.to_pylist()]
    return rows, [texts[number] for number in dictionary.indices.to_pylist()]


def _whole(array: pa.Array) -> Encoded:
    """A column of whole numbers: different ones have different texts."""
    dictionary = array.dictionary_encode()
    codes = dictionary.indices.fill_null(-1).to_numpy().astype(np.int64) + 1
    numbers = None if pa.types.is_uint64(array.type) else dictionary.dictionary.to_numpy().astype(np.int64)
    return Encoded(codes, [(), *((str(value),) for value in dictionary.dictionary.to_pylist())], numbers)


def _encoded_lists(array: pa.Array) -> Encoded | None:
    flat = array.flatten()
    items = _encoded(flat) if len(flat) > flat.null_count else None
    if items is None:
        return None
    lengths = array.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    ends = np.cumsum(lengths)
    codes = np.zeros(len(array), np.int64)
    single = lengths == 1
    codes[single] = items.codes[ends[single] - 1]
    numbers: dict[Values, int] = {value: number for number, value in enumerate(items.values)}
    texts = [value[0] if value else "" for value in items.values]
    for length in np.unique(lengths[lengths > 1]).tolist():
        rows = np.flatnonzero(lengths == length)
        members, combination = _members(items.codes, ends[rows] - length, length)
        found = [tuple([texts[code] for code in each if code]) for each in members]
        codes[rows] = np.array([numbers.setdefault(each, len(numbers)) for each in found], np.int64)[combination]
    return Encoded(codes, list(numbers))


def _members(codes: Codes, starts: Codes, length: int) -> tuple[list[list[int]], Codes]:
    """The codes of lists of one length, by where these start, each different list once; and per list which it is."""
    if length * _MANY > len(starts):
        return [codes[start : start + length].tolist() for start in starts.tolist()], np.arange(len(starts))
    columns = [codes[starts + place] for place in range(length)]
    combination, first = distinct(columns)
    return np.stack([column[first] for column in columns], axis=1).tolist(), combination


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
