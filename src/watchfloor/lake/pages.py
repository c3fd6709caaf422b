"""The stored events page by page, as the engine takes them: for going over the past with bounded memory."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from watchfloor.core.errors import StoreError
from watchfloor.lake.lake import Lake, Snapshot
from watchfloor.lake.names import EVENT_DATE, TIME
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import REST, declared

PAGE = 50_000
"""Most events of a page."""


def pages(
    lake: Lake,
    wanted: frozenset[str],
    *,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    size: int = PAGE,
) -> Iterator[EventBatch]:
    """Every committed event with `since` <= time < `until` once, in pages of at most `size`, oldest files first.

    Args:
        lake: of the home.
        wanted: fields that must be columns where events have them, as in `parsers.dispatch.parse_records`.
        since: no event is earlier.
        until: every event is earlier.
        size: events of a page.

    Raises:
        StoreError: a file cannot be read, or went away because this took longer than the lake keeps replaced files.
    """
    snapshot = lake.snapshot()
    files = [
        file
        for file in (*snapshot.fresh, *snapshot.table)
        if (since is None or file.last_time >= since) and (until is None or file.first_time < until)
    ]
    for file in sorted(files, key=lambda file: (file.first_time, file.path)):
        try:
            with pq.ParquetFile(file.path) as opened:
                for part in opened.iter_batches(size, use_threads=False):
                    found = _within(pa.Table.from_batches([part]), since, until)
                    if len(found):
                        yield _page(found, snapshot, wanted)
        except (OSError, pa.ArrowInvalid) as error:
            reason = str(error).partition("\n")[0][:200]
            raise StoreError(f"cannot be read: {reason}", place=file.path, way_out="Try again") from error


def _within(table: pa.Table, since: dt.datetime | None, until: dt.datetime | None) -> pa.Table:
    for moment, holds in ((since, pc.greater_equal), (until, pc.less)):
        if moment is not None:
            table = table.filter(holds(table[TIME], pa.scalar(moment, table[TIME].type)))
    return table


def _page(table: pa.Table, snapshot: Snapshot, wanted: frozenset[str]) -> EventBatch:
    kept = [name for name in table.column_names if name != EVENT_DATE and table[name].null_count < len(table)]
    named = table.select(kept).rename_columns([snapshot.columns.logical(name) or name for name in kept])
    return EventBatch.of(_spread(named, wanted))


def _spread(table: pa.Table, wanted: frozenset[str]) -> pa.Table:
    """With a column of text for each wanted field that some event has among the rest only."""
    names = wanted - declared().keys()
    if REST not in table.column_names or not names:
        return table
    rest = [orjson.loads(text) if text else {} for text in table[REST].to_pylist()]
    for name in sorted(names.intersection(itertools.chain.from_iterable(rest))):
        values = [_text(members.get(name)) for members in rest]
        if not any(value is not None for value in values):
            continue
        column = pa.chunked_array([pa.array(values, pa.string())])
        if name in table.column_names:
            at = table.column_names.index(name)
            table = table.set_column(at, name, pc.coalesce(table[name].cast(pa.string()), column))
        else:
            table = table.append_column(name, column)
    return table


def _text(value: Any) -> str | None:
    """As parsers write a field of another type that is a column: texts as they are, all else as JSON."""
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()
