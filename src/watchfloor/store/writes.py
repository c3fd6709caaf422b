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
