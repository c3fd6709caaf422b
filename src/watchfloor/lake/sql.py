"""SQL for people: one SELECT over the events, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from watchfloor.core.errors import QueryError
from watchfloor.lake.duck import connection, events, over_snapshot
from watchfloor.lake.lake import Lake, Snapshot


@dataclass(frozen=True, slots=True)
class SqlResult:
    """Columns and rows of a SELECT.

    Attributes:
        columns: their names, as the SELECT gives them.
        rows: values of Python; times in UTC, lists as lists.
        cut: whether there were more rows than asked for.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    cut: bool = False


def sql(lake: Lake, text: str, *, limit: int = 100_000) -> SqlResult:
    """Run exactly one SELECT over the view `events`, whose columns have `_` where fields have dots (`source_ip`).

    `@timestamp` is `timestamp`, `event_date` is the day that an event is filed under. Files, settings and extensions
    are out of reach.

    Raises:
        QueryError: the text is not one SELECT, or DuckDB refuses it.
        StoreError: it needs too much memory or time, or the lake cannot be read.
    """
    return over_snapshot(lake, text, lambda snapshot: _run(snapshot, text, limit))


def _run(snapshot: Snapshot, text: str, limit: int) -> SqlResult:
    files = (*snapshot.fresh, *snapshot.table)
    with connection(files) as opened:
        statements = opened.extract_statements(text)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise QueryError("is not exactly one SELECT", place=text)
        everything = events(snapshot.columns, snapshot.fresh, snapshot.table)
        opened.execute(f"CREATE TEMP VIEW events AS SELECT * EXCLUDE (filename) FROM {everything}")  # noqa: S608
        result = opened.execute(statements[0])
        names = tuple(column[0] for column in result.description or ())
        rows = result.fetchmany(limit + 1)
        return SqlResult(names, rows[:limit], cut=len(rows) > limit)
