"""The lake of a home: fresh files, the Delta table, and consistent snapshots of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
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
from watchfloor.core.failpoints import failpoint
from watchfloor.lake.fresh import EVENT_DATE, ROW_GROUP, UNIQUE, FreshFile, write_fresh
from watchfloor.lake.names import physical
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import declared
from watchfloor.store.engine import Store
from watchfloor.store.tables import fresh_file

__all__ = ["FreshFile", "Lake", "Snapshot", "register"]

_APPLICATION = "watchfloor"
_ROWS_AT_ONCE = 1_000_000
"""Rows of fresh files moved in one go: bounds memory to about a gigabyte of wide events."""
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of one consistent view: each committed event is in exactly one of them."""

    files: tuple[str, ...]


def register(connection: sa.Connection, file: FreshFile) -> None:
    """Commit a fresh file, within the caller's transaction."""
    connection.execute(
        sa.insert(fresh_file).values(
            name=file.name, rows=file.rows, first_time=file.first_time, last_time=file.last_time, compaction=None
        )
    )


class Lake:
    """The event store below `home/lake`."""

    def __init__(self, home: Path, store: Store) -> None:
        self._store = store
        self._fresh = home / "lake" / "fresh"
        self._table = home / "lake" / "events"

    def write_fresh(self, events: EventBatch, name: str) -> FreshFile:
        """Write a batch as a file named after its first event; `register` commits it.

        Raises:
            StoreError: the disk is full or cannot be written.
        """
        return write_fresh(self._fresh, events, name.replace(":", "-"))

    def recover(self) -> None:
        """After a crash: finish a half-done move into the table and delete files that no commit names."""
        with self._store.read() as connection:
            rows = connection.execute(sa.select(fresh_file.c.name, fresh_file.c.compaction)).all()
        planned = {row.compaction for row in rows if row.compaction is not None}
        for number in sorted(planned):
            self._move(number, [row.name for row in rows if row.compaction == number])
        with self._store.read() as connection:
            committed = set(connection.execute(sa.select(fresh_file.c.name)).scalars())
        for path in self._fresh.glob("*") if self._fresh.exists() else ():
            if path.name not in committed:
                path.unlink()

    def compact(self) -> None:
        """Move the fresh files into the table, in the order of their events, with bounded memory.

        Raises:
            StoreError: the table cannot be written; the fresh files stay.
        """
        while True:
            with self._store.transaction() as connection:
                waiting = (
                    sa.select(fresh_file).where(fresh_file.c.compaction.is_(None)).order_by(fresh_file.c.first_time)
                )
                names, rows = [], 0
                for row in connection.execute(waiting):
                    if names and rows + row.rows > _ROWS_AT_ONCE:
                        break
                    names.append(row.name)
                    rows += row.rows
                if not names:
                    return
                number = (self._version() or 0) + 1
                connection.execute(sa.update(fresh_file).where(fresh_file.c.name.in_(names)).values(compaction=number))
            failpoint("compact.planned")
            self._move(number, names)

    def snapshot(self) -> Snapshot:
        """The files that hold every committed event once, newest first; safe while another process writes.

        Raises:
            StoreError: files kept vanishing while they were listed.
        """
        for _ in range(_TRIES):
            with self._store.read() as connection:
                newest = sa.select(fresh_file).order_by(fresh_file.c.last_time.desc(), fresh_file.c.name)
                rows = connection.execute(newest).all()
            table = self._open()
            held = self._version(table) or 0
            names = [row.name for row in rows if row.compaction is None or row.compaction > held]
            paths = [self._fresh / name for name in names]
            if all(path.exists() for path in paths):
                return Snapshot((*map(str, paths), *_newest_first(table)))
        raise StoreError("its files change too fast to be read", place=str(self._fresh), way_out="Try again")

    def _move(self, number: int, names: Sequence[str]) -> None:
        """Write files into the table unless it holds them, then forget and delete them."""
        if (self._version() or 0) < number:
            tables = [pq.read_table(self._fresh / name) for name in names]
            merged = pa.concat_tables(tables, promote_options="default").sort_by("timestamp")
            try:
                self._append(merged, number)
            except (DeltaError, OSError) as error:
                raise StoreError(
                    f"cannot be written: {error}", place=str(self._table), way_out="Free some space and run again"
                ) from error
        failpoint("compact.delta_written")
        with self._store.transaction() as connection:
            connection.execute(sa.delete(fresh_file).where(fresh_file.c.name.in_(names)))
        failpoint("compact.before_delete")
        for name in names:
            (self._fresh / name).unlink(missing_ok=True)

    def _append(self, table: pa.Table, number: int) -> None:
        write_deltalake(
            str(self._table),
            table,
            mode="append",
            schema_mode="merge",
            partition_by=[EVENT_DATE],
            writer_properties=_writer_properties(table),
            commit_properties=CommitProperties(app_transactions=[Transaction(_APPLICATION, number)]),
        )

    def _open(self) -> DeltaTable | None:
        try:
            return DeltaTable(str(self._table))
        except TableNotFoundError:
            return None

    def _version(self, table: DeltaTable | None = None) -> int | None:
        opened = table or self._open()
        return None if opened is None else opened.transaction_version(_APPLICATION)


def _newest_first(table: DeltaTable | None) -> list[str]:
    if table is None:
        return []
    actions = pa.table(table.get_add_actions(flatten=True))
    days = actions[f"partition.{EVENT_DATE}"].to_pylist()
    root = table.table_uri.removeprefix("file://").rstrip("/")
    paths = [f"{root}/{path}" for path in actions["path"].to_pylist()]
    return [path for _, path in sorted(zip(days, paths, strict=True), reverse=True)]


def _writer_properties(table: pa.Table) -> WriterProperties:
    """As measured: zstd, blooms with explicit counts on what people look for, no dictionary on unique columns."""
    properties: dict[str, ColumnProperties] = {}
    ndv = min(max(len(table), 1), ROW_GROUP)
    for field in declared().values():
        name = physical(field.name)
        if name not in table.column_names:
            continue
        if name in UNIQUE:
            properties[name] = ColumnProperties(dictionary_enabled=False)
        elif (field.related or field.name in {"process.name", "dns.question.name", "event.code"}) and not field.array:
            bloom = BloomFilterProperties(set_bloom_filter_enabled=True, fpp=0.01, ndv=ndv)
            properties[name] = ColumnProperties(bloom_filter_properties=bloom)
    return WriterProperties(
        compression="ZSTD", compression_level=3, max_row_group_size=ROW_GROUP, column_properties=properties
    )
