"""The Delta table of older events."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
from deltalake import (
    BloomFilterProperties,
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import DeltaError, TableNotFoundError

from watchfloor.core.errors import StoreError
from watchfloor.lake.fresh import ROW_GROUP, UNIQUE
from watchfloor.lake.names import EVENT_DATE, TIME, Columns
from watchfloor.schema.fields import declared
from watchfloor.store.failures import FREE

_APPLICATION = "watchfloor"
_CONFIGURATION = {
    "delta.dataSkippingStatsColumns": TIME,  # statistics of every column would make up most of the log
    "delta.checkpointInterval": "20",
}
_STATISTICS_PRECISION = dt.timedelta(milliseconds=1)  # Delta cuts times in its log to milliseconds
_BEGINNING, _END = dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC)
_SOUGHT = frozenset({"process.name", "dns.question.name", "url.domain"})
_SYNCED_LOG = 4
"""Newest entries of the log folder, in the order of names: the commit, a checkpoint, and the pointer to it."""
FOLDED_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of events.

    Attributes:
        path: absolute.
        first_time: no event of it is earlier; `last_time`: none is later.
    """

    path: str
    first_time: dt.datetime
    last_time: dt.datetime


def open_table(path: Path) -> DeltaTable | None:
    """The newest state of the table, None before the first append.

    Raises:
        StoreError: its log cannot be read.
    """
    try:
        return DeltaTable(str(path))
    except TableNotFoundError:
        return None
    except DeltaError as error:
        reason = str(error).splitlines()[0]
        raise StoreError(f"is damaged: {reason}", place=str(path), way_out="Restore the home from a copy") from error


def held(table: DeltaTable | None) -> int:
    """Number of the last compaction that the table holds, 0 for none."""
    return 0 if table is None else table.transaction_version(_APPLICATION) or 0


def append(path: Path, events: pa.Table, number: int, columns: Columns) -> None:
    """Add events, sorted by time, in one commit that carries the compaction's number.

    Delta accepts a number twice: the caller checks `held` first.

    Raises:
        StoreError: the table cannot be written; it stays as it was.
    """
    known = open_table(path)
    before = {file.path for file in data_files(known)}  # the write moves `known` on
    try:
        write_deltalake(
            str(path) if known is None else known,
            events,
            mode="append",
            schema_mode="merge",
            partition_by=[EVENT_DATE],
            configuration=_CONFIGURATION if known is None else None,
            writer_properties=_properties(events.column_names, len(events), columns),
            commit_properties=CommitProperties(app_transactions=[Transaction(_APPLICATION, number)]),
        )
        _sync_new(path, before)
    except (DeltaError, OSError) as error:
        raise _refused(error, path) from error


def data_files(table: DeltaTable | None) -> list[DataFile]:
    """The files of this state of the table."""
    if table is None:
        return []
    root = Path(unquote(table.table_uri.removeprefix("file://")))
    actions = pa.table(table.get_add_actions(flatten=True))
    wanted = actions.select(["path", f"min.{TIME}", f"max.{TIME}"]).to_pydict()
    return [
        DataFile(
            str(root / unquote(path)),
            max(first, _BEGINNING + _STATISTICS_PRECISION) - _STATISTICS_PRECISION,
            min(last, _END - _STATISTICS_PRECISION) + _STATISTICS_PRECISION,
        )
        for path, first, last in zip(*wanted.values(), strict=True)
    ]


def _sync_new(path: Path, before: set[str]) -> None:
    """Make the newest commit survive a power cut, data before log: the Delta writer itself syncs nothing."""
    new = [Path(file.path) for file in data_files(open_table(path)) if file.path not in before]
    log = path / "_delta_log"
    folders = {file.parent for file in new} | {path, path.parent}
    for place in (*new, *sorted(folders), *sorted(log.iterdir())[-_SYNCED_LOG:], log):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def fold(path: Path, day: dt.date, columns: Columns, keep: dt.timedelta) -> int:
    """Put the files of a day together to files of about 256 MB.

    Args:
        path: the table's folder.
        day: of the partition.
        columns: the mapping of fields to columns.
        keep: how long the replaced files stay for readers.

    Returns:
        How many files were replaced.

    Raises:
        StoreError: the table cannot be written; it stays as it was.
    """
    table = open_table(path)
    if table is None:
        return 0
    names = [field.name for field in table.schema().fields]
    try:
        done = table.optimize.compact(
            partition_filters=[(EVENT_DATE, "=", day.isoformat())],
            target_size=FOLDED_BYTES,
            max_concurrent_tasks=1,
            writer_properties=_properties(names, ROW_GROUP, columns),
        )
        hours = max(1, round(keep / dt.timedelta(hours=1)))
        table.vacuum(retention_hours=hours, dry_run=False, enforce_retention_duration=False)
    except (DeltaError, OSError) as error:
        raise _refused(error, path) from error
    return int(done["numFilesRemoved"])


def _properties(names: Sequence[str], rows: int, columns: Columns) -> WriterProperties:
    """As measured: zstd, blooms with explicit counts on what people look for, no dictionary on unique columns."""
    properties = {name: ColumnProperties(dictionary_enabled=False) for name in UNIQUE if name in names}
    ndv = max(1, min(rows, ROW_GROUP))
    for field in declared().values():
        column = columns.physical(field.name)
        sought = field.type == "ip" or field.related or field.name in _SOUGHT
        if column in names and sought and not field.array:
            bloom = BloomFilterProperties(set_bloom_filter_enabled=True, fpp=0.01, ndv=ndv)
            properties[column] = ColumnProperties(bloom_filter_properties=bloom)
    return WriterProperties(
        compression="ZSTD", compression_level=3, max_row_group_size=ROW_GROUP, column_properties=properties
    )


def _refused(error: Exception, path: Path) -> StoreError:
    return StoreError(f"the table cannot be written: {error}", place=str(path), way_out=FREE)
