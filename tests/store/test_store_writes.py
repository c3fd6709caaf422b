"""Rows that go to the driver as they are, against what the same columns hold when each is written out."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.store import writes
from watchfloor.store.writes import merge_rows

TABLE = sa.Table(
    "merged",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("most", sa.BigInteger, nullable=True),
    sa.Column("name", sa.String, nullable=True),
)
Row = tuple[int, int | None, str | None]
ROWS = st.dictionaries(
    st.integers(0, 4),
    st.tuples(st.none() | st.integers(-3, 3), st.none() | st.sampled_from(["", "a"])),
    max_size=5,
)


def merging(new: Mapping[str, Any]) -> dict[str, Any]:
    """The larger number, and the newest name, which may be none."""
    own = TABLE.c.most
    larger = sa.case((new["most"] > own, new["most"]), else_=sa.func.coalesce(own, new["most"]))
    return {"most": larger, "name": new["name"]}


def larger(one: int | None, other: int | None) -> int | None:
    return max((each for each in (one, other) if each is not None), default=None)


@settings(max_examples=200, deadline=None)
@given(st.lists(ROWS, max_size=4), st.sampled_from([1, 2, 20_000]))
def test_rows_merge_whichever_columns_have_values(
    batches: Sequence[Mapping[int, tuple[int | None, str | None]]], rows_per_statement: int
) -> None:
    expected: dict[int, tuple[int | None, str | None]] = {}
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr(writes, "_ROWS", rows_per_statement)
        TABLE.create(connection)
        for batch in batches:
            columns: list[list[Any]] = [
                [*batch],
                [most for most, _ in batch.values()],
                [name for _, name in batch.values()],
            ]
            merge_rows(connection, TABLE, columns, merging)
            for key, (most, name) in batch.items():
                expected[key] = larger(expected.get(key, (None, None))[0], most), name
        found: list[Row] = [tuple(row) for row in connection.execute(sa.select(TABLE).order_by("id"))]
    engine.dispose()
    assert found == [(key, *expected[key]) for key in sorted(expected)]
