"""Adds to events what is known beside them: one pass over a batch, each distinct value is looked up once."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from watchfloor.core.catalog import plugins
from watchfloor.enrich.plugin import Answers, Enrichment, Knowledge, Place, Questions
from watchfloor.parsers.derive import with_related
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type, declared

PACKAGE = "watchfloor.enrich"
Codes = NDArray[np.int64]
_ABSENT = -1
_LONG_AGO = np.iinfo(np.int64).min


def enrich(events: EventBatch, knowledge: Knowledge, by: Mapping[str, Enrichment] | None = None) -> EventBatch:
    """The events with what follows from their fields by that knowledge.

    Rows and their order stay. What the record says stays as it is; columns that nothing is known for are not added.

    Args:
        events: as they were parsed.
        knowledge: what there is to be known beside them.
        by: the enrichments, in their order; without them all of `enrichments`.
    """
    table = events.table
    known: dict[tuple[bool, tuple[tuple[str, ...], ...]], tuple[Questions, list[pa.Array]]] = {}
    changed: set[str] = set()
    for enrichment in (enrichments() if by is None else by).values():
        places = [place for place in enrichment.places if place.inputs[0] in table.column_names]
        if not places or not enrichment.needed(knowledge):
            continue
        dated = enrichment.dated and len(knowledge.inventory.changes) > 0
        asked = (dated, tuple(place.inputs for place in places))
        if changed.intersection(name for place in places for name in place.inputs) or asked not in known:
            known[asked] = _distinct(table, places, knowledge, dated=dated)
        questions, rows = known[asked]
        if len(questions.moments):
            answers = enrichment.answer(questions)
            for place, picked in zip(places, rows, strict=True):
                table, filled = _filled(table, place, picked, answers)
                changed |= filled
    marked = {field.related for name in changed if (field := declared()[name]).related}
    if marked:
        table = with_related(table.drop_columns([n for n in table.column_names if n.startswith("related.")]))
    return EventBatch(table)


@functools.cache
def enrichments() -> dict[str, Enrichment]:
    """Every enrichment by id; those that others come after first, else sorted by id."""
    found = cast("dict[str, Enrichment]", plugins(PACKAGE, "ENRICHMENT"))
    order = TopologicalSorter({name: each.after for name, each in found.items()}).static_order()
    return {name: found[name] for name in order}


def _distinct(
    table: pa.Table, places: Sequence[Place], knowledge: Knowledge, *, dated: bool
) -> tuple[Questions, list[pa.Array]]:
    """The distinct questions of some places, and per place the question of each row, null where there is none."""
    rows = table.num_rows
    width = len(places[0].inputs)
    encoded = [_encoded(table, [place.inputs[index] for place in places]) for index in range(width)]
    codes, sizes = [each[1] for each in encoded], [len(each[0]) for each in encoded]
    changes = knowledge.inventory.changes if dated else np.empty(0, np.int64)
    if len(changes):
        times = table["@timestamp"].cast(pa.int64()).combine_chunks().fill_null(_LONG_AGO).to_numpy()
        codes.append(np.tile(np.searchsorted(changes, times, side="right"), len(places)).astype(np.int64))
        sizes.append(len(changes) + 1)
    if len(codes) == 1:
        question, parts = codes[0], [np.arange(sizes[0])]
    else:
        question, parts = _combined(codes, sizes, codes[0] != _ABSENT)
    periods = parts[-1] if len(changes) else np.zeros(len(parts[0]), np.int64)
    moments = np.concatenate(([_LONG_AGO], changes))[periods]
    values = tuple(
        values.take(pa.array(part, pa.int64(), mask=part == _ABSENT)) if len(codes) > 1 else values
        for (values, _), part in zip(encoded, parts, strict=False)
    )
    picked = pa.array(question, mask=question == _ABSENT)
    return Questions(values, moments, knowledge), [picked.slice(at * rows, rows) for at in range(len(places))]


def _combined(codes: list[Codes], sizes: list[int], there: NDArray[np.bool_]) -> tuple[Codes, list[Codes]]:
    """The distinct combination of each row by its position, and the parts of the combinations."""
    key = np.zeros(int(there.sum()), np.int64)
    for code, size in zip(codes, sizes, strict=True):
        key = key * (size + 1) + code[there] + 1
    unique, inverse = np.unique(key, return_inverse=True)
    question = np.full(len(there), _ABSENT, np.int64)
    question[there] = inverse
    parts: list[Codes] = []
    rest = unique
    for size in reversed(sizes):
        rest, part = np.divmod(rest, size + 1)
        parts.append(part - 1)
    return question, parts[::-1]


def _encoded(table: pa.Table, names: Sequence[str]) -> tuple[pa.Array, Codes]:
    """Distinct values of the columns, and the number of each row's value, column after column."""
    chunks = [chunk for name in names for chunk in _chunks(table, name)]
    encoded = pa.chunked_array(chunks, arrow_type(names[0])).combine_chunks().dictionary_encode()
    return encoded.dictionary, encoded.indices.fill_null(_ABSENT).to_numpy().astype(np.int64)


def _chunks(table: pa.Table, name: str) -> Iterator[pa.Array]:
    if name in table.column_names:
        yield from table[name].chunks
    else:
        yield pa.nulls(table.num_rows, arrow_type(name))


def _filled(table: pa.Table, place: Place, picked: pa.Array, answers: Answers) -> tuple[pa.Table, set[str]]:
    """The table with the answers in the rows that say nothing else, and the names of the columns that changed."""
    given = {
        place.outputs[name]: values.take(picked)
        for name, values in answers.items()
        if name in place.outputs and values.null_count < len(values)
    }
    present = [name for name in given if name in table.column_names and table[name].null_count < table.num_rows]
    agreeing = functools.reduce(pc.and_, [_agrees(table[name], given[name]) for name in present]) if present else None
    filled = set()
    for name, values in given.items():
        usable = values if agreeing is None else pc.if_else(agreeing, values, pa.scalar(None, values.type))
        if name in table.column_names:
            usable = pc.coalesce(table[name], usable)
            if usable.null_count == table[name].null_count:
                continue
            table = table.set_column(table.column_names.index(name), name, usable)
        elif usable.null_count == table.num_rows:
            continue
        else:
            table = table.append_column(name, usable)
        filled.add(name)
    return table, filled


def _agrees(column: pa.ChunkedArray, values: pa.Array) -> pa.ChunkedArray:
    """Where the column has no value, nothing is answered, or both are the same."""
    if pa.types.is_list(values.type):
        return column.is_null()
    return pc.or_(pc.or_(column.is_null(), values.is_null()), pc.equal(column, values).fill_null(False))
