"""Events by their ids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from watchfloor.lake.duck import connection, events, over_snapshot
from watchfloor.lake.lake import Lake, Snapshot
from watchfloor.lake.names import EVENT_DATE, ID, TIME, Columns
from watchfloor.schema.events import flat_event


def fetch(
    lake: Lake, ids: Sequence[str], first: dt.datetime, last: dt.datetime, fields: Iterable[str] | None = None
) -> dict[str, dict[str, Any]]:
    """Flat events by id; one that the lake does not have (any more) is left out.

    Args:
        lake: to look in.
        ids: of the events.
        first: time of the earliest of them.
        last: time of the latest.
        fields: that are wanted beside the id; those that the lake does not know are left out, None takes all.

    Raises:
        StoreError: it needs too much memory or time, or the lake cannot be read.
    """
    wanted = None if fields is None else tuple(fields)
    found = over_snapshot(lake, "events of alerts", lambda snapshot: _fetched(snapshot, ids, (first, last), wanted))
    return {row["event.id"]: row for row in found}


def _fetched(
    snapshot: Snapshot, ids: Sequence[str], span: tuple[dt.datetime, dt.datetime], fields: Sequence[str] | None
) -> list[dict[str, Any]]:
    fresh, table = (
        [file for file in files if file.first_time <= span[1] and file.last_time >= span[0]]
        for files in (snapshot.fresh, snapshot.table)
    )
    with connection([*fresh, *table]) as opened:
        return by_id(opened, snapshot.columns, events(snapshot.columns, fresh, table), ids, span, fields)


def by_id(
    opened: duckdb.DuckDBPyConnection,
    columns: Columns,
    source: str,
    ids: Sequence[str],
    span: tuple[dt.datetime, dt.datetime],
    fields: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """The flat events of a subquery (`duck.events`) that have one of the ids, in any order; see `fetch`."""
    selected = f"* EXCLUDE ({EVENT_DATE}, filename)"
    if fields is not None:
        known = dict.fromkeys((ID, *(column for field in fields if (column := columns.find(field)) is not None)))
        selected = ", ".join(f'"{column}"' for column in known)
    found = opened.sql(
        f"SELECT {selected} FROM {source} WHERE {TIME} BETWEEN ? AND ? AND {ID} IN (SELECT unnest(?))",  # noqa: S608
        params=[*span, list(ids)],
    ).to_arrow_table()
    used = [
        name for name in found.column_names if found[name].null_count < found.num_rows
    ]  # of a thousand, some dozens
    named = found.select(used).rename_columns([columns.logical(column) or column for column in used])
    return [flat_event(row) for row in named.to_pylist()]
