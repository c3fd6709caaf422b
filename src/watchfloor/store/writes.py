"""Statements that engines spell differently."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
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


def upsert(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows, or replace those with their primary key; every row names all columns."""
    dialect = importlib.import_module(f"sqlalchemy.dialects.{connection.dialect.name}")  # only the one that is used
    statement = dialect.insert(table)
    own = [column.name for column in table.primary_key.columns]
    changed = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    statement = statement.on_conflict_do_update(index_elements=own, set_=changed)
    for start in range(0, len(rows), _ROWS):
        connection.execute(statement, list(rows[start : start + _ROWS]))
