"""Statements that engines spell differently."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

_ROWS = 20_000
"""Rows per statement, so that their parameters take little memory."""


def insert_missing(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows whose primary key the table does not have yet; every row names the same columns."""
    dialect = importlib.import_module(f"sqlalchemy.dialects.{connection.dialect.name}")  # only the one that is used
    statement = dialect.insert(table).on_conflict_do_nothing()
    for start in range(0, len(rows), _ROWS):
        connection.execute(statement, list(rows[start : start + _ROWS]))


Merging = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""From the columns of a new row to what becomes of the columns of the one that has its primary key."""


def merge_rows(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Sequence[Any]], merging: Merging | None = None
) -> None:
    """Insert rows, or merge each with the one that has its primary key.

    The statement goes to the driver with the values as they are, which takes a fifth of the time.

    Args:
        connection: of a transaction.
        table: whose columns have types of the driver's own.
        rows: with distinct keys, each a tuple of values that the driver knows, in the order of the table's columns.
        merging: a function of a module, which is asked once and has no values of its own in what it answers (but
            literal ones); without one all rows are new.
    """
    statement, names = _compiled(connection.dialect, table, merging)
    for start in range(0, len(rows), _ROWS):
        some: Sequence[Any] = rows[start : start + _ROWS]
        connection.exec_driver_sql(statement, [dict(zip(names, row, strict=True)) for row in some] if names else some)


@functools.lru_cache(maxsize=64)
def _compiled(dialect: sa.Dialect, table: sa.Table, merging: Merging | None) -> tuple[str, tuple[str, ...]]:
    """The statement as the driver takes it, and the columns' names where its parameters have names."""
    inserts = importlib.import_module(f"sqlalchemy.dialects.{dialect.name}")  # only the one that is used
    statement = inserts.insert(table)
    if merging is not None:
        changed = merging({column.name: statement.excluded[column.name] for column in table.columns})
        own = [column.name for column in table.primary_key.columns]
        statement = statement.on_conflict_do_update(index_elements=own, set_=changed)
    columns = tuple(column.name for column in table.columns)
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    if set(compiled.params) != set(columns) or (compiled.positional and tuple(compiled.positiontup or ()) != columns):
        raise ValueError(f"{table.name}: the statement has parameters beside the columns")
    return compiled.string, () if compiled.positional else columns
