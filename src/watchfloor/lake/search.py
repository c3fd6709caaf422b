"""Search: a Lucene query over the events, newest first, in two phases."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from watchfloor.lake.duck import connection, explained, over_snapshot, scan
from watchfloor.lake.fresh import from_columns
from watchfloor.lake.lake import Lake, Snapshot
from watchfloor.lake.query import condition
from watchfloor.schema.events import flat_event


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Flat events, newest first, and notes about the query."""

    events: list[dict[str, Any]]
    notes: list[str]


def search(
    lake: Lake,
    query: str,
    *,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    limit: int = 200,
) -> SearchResult:
    """The newest events that satisfy the query with `since` <= time < `until`.

    Raises:
        QueryError: the query cannot be read.
    """
    return over_snapshot(lake, lambda snapshot: _search(snapshot, query, since, until, limit))


def _search(
    snapshot: Snapshot, query: str, since: dt.datetime | None, until: dt.datetime | None, limit: int
) -> SearchResult:
    if not snapshot.files:
        condition(query, ())
        return SearchResult([], ["the home holds no events yet"])
    with connection(snapshot.files) as opened, explained(query):
        source = scan(snapshot.files)
        columns = [row[0] for row in opened.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]  # noqa: S608 bound
        wanted = condition(query, columns)
        where, parameters = f"({wanted.sql})", list(wanted.parameters)
        for moment, operator in ((since, ">="), (until, "<")):
            if moment is not None:
                where += f" AND timestamp {operator} ?"
                parameters.append(moment)
        # First only the times: the 200th newest one says how far back the wide rows must be read.
        newest = f"FROM {source} SELECT timestamp WHERE {where} ORDER BY timestamp DESC LIMIT {int(limit)}"
        times = opened.execute(newest, parameters).fetchall()
        if not times:
            return SearchResult([], wanted.notes)
        rows = f"FROM {source} WHERE {where} AND timestamp >= ? ORDER BY timestamp DESC, event_id LIMIT {int(limit)}"
        table = opened.execute(rows, [*parameters, times[-1][0]]).to_arrow_table()
        return SearchResult([flat_event(row) for row in from_columns(table).to_pylist()], wanted.notes)
