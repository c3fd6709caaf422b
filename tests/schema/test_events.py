"""EventBatch owns its encoding."""

from __future__ import annotations

from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from watchfloor.core.errors import SchemaError
from watchfloor.schema.events import EventBatch, flat_event
from watchfloor.schema.fields import REST


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["a", "b"], pa.large_string()),
        pa.array(["a", "b"], pa.string_view()),
        pa.array(["a", "b"]).dictionary_encode(),
        pa.array([None, None], pa.null()),
    ],
)
def test_any_encoding_of_text_becomes_plain_text(column: pa.Array) -> None:
    batch = EventBatch.of(pa.table({"user.name": column}))
    assert batch.table.schema.field("user.name").type == pa.string()
    assert batch.table["user.name"].to_pylist() == column.to_pylist()


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"user.name": [1]}),
        pa.table({"source.port": ["22"]}),
        pa.table({"event.category": ["web"]}),
        pa.table({"winlog.event_data.Foo": [1]}),
    ],
)
def test_values_of_another_kind_are_an_error(table: pa.Table) -> None:
    with pytest.raises(SchemaError, match=table.column_names[0]):
        EventBatch.of(table)


def test_batches_with_other_columns_concatenate() -> None:
    one = EventBatch.of(pl.DataFrame({"user.name": ["a"]}))
    other = EventBatch.of(pl.DataFrame({"source.port": [22], "event.category": [["web"]]}))
    rows = EventBatch.concat([one, other]).table.to_pylist()
    assert rows == [
        {"user.name": "a", "source.port": None, "event.category": None},
        {"user.name": None, "source.port": 22, "event.category": ["web"]},
    ]


def test_a_flat_event_has_no_empty_fields_and_spreads_the_rest() -> None:
    row: dict[str, Any] = {"user.name": None, "tags": [], "event.id": "x:0", REST: '{"winlog.event_data.Foo": 7}'}
    assert flat_event(row) == {"event.id": "x:0", "winlog.event_data.Foo": 7}
