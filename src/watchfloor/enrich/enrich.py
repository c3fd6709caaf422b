"""Adds to events what is known beside them: one pass over a batch, each distinct value is looked up once."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from graphlib import TopologicalSorter
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.core.catalog import plugins
from watchfloor.enrich._asking import Asking
from watchfloor.enrich.plugin import Answers, Enrichment, Knowledge, Place
from watchfloor.parsers.derive import with_related
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import declared

PACKAGE = "watchfloor.enrich"


def enrich(events: EventBatch, knowledge: Knowledge, by: Mapping[str, Enrichment] | None = None) -> EventBatch:
    """The events with what follows from their fields by that knowledge.

    Rows and their order stay. What the record says stays as it is; columns that nothing is known for are not added.

    Args:
        events: as they were parsed.
        knowledge: what there is to be known beside them.
        by: the enrichments, in their order; without them all of `enrichments`.
    """
    table = events.table
    chosen = (enrichments() if by is None else by).values()
    asking = Asking(chosen, knowledge)
    changed: set[str] = set()
    for enrichment in chosen:
        places = [place for place in enrichment.places if place.inputs[0] in table.column_names]
        if not places or not enrichment.needed(knowledge):
            continue
        questions, rows = asking.of(table, places, dated=enrichment.dated)
        if len(questions.moments):
            answers = enrichment.answer(questions)
            for place, picked in zip(places, rows, strict=True):
                table, filled = _filled(table, place, picked, answers, whole=enrichment.one_thing)
                asking.forget(filled)
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


def _filled(
    table: pa.Table, place: Place, picked: pa.Array, answers: Answers, *, whole: bool
) -> tuple[pa.Table, set[str]]:
    """The table with the answers in the rows that say nothing else, and the names of the columns that changed."""
    given = {
        place.outputs[name]: values.take(picked)
        for name, values in answers.items()
        if name in place.outputs and values.null_count < len(values)
    }
    agreeing = _agreeing(table, place, given, whole=whole)
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


def _agreeing(table: pa.Table, place: Place, given: Answers, *, whole: bool) -> pa.ChunkedArray | None:
    """In which rows the answers can be taken; None for all of them."""
    present = {
        name
        for name in (*place.beside, *place.outputs.values())
        if name in table.column_names and table[name].null_count < table.num_rows
    }
    agreeing = [table[name].is_null() for name in place.beside if name in present]
    agreeing += [
        _agrees(table[name], given.get(name), whole=whole)
        for name in place.outputs.values()
        if name in present and (whole or name in given)
    ]
    return functools.reduce(pc.and_, agreeing) if agreeing else None


def _agrees(column: pa.ChunkedArray, values: pa.Array | None, *, whole: bool) -> pa.ChunkedArray:
    """Where the column has no value, or the same; or nothing is answered, unless answers must be whole."""
    if values is None or pa.types.is_list(values.type):
        return column.is_null()
    agrees = pc.or_(column.is_null(), pc.equal(column, values).fill_null(False))
    return agrees if whole else pc.or_(agrees, values.is_null())
