"""EventBatch: a thin type over an Arrow table of events that owns its encoding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl
import pyarrow as pa

from watchfloor.core.errors import SchemaError
from watchfloor.schema.fields import REST, arrow_type


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Events as columns.

    `table` has one row per event and one column per field that at least one event of the batch may have; names are
    flat and dotted. Encoding is always plain (no dictionaries): declared fields have the type of `fields.yml`
    (text, int64, float64, bool, timestamp[us, UTC], or a list of one of these), all others are text.
    A field that an event lacks is null.
    """

    table: pa.Table

    @classmethod
    def of(cls, table: pa.Table | pl.DataFrame) -> EventBatch:
        """Takes columns in any Arrow encoding of the right kind and gives them the batch's own.

        Raises:
            SchemaError: a column's values are of another kind than the field's (an int in a text column).
        """
        source = table.to_arrow() if isinstance(table, pl.DataFrame) else table
        columns = [_encoded(name, source.column(name)) for name in source.column_names]
        return cls(pa.table(columns, names=source.column_names))

    @classmethod
    def concat(cls, batches: Iterable[EventBatch]) -> EventBatch:
        """The rows of all batches in order; a column that one of them lacks is null there."""
        return cls(pa.concat_tables([batch.table for batch in batches], promote_options="default"))

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each event as a flat dictionary without empty fields, fields of the rest column spread out."""
        for row in self.table.to_pylist():
            yield flat_event(row)


def flat_event(row: Mapping[str, Any]) -> dict[str, Any]:
    """One row without nulls and empty lists, with the rest column's fields in place."""
    event = {name: value for name, value in row.items() if value is not None and value != [] and name != REST}
    if row.get(REST):
        for name, value in orjson.loads(row[REST]).items():
            event.setdefault(name, value)
    return event


def _encoded(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    wanted = arrow_type(name)
    have = column.type
    if have == wanted:
        return column
    if pa.types.is_dictionary(have):
        column = column.cast(have.value_type)
        have = column.type
    if pa.types.is_null(have) or _kind(have) == _kind(wanted):
        return column.cast(wanted)
    raise SchemaError(f"values of type {have} in a field of type {wanted}", place=name)


def _kind(type_: pa.DataType) -> str:
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        return f"list of {_kind(type_.value_type)}"
    for kind, test in (
        ("text", lambda t: pa.types.is_string(t) or pa.types.is_large_string(t) or pa.types.is_string_view(t)),
        ("boolean", pa.types.is_boolean),
        ("integer", pa.types.is_integer),
        ("number", pa.types.is_floating),
        ("time", pa.types.is_timestamp),
    ):
        if test(type_):
            return kind
    return str(type_)
