"""Makes questions of the rows of a batch: each distinct value is numbered once, whoever asks about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from watchfloor.enrich.plugin import NOTHING, Distinct, Enrichment, Knowledge, Place, Questions
from watchfloor.schema.fields import arrow_type

Codes = NDArray[np.int64]
Asked = tuple[Questions, list[pa.Array]]
"""Questions, and per place the question of each row, null where there is none."""
_LONG_AGO = np.iinfo(np.int64).min
_MOST_KEYS = np.iinfo(np.int64).max


class Asking:
    """What the enrichments of one batch ask, kept for those that ask the same."""

    def __init__(self, enrichments: Iterable[Enrichment], knowledge: Knowledge) -> None:
        self._alike = _alike(enrichments)
        self._knowledge = knowledge
        self._numbered: dict[str, tuple[Distinct, Codes]] = {}
        self._asked: dict[tuple[bool, tuple[tuple[str, ...], ...]], Asked] = {}

    def of(self, table: pa.Table, places: Sequence[Place], *, dated: bool) -> Asked:
        """The distinct questions of some places of an enrichment."""
        dated = dated and len(self._knowledge.inventory.changes) > 0
        asked = (dated, tuple(place.inputs for place in places))
        if asked not in self._asked:
            self._asked[asked] = self._questions(table, places, dated=dated)
        return self._asked[asked]

    def forget(self, changed: set[str]) -> None:
        """Lets go what is known of columns that have changed."""
        again = {other for name in changed for other in self._alike.get(name, ())}
        self._numbered = {name: column for name, column in self._numbered.items() if name not in again}
        self._asked = {
            asked: found
            for asked, found in self._asked.items()
            if not any(again.intersection(inputs) for inputs in asked[1])
        }

    def _questions(self, table: pa.Table, places: Sequence[Place], *, dated: bool) -> Asked:
        columns = [self._column(table, fields) for fields in zip(*(place.inputs for place in places), strict=True)]
        codes, sizes = [each for _, each in columns], [len(distinct.values) for distinct, _ in columns]
        changes = self._knowledge.inventory.changes if dated else np.empty(0, np.int64)
        if dated:
            times = table["@timestamp"].cast(pa.int64()).combine_chunks().fill_null(_LONG_AGO).to_numpy()
            codes.append(np.tile(np.searchsorted(changes, times, side="right"), len(places)))
            sizes.append(len(changes) + 1)
        if len(codes) == 1:
            question, parts = codes[0], [np.arange(sizes[0])]
        else:
            question, parts = _combined(codes, sizes)
        periods = parts[-1] if dated else np.zeros(len(parts[0]), np.int64)
        moments = np.concatenate(([_LONG_AGO], changes))[periods]
        distinct = tuple((each, part) for (each, _), part in zip(columns, parts, strict=False))
        values = tuple(each.values.take(pa.array(part, mask=part == NOTHING)) for each, part in distinct)
        questions = Questions(values, moments, self._knowledge, distinct)
        picked, rows = pa.array(question, mask=question == NOTHING), table.num_rows
        return questions, [picked.slice(at * rows, rows) for at in range(len(places))]

    def _column(self, table: pa.Table, fields: Sequence[str]) -> tuple[Distinct, Codes]:
        """Distinct values of fields that are alike, and the number of each row's value, field after field."""
        if fields[0] not in self._numbered:
            self._numbered |= _numbered(table, self._alike[fields[0]])
        return self._numbered[fields[0]][0], np.concatenate([self._numbered[field][1] for field in fields])


def _alike(enrichments: Iterable[Enrichment]) -> Mapping[str, tuple[str, ...]]:
    """Field -> all fields that some enrichment asks the same questions of, itself among them."""
    alike: dict[str, tuple[str, ...]] = {}
    for enrichment in enrichments:
        for fields in zip(*(place.inputs for place in enrichment.places), strict=True):
            together = tuple(dict.fromkeys(other for field in fields for other in alike.get(field, (field,))))
            alike |= dict.fromkeys(together, together)
    return alike


def _numbered(table: pa.Table, fields: Sequence[str]) -> dict[str, tuple[Distinct, Codes]]:
    """Of each field the distinct values of all of them, and the number of each row's value."""
    present = [field for field in fields if field in table.column_names]
    chunks = [chunk for field in present for chunk in table[field].chunks]
    distinct, codes = Distinct.of(pa.chunked_array(chunks, arrow_type(fields[0])).combine_chunks())
    nothing = np.full(table.num_rows, NOTHING)
    by_field = dict(zip(present, codes.reshape(len(present), table.num_rows), strict=True))
    return {field: (distinct, by_field.get(field, nothing)) for field in fields}


def _combined(codes: Sequence[Codes], sizes: Sequence[int]) -> tuple[Codes, list[Codes]]:
    """The distinct combination of each row by its number, none without a first part, and the parts of each."""
    rows = np.flatnonzero(codes[0] != NOTHING)
    key, keys = np.zeros(len(rows), np.int64), 1
    for code, size in zip(codes, sizes, strict=True):
        if keys > _MOST_KEYS // (size + 1):
            key = pa.array(key).dictionary_encode().indices.to_numpy().astype(np.int64)
            keys = len(rows)
        key = key * (size + 1) + code[rows] + 1
        keys *= size + 1
    encoded = pa.array(key).dictionary_encode()
    number = encoded.indices.to_numpy()
    question = np.full(len(codes[0]), NOTHING)
    question[rows] = number
    example = np.empty(len(encoded.dictionary), np.int64)
    example[number] = rows
    return question, [code[example] for code in codes]
