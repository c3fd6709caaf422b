"""Search: a Lucene query over the events, newest first.

First only times and ids of matching events are read, from the newest files on, until no older file can have a newer
match than the last one wanted; then those events are read whole, from the files that have them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from watchfloor.lake.addresses import ADDRESS_KEY
from watchfloor.lake.condition import Condition, condition
from watchfloor.lake.duck import connection, events, over_snapshot
from watchfloor.lake.fetch import by_id
from watchfloor.lake.lake import DataFile, Lake, Snapshot
from watchfloor.lake.names import ID, TIME, Columns
from watchfloor.lake.query import Query, parse

_FIRST_FILES = 4
_GROWTH = 8
"""Files read at once: few at first, for frequent values, then ever more, for rare ones."""
_Hit = tuple[dt.datetime, str, str]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Flat events, newest first (the same moment: by id, last first), and notes about the query."""

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
        QueryError: the query cannot be read, or a value does not fit its field.
        StoreError: the query needs too much memory or time, or the lake cannot be read.
    """
    parsed = parse(query)
    window = (since, until)
    return over_snapshot(lake, query, lambda snapshot: _search(snapshot, parsed, window, limit))


def _search(
    snapshot: Snapshot,
    query: Query,
    window: tuple[dt.datetime | None, dt.datetime | None],
    limit: int,
) -> SearchResult:
    wanted = condition(query, snapshot.columns)
    fresh, table = _within(snapshot.fresh, *window), _within(snapshot.table, *window)
    files = sorted((*fresh, *table), key=lambda file: file.last_time, reverse=True)
    with connection(files) as opened:
        opened.execute(ADDRESS_KEY)
        seeker = _Seeker(opened, snapshot.columns, frozenset(fresh))
        hits = seeker.newest(files, _windowed(wanted, *window), limit)
        return SearchResult(seeker.whole(files, hits), wanted.notes)


def _within(files: Sequence[DataFile], since: dt.datetime | None, until: dt.datetime | None) -> list[DataFile]:
    return [
        file
        for file in files
        if (since is None or file.last_time >= since) and (until is None or file.first_time < until)
    ]


def _windowed(wanted: Condition, since: dt.datetime | None, until: dt.datetime | None) -> Condition:
    sql, parameters = f"({wanted.sql})", list(wanted.parameters)
    for moment, operator in ((since, ">="), (until, "<")):
        if moment is not None:
            sql += f" AND {TIME} {operator} ?"
            parameters.append(moment)
    return Condition(sql, parameters)


@dataclass(frozen=True, slots=True)
class _Seeker:
    opened: duckdb.DuckDBPyConnection
    columns: Columns
    fresh: frozenset[DataFile]

    def newest(self, files: Sequence[DataFile], wanted: Condition, limit: int) -> list[_Hit]:
        """Time, id and file of the newest matches; `files` come newest first."""
        hits: list[_Hit] = []
        at, size = 0, _FIRST_FILES
        while limit > 0 and at < len(files):
            full = len(hits) >= limit
            if full and files[at].last_time < hits[-1][0]:
                break
            sql, parameters = wanted.sql, list(wanted.parameters)
            if full:
                sql += f" AND {TIME} >= ?"
                parameters.append(hits[-1][0])
            found = self.opened.execute(
                f"SELECT {TIME}, {ID}, filename FROM {self._events(files[at : at + size])} WHERE {sql}"  # noqa: S608
                f" ORDER BY {TIME} DESC, {ID} DESC LIMIT {limit:d}",
                parameters,
            ).fetchall()
            hits = sorted([*hits, *found], key=lambda hit: hit[:2], reverse=True)[:limit]
            at, size = at + size, size * _GROWTH
        return hits

    def whole(self, files: Sequence[DataFile], hits: Sequence[_Hit]) -> list[dict[str, Any]]:
        """The events of these hits with all their fields."""
        if not hits:
            return []
        paths = {path for _, _, path in hits}
        source = self._events([file for file in files if file.path in paths])
        rows = by_id(self.opened, self.columns, source, [id_ for _, id_, _ in hits], (hits[-1][0], hits[0][0]))
        return sorted(rows, key=lambda row: (row["@timestamp"], row["event.id"]), reverse=True)

    def _events(self, files: Sequence[DataFile]) -> str:
        fresh = [file for file in files if file in self.fresh]
        return events(self.columns, fresh, [file for file in files if file not in self.fresh])
