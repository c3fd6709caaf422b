"""SQL for people: one SELECT over the events, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from watchfloor.core.errors import QueryError
from watchfloor.lake.duck import connection, explained, over_snapshot, scan
from watchfloor.lake.lake import Lake, Snapshot


@dataclass(frozen=True, slots=True)
class SqlResult:
    """Columns and rows of a SELECT."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def sql(lake: Lake, text: str) -> SqlResult:
    """Run exactly one SELECT over the view `events`, whose columns have `_` where fields have dots (`source_ip`).

    Files, settings and extensions are out of its reach.

    Raises:
        QueryError: the text is not one SELECT, or DuckDB refuses it.
    """
    return over_snapshot(lake, lambda snapshot: _run(snapshot, text))


def _run(snapshot: Snapshot, text: str) -> SqlResult:
    if not snapshot.files:
        raise QueryError("the home holds no events yet", way_out="Fill it with: watchfloor analyze PATH --home DIR")
    with connection(snapshot.files) as opened, explained(text):
        statements = opened.extract_statements(text)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise QueryError("is not exactly one SELECT", place=text)
        opened.execute(f"CREATE TEMP VIEW events AS SELECT * FROM {scan(snapshot.files)}")  # noqa: S608 the lake's own file names
        result = opened.execute(statements[0])
        names = tuple(column[0] for column in result.description or ())
        return SqlResult(names, result.fetchall())
