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
    connection: sa.Connection, table: sa.Table, columns: Sequence[Sequence[Any]], merging: Merging | None = None
) -> None:
    """Insert rows, or merge each with the one that has its primary key.

    The statement goes to the driver with the values as they are, which takes a fifth of the time, and without the
    columns that have no value in any row: Python's driver of SQLite spends more time on None than on any other value.

    Args:
        connection: of a transaction.
        table: whose columns have types of the driver's own, and no defaults.
        columns: values that the driver knows, for each of the table's columns in its order one per row; keys are
            distinct.
        merging: a function of a module, which is asked once and has no values of its own in what it answers (but
            literal ones); without one all rows are new.
    """
    for start in range(0, len(columns[0]), _ROWS):
        some = (values[start : start + _ROWS] for values in columns)
        told = {place: values for place, values in enumerate(some) if _any_there(values)}
        rows: list[Any] = [*zip(*told.values(), strict=True)]
        statement, names = _compiled(connection.dialect, table, merging, tuple(told))
        connection.exec_driver_sql(statement, [dict(zip(names, row, strict=True)) for row in rows] if names else rows)


def _any_there(values: Sequence[Any]) -> bool:
    return values[0] is not None or values.count(None) < len(values)


@functools.lru_cache(maxsize=256)
def _compiled(
    dialect: sa.Dialect, table: sa.Table, merging: Merging | None, places: Sequence[int]
) -> tuple[str, tuple[str, ...]]:
    """The statement as the driver takes it, and the columns' names where its parameters have names.

    Args:
        dialect: the engine's.
        table: into which rows go.
        merging: see `merge_rows`.
        places: of the columns that the statement gives values to; the others are null.
    """
    inserts = importlib.import_module(f"sqlalchemy.dialects.{dialect.name}")  # only the one that is used
    statement = inserts.insert(table)
    if merging is not None:
        changed = merging({column.name: statement.excluded[column.name] for column in table.columns})
        own = [column.name for column in table.primary_key.columns]
        statement = statement.on_conflict_do_update(index_elements=own, set_=changed)
    every = [column.name for column in table.columns]
    columns = tuple(every[place] for place in places)
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    if set(compiled.params) != set(columns) or (compiled.positional and tuple(compiled.positiontup or ()) != columns):
        raise ValueError(f"{table.name}: the statement has parameters beside the columns")
    return compiled.string, () if compiled.positional else columns
