"""Columns as codes: whatever way a column is encoded, each row keeps its non-empty texts."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.detect.sigma import columns
from watchfloor.detect.sigma.columns import BatchColumns, distinct

_TEXTS = st.lists(st.none() | st.sampled_from(["", "a", "b", "ä", "𝄞", "A b"]) | st.text(max_size=4), max_size=30)


@pytest.mark.parametrize("few", [0, 2_000])
@given(texts=_TEXTS, start=st.integers(0, 3))
def test_texts(few: int, texts: list[str | None], start: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_FEW", few)
        table = pa.table({"a": pa.array(texts, pa.string())}).slice(start)
        assert _values(table) == [(text,) if text else () for text in texts[start:]]


@pytest.mark.parametrize("few", [0, 2_000])
@given(lists=st.lists(st.none() | _TEXTS, max_size=12), start=st.integers(0, 3))
def test_lists(few: int, lists: list[list[str | None] | None], start: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_FEW", few)
        table = pa.table({"a": pa.array(lists, pa.list_(pa.string()))}).slice(start)
        assert _values(table) == [tuple(text for text in members or () if text) for members in lists[start:]]


def test_bytes_below_a_null_are_not_a_text() -> None:
    validity = pa.array([True, False], pa.bool_()).buffers()[1]
    offsets, data = pa.py_buffer(np.array([0, 1, 3], np.int32)), pa.py_buffer(b"abc")
    array = pa.Array.from_buffers(pa.string(), 2, [validity, offsets, data])
    assert _values(pa.table({"a": array})) == [("a",), ()]


def test_what_is_not_text_is_written_out() -> None:
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for value, text in ((5, "5"), (True, "true"), (1.5, "1.5"), (moment, "2026-01-01T00:00:00+00:00")):
        assert _values(pa.table({"a": pa.array([value, None, value])})) == [(text,), (), (text,)]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 2**40)), max_size=20))
def test_combinations_are_numbered_in_order_with_the_first_row_of_each(rows: list[tuple[int, int, int]]) -> None:
    numbers, first = distinct([np.array([row[column] for row in rows], np.int64) for column in range(3)])
    assert numbers.tolist() == [sorted(set(rows)).index(row) for row in rows]
    assert [rows[row] for row in first] == sorted(set(rows))
    assert first.tolist() == [rows.index(rows[row]) for row in first]


def _values(table: pa.Table) -> list[tuple[str, ...]]:
    found = BatchColumns(table).field(("a",))
    return [()] * table.num_rows if found is None else [tuple(found.values[code]) for code in found.codes]
