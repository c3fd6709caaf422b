"""Statements that engines spell differently."""

from __future__ import annotations

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


def merge_rows(
    connection: sa.Connection,
    table: sa.Table,
    rows: Sequence[Mapping[str, Any]],
    merging: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> None:
    """Insert rows, or merge each with the one that has its primary key.

    The statement goes to the driver with the values as they are, which takes a fifth of the time: every row names all
    columns, with values that the driver knows.

    Args:
        connection: of a transaction.
        table: whose columns have types of the driver's own.
        rows: distinct ones.
        merging: from the new row's columns to what known columns become.
    """
    dialect = importlib.import_module(f"sqlalchemy.dialects.{connection.dialect.name}")  # only the one that is used
    statement = dialect.insert(table)
    own = [column.name for column in table.primary_key.columns]
    changed = merging({column.name: statement.excluded[column.name] for column in table.columns})
    statement = statement.on_conflict_do_update(index_elements=own, set_=changed)
    columns = [column.name for column in table.columns]
    compiled = statement.compile(dialect=connection.dialect, column_keys=columns)
    order = compiled.positiontup
    fixed = {name: value for name, value in compiled.params.items() if name not in columns}
    for start in range(0, len(rows), _ROWS):
        some = ({**fixed, **row} for row in rows[start : start + _ROWS])
        values = [tuple(row[name] for name in order) if order else row for row in some]
        connection.exec_driver_sql(compiled.string, values)
