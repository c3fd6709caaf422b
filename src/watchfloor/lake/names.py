"""Which column of the lake holds which event field; only the lake knows.

Columns have `_` for `.`, since Spark and z-order reject dots. That alone is ambiguous (`a.b_c`, `a_b.c`), and engines
ignore case in names, so a field that comes later than another one with the same column gets `_2`, `_3`, … The choice
is kept in the relational store, in the transaction that commits the first file with that column. Declared fields go
first.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa

from watchfloor.schema.fields import declared
from watchfloor.store.tables import event_column

EVENT_DATE = "event_date"
TIME, ID, ORIGINAL, REST_COLUMN = "timestamp", "event_id", "event_original", "watchfloor_rest"
"""Columns of @timestamp, event.id, event.original and watchfloor.rest."""
_RESERVED = frozenset({EVENT_DATE, "filename", "file_row_number"})
_ODD = re.compile(r"[^A-Za-z0-9_]")


class Columns:
    """An injective mapping of fields to columns, also when case is ignored. Safe to use from several threads."""

    def __init__(self, stored: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        self._physical = dict(stored)
        self._fields = {column.lower(): name for name, column in stored.items()}
        for name in declared():
            self.physical(name)

    def physical(self, name: str) -> str:
        """The column of a field; a new field is given a free one."""
        known = self._physical.get(name)
        return known if known is not None else self._claim(name)

    def find(self, name: str) -> str | None:
        """The column of a field, None when the field is neither declared nor stored."""
        return self._physical.get(name)

    def logical(self, column: str) -> str | None:
        """The field of a column, None for a column that is none of ours."""
        return self._fields.get(column.lower())

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Pairs of field and column."""
        return iter(tuple(self._physical.items()))

    def _claim(self, name: str) -> str:
        plain = _ODD.sub("_", name.removeprefix("@")) or "_"
        with self._lock:
            column, nth = plain, 1
            while column.lower() in self._fields or column.lower() in _RESERVED:
                nth += 1
                column = f"{plain}_{nth}"
            self._fields[column.lower()] = name
            return self._physical.setdefault(name, column)


def stored_columns(connection: sa.Connection) -> Columns:
    """The mapping as it is committed."""
    rows = connection.execute(sa.select(event_column.c.name, event_column.c.physical))
    return Columns({row.name: row.physical for row in rows})


def store_columns(connection: sa.Connection, pairs: Iterable[tuple[str, str]]) -> None:
    """Keep pairs of field and column that are not kept yet, within the caller's transaction."""
    known = set(connection.execute(sa.select(event_column.c.name)).scalars())
    new = [{"name": name, "physical": column, "folded": column.lower()} for name, column in pairs if name not in known]
    if new:
        connection.execute(sa.insert(event_column), new)
