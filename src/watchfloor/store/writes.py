"""Statements that engines spell differently."""

from __future__ import annotations

import functools
import importlib
import operator
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
    connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], merging: Merging | None = None
) -> None:
    """Insert rows, or merge each with the one that has its primary key.

    The statement goes to the driver with the values as they are, which takes a fifth of the time: every row names all
    columns, with values that the driver knows.

    Args:
        connection: of a transaction.
        table: whose columns have types of the driver's own.
        rows: with distinct keys.
        merging: a function of a module, which is asked once; without one all rows are new.
    """
    statement, order, fixed = _compiled(connection.dialect, table, merging)
    columns = operator.itemgetter(*order) if order else None
    for start in range(0, len(rows), _ROWS):
        some = rows[start : start + _ROWS]
        named = [{**fixed, **row} for row in some] if fixed else some
        connection.exec_driver_sql(statement, list(map(columns, named) if columns else map(dict, named)))


@functools.lru_cache(maxsize=64)
def _compiled(
    dialect: sa.Dialect, table: sa.Table, merging: Merging | None
) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """The statement as the driver takes it, the order of its parameters where they have no names, and constants."""
    statement = importlib.import_module(f"sqlalchemy.dialects.{dialect.name}").insert(
        table
    )  # only the one that is used
    if merging is not None:
        changed = merging({column.name: statement.excluded[column.name] for column in table.columns})
        own = [column.name for column in table.primary_key.columns]
        statement = statement.on_conflict_do_update(index_elements=own, set_=changed)
    columns = [column.name for column in table.columns]
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    fixed = {name: value for name, value in compiled.params.items() if name not in columns}
    return compiled.string, tuple(compiled.positiontup or ()), fixed
