"""Fresh files: one Parquet file per committed batch."""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlalchemy as sa

from watchfloor.core.errors import StoreError
from watchfloor.core.failpoints import failpoint
from watchfloor.lake.names import EVENT_DATE, ID, ORIGINAL, REST_COLUMN, TIME, Columns, store_columns
from watchfloor.schema.events import EventBatch
from watchfloor.store.failures import unwritable
from watchfloor.store.tables import fresh_file

ROW_GROUP = 122_880
UNIQUE = (ID, ORIGINAL, "message", REST_COLUMN)
"""Columns whose values hardly repeat: a dictionary would only cost."""
_EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
_AHEAD = dt.timedelta(days=365)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


@dataclass(frozen=True, slots=True)
class FreshFile:
    """A written file that `register` commits.

    Attributes:
        name: file name below `fresh/`.
        bytes: size of its events in memory.
        first_time: earliest and `last_time` latest @timestamp.
        columns: pairs of field and column.
    """

    name: str
    rows: int
    bytes: int
    first_time: dt.datetime
    last_time: dt.datetime
    columns: tuple[tuple[str, str], ...]


def write_fresh(folder: Path, events: EventBatch, name: str, columns: Columns) -> FreshFile:
    """Write a batch so that it survives a power cut whole or not at all: temporary file, fsync, rename, fsync.

    Raises:
        StoreError: the disk is full or cannot be written, or the file exists; nothing is left.
    """
    if not _NAME.fullmatch(name) or not len(events):
        raise StoreError("is no name for a batch of events, or the batch is empty", place=repr(name))
    path, torn = folder / f"{name}.parquet", folder / f"{name}.tmp"
    if path.exists():
        raise StoreError("a batch of this name is already there", place=str(path))
    pairs = _filled(events.table, columns)
    table = pa.table([events.table[field] for field, _ in pairs], names=[column for _, column in pairs])
    table = table.append_column(EVENT_DATE, event_dates(events.table))
    times = pc.min_max(table[TIME]).as_py()
    failpoint("fresh.before_write")
    try:
        _write(table, torn)
        failpoint("fresh.before_rename")
        torn.rename(path)
        _sync(folder)
    except OSError as error:
        torn.unlink(missing_ok=True)
        raise unwritable(error, str(path)) from error
    failpoint("fresh.after_rename")
    return FreshFile(path.name, len(events), events.table.nbytes, times["min"], times["max"], pairs)


def register(connection: sa.Connection, file: FreshFile) -> None:
    """Commit a fresh file, within the caller's transaction."""
    store_columns(connection, file.columns)
    connection.execute(
        sa.insert(fresh_file).values(
            name=file.name, rows=file.rows, bytes=file.bytes, first_time=file.first_time, last_time=file.last_time
        )
    )


def event_dates(table: pa.Table) -> pa.ChunkedArray:
    """The day that each event is filed under: its own, or that of ingestion when the time is absurd.

    Absurd is before 1990 or more than a year after ingestion; old logs read today are honest.
    """
    times, ingested = table["@timestamp"], table["event.ingested"]
    absurd = pc.or_(
        pc.less(times, pa.scalar(_EARLIEST, times.type)), pc.greater(times, pc.add(ingested, pa.scalar(_AHEAD)))
    )
    day = pc.if_else(pc.fill_null(absurd, fill_value=True), ingested, times)
    return pc.cast(pc.floor_temporal(day, unit="day"), pa.date32())


def _filled(table: pa.Table, columns: Columns) -> tuple[tuple[str, str], ...]:
    """Fields that at least one event has, with their columns."""
    return tuple(
        (name, columns.physical(name)) for name in table.column_names if table[name].null_count < table.num_rows
    )


def _write(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    dictionary = [name for name in table.column_names if name not in UNIQUE]
    with path.open("wb") as file:
        with pq.ParquetWriter(
            file,
            table.schema,
            compression="zstd",
            compression_level=3,
            use_dictionary=dictionary,
            write_statistics=[TIME],
            store_schema=False,
        ) as writer:
            writer.write_table(table.slice(0, ROW_GROUP), row_group_size=ROW_GROUP)
            failpoint("fresh.torn")
            if len(table) > ROW_GROUP:
                writer.write_table(table.slice(ROW_GROUP), row_group_size=ROW_GROUP)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
