"""Values without a field: searched in the raw text and in the text columns of the events, each text for itself.

Events are long and keywords rare, so one Hyperscan pass over the columns' bytes finds the few events that can have one;
only those are looked at text by text. The pass may name an event too many, never one too few.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import hyperscan
import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa

from watchfloor.detect.sigma.atoms import Atom
from watchfloor.detect.sigma.columns import Codes, Encoded
from watchfloor.detect.sigma.literals import END, START, needed
from watchfloor.schema.fields import REST

RAW = "event.original"

_PLAIN = re.compile(r"[ !#-\[\]-~]+")
"""Characters that stand for themselves in UTF-8 text and in JSON strings alike."""
_LONGEST = 48
_UNLIKE = "\u0130"
"""The one letter whose folding yields ASCII that case-insensitive search does not see as the same."""


@functools.lru_cache(maxsize=8_192)
def word_of(atom: Atom) -> str | None:
    """Text that every event with the keyword contains, apart from case; None when there is none."""
    if atom[0] == "text":
        pieces = [part for part in atom[2:] if isinstance(part, str)]
    else:
        literals = needed(atom)
        pieces = [literals[0].strip(START + END)] if len(literals) == 1 else []
    runs = [run for piece in pieces for run in _PLAIN.findall(piece)]
    return max(runs, key=len)[:_LONGEST] if runs else None


class KeywordSearch:
    """Finds the events of a batch that contain one of some words (see `word_of`)."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self._database: Any = None
        self._patterns = [*sorted(self.words), _UNLIKE]
        if self.words:
            self._database = hyperscan.Database()
            self._database.compile(
                expressions=[re.escape(word).encode() for word in self._patterns],
                ids=list(range(len(self._patterns))),
                flags=hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_UTF8,
            )

    def hits(self, table: pa.Table, prefixes: Sequence[str]) -> set[tuple[str | None, int]]:
        """The words that events can have, each with the event's row; None stands for any word."""
        if self._database is None:
            return set()
        found: set[tuple[int, int]] = set()
        for name in text_columns(table, prefixes):
            for array, rows in _flat(table.column(name)):
                found.update(self._scan(array, rows))
        anything = len(self._patterns) - 1
        return {(None if number == anything else self._patterns[number], row) for number, row in found}

    def _scan(self, array: pa.Array, rows: Codes) -> Iterable[tuple[int, int]]:
        """The numbers of the patterns that are found, each with its row."""
        if not len(array):
            return ()
        _, offsets_buffer, data = array.buffers()
        if data is None:
            return ()
        width = np.int64 if pa.types.is_large_string(array.type) else np.int32
        offsets = np.frombuffer(offsets_buffer, width)[array.offset : array.offset + len(array) + 1]
        ends: list[int] = []
        numbers: list[int] = []

        def found(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            numbers.append(number)
            ends.append(end)

        self._database.scan(
            memoryview(data)[offsets[0] : offsets[-1]],
            match_event_handler=found,
        )
        if not ends:
            return ()
        positions = np.array(ends, np.int64) - 1 + offsets[0]
        return zip(numbers, rows[np.searchsorted(offsets, positions, side="right") - 1].tolist(), strict=True)


def texts_of(table: pa.Table, prefixes: Sequence[str], candidates: Codes) -> Encoded:
    """The searched texts of some events as one field; all other events have code 0."""
    codes = np.zeros(table.num_rows, np.int64)
    codes[candidates] = np.arange(1, len(candidates) + 1)
    found: list[dict[str, None]] = [{} for _ in candidates]
    if len(candidates):
        taken = table.select(text_columns(table, prefixes)).take(pa.array(candidates))
        for name, column in zip(taken.column_names, taken.columns, strict=True):
            if column.null_count < len(column):
                for texts, value in zip(found, column.to_pylist(), strict=True):
                    if value:
                        texts.update(dict.fromkeys(_texts(name, value)))
    return Encoded(codes, [(), *map(tuple, found)])


def text_columns(table: pa.Table, prefixes: Sequence[str]) -> list[str]:
    """The raw text and every text column that starts with one of the prefixes."""
    return [
        name
        for name in table.column_names
        if (name in {RAW, REST} or name.startswith(tuple(prefixes))) and _is_text(table.schema.field(name).type)
    ]


def _is_text(type_: pa.DataType) -> bool:
    inner = type_.value_type if pa.types.is_list(type_) else type_
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner))


def _flat(column: pa.ChunkedArray) -> Iterator[tuple[pa.Array, npt.NDArray[np.int64]]]:
    """Texts of a column with the row of each."""
    start = 0
    for chunk in column.chunks:
        rows = np.arange(start, start + len(chunk))
        start += len(chunk)
        if pa.types.is_list(chunk.type):
            lengths = np.diff(chunk.offsets.to_numpy())
            yield chunk.flatten(), np.repeat(rows, lengths)
        elif chunk.null_count < len(chunk):
            yield chunk, rows


def _texts(name: str, value: Any) -> list[str]:
    """The non-empty texts of one value of a column."""
    if name == REST:
        return [text for inner in orjson.loads(value).values() for text in _texts("", inner)]
    if isinstance(value, list):
        return [text for text in value if text and isinstance(text, str)]
    return [value] if value and isinstance(value, str) else []
