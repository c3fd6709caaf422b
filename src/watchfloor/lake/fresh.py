"""Fresh files: one Parquet file per committed batch."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from watchfloor.core.errors import StoreError
from watchfloor.core.failpoints import failpoint
from watchfloor.lake.names import logical, physical
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import REST

ROW_GROUP = 122_880
EVENT_DATE = "event_date"
_EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
_AHEAD = dt.timedelta(days=365)
UNIQUE = ("event_id", "event_original", "message", "watchfloor_rest")
"""Columns whose values hardly repeat: a dictionary would only cost."""


@dataclass(frozen=True, slots=True)
class FreshFile:
    """A written file that is not committed yet."""

    name: str
    rows: int
    first_time: dt.datetime
    last_time: dt.datetime


def write_fresh(folder: Path, events: EventBatch, name: str) -> FreshFile:
    """Write a batch so that it survives a power cut whole or not at all: temporary file, fsync, rename, fsync.

    Raises:
        StoreError: the disk is full or cannot be written; nothing is left.
    """
    table = to_columns(events)
    path = folder / f"{name}.parquet"
    torn = folder / f"{name}.tmp"
    failpoint("fresh.before_write")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(table, torn)
        failpoint("fresh.before_rename")
        torn.replace(path)
        _sync(folder)
    except OSError as error:
        torn.unlink(missing_ok=True)
        raise StoreError(
            f"cannot be written: {error.strerror or error}",
            place=str(path),
            way_out="Free some space and run again: it goes on where it stopped",
        ) from error
    failpoint("fresh.after_rename")
    times = pc.min_max(events.table["@timestamp"]).as_py()
    return FreshFile(path.name, len(events), times["min"], times["max"])


def to_columns(events: EventBatch) -> pa.Table:
    """The batch under physical names, without empty columns, with `event_date`."""
    table = events.table
    merged: dict[str, tuple[str, pa.ChunkedArray]] = {}
    spill: dict[str, pa.ChunkedArray] = {}
    for name in table.column_names:
        column = table[name]
        if column.null_count == len(column):
            continue
        target = physical(name)
        known = merged.get(target.lower())
        if known is None:
            merged[target.lower()] = (target, column)
            continue
        both = pc.and_(pc.is_valid(known[1]), pc.is_valid(column))
        if pc.any(both).as_py():
            spill[name] = pc.if_else(both, column, None)
        merged[target.lower()] = (known[0], pc.coalesce(known[1], column))
    columns = dict(merged.values())
    if spill:
        columns[physical(REST)] = _spilled(columns.get(physical(REST)), spill, len(table))
    columns[EVENT_DATE] = _dates(table)
    return pa.table(columns)


def from_columns(table: pa.Table) -> pa.Table:
    """A table under physical names as events' columns."""
    kept = table.drop_columns([name for name in (EVENT_DATE,) if name in table.column_names])
    return kept.rename_columns([logical(name) for name in kept.column_names])


def _dates(table: pa.Table) -> pa.ChunkedArray:
    """The day of the event; absurd times (years off) are filed under the day of ingestion."""
    times, ingested = table["@timestamp"], table["event.ingested"]
    absurd = pc.or_(
        pc.less(times, pa.scalar(_EARLIEST, times.type)), pc.greater(times, pc.add(ingested, pa.scalar(_AHEAD)))
    )
    return pc.cast(pc.if_else(absurd, ingested, times), pa.date32(), safe=False)


def _spilled(rest: pa.ChunkedArray | None, spill: dict[str, pa.ChunkedArray], size: int) -> pa.Array:
    rows: Sequence[str | None] = rest.to_pylist() if rest is not None else [None] * size
    values = {name: column.to_pylist() for name, column in spill.items()}
    texts = []
    for at, text in enumerate(rows):
        more = {name: column[at] for name, column in values.items() if column[at] is not None}
        texts.append(orjson.dumps({**orjson.loads(text or "{}"), **more}).decode() if more else text)
    return pa.array(texts, pa.string())


def _write(table: pa.Table, path: Path) -> None:
    dictionary = [name for name in table.column_names if name not in UNIQUE]
    with path.open("wb") as file:
        with pq.ParquetWriter(
            file, table.schema, compression="zstd", compression_level=3, use_dictionary=dictionary
        ) as writer:
            half = len(table) // 2
            writer.write_table(table.slice(0, half), row_group_size=ROW_GROUP)
            failpoint("fresh.torn")
            writer.write_table(table.slice(half), row_group_size=ROW_GROUP)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
