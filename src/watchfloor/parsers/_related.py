"""`related.*`: every address, user, host and hash of an event, from the fields that `fields.yml` marks."""

from __future__ import annotations

import functools

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.schema.fields import declared


def with_related(table: pa.Table) -> pa.Table:
    """The table with `related.ip`, `.user`, `.hosts` and `.hash`: unique, sorted; null where there is nothing."""
    for name, fields in _marked().items():
        present = [field for field in fields if field in table.column_names]
        if present:
            table = table.append_column(name, _joined(table, present))
    return table


def _joined(table: pa.Table, fields: list[str]) -> pa.Array:
    """Distinct texts are numbered in their order, so that sorting and comparing is done on whole numbers."""
    pieces = [_long(table.column(field).combine_chunks()) for field in fields]
    rows = pa.concat_arrays([row for row, _ in pieces])
    encoded = pa.concat_arrays([value for _, value in pieces]).dictionary_encode()
    texts = pl.Series(pl.from_arrow(encoded.dictionary))
    ranks = texts.rank("ordinal").cast(pl.Int64) - 1
    size = max(len(texts), 1)
    keys = pl.Series(pl.from_arrow(rows)) * size + ranks.gather(pl.Series(pl.from_arrow(encoded.indices)))
    keys = keys.unique().sort()
    starts = (keys // size).search_sorted(pl.int_range(table.num_rows + 1, dtype=pl.Int64, eager=True), side="left")
    values = texts.sort().gather(keys % size)
    empty = starts.diff(null_behavior="drop") == 0
    return pa.ListArray.from_arrays(
        starts.cast(pl.Int32).to_arrow(), values.to_arrow().cast(pa.string()), mask=empty.to_arrow()
    )


def _long(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """(row, value) of each value that is there."""
    if pa.types.is_list(column.type):
        rows, values = pc.list_parent_indices(column), column.flatten()
    else:
        rows, values = pl.int_range(len(column), dtype=pl.Int64, eager=True).to_arrow(), column
    there = values.is_valid()
    return rows.filter(there).cast(pa.int64()), values.filter(there)


@functools.cache
def _marked() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for field in declared().values():
        if field.related:
            found.setdefault(f"related.{field.related}", []).append(field.name)
    return {name: tuple(fields) for name, fields in found.items()}
