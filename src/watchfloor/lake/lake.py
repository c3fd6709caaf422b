"""The lake of a home: fresh files, the Delta table, and consistent snapshots of both."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from watchfloor.core.errors import StoreError
from watchfloor.lake import compaction, fresh
from watchfloor.lake.compaction import Places
from watchfloor.lake.fresh import FreshFile, register
from watchfloor.lake.names import Columns, stored_columns
from watchfloor.lake.table import DataFile, data_files, fold, held, open_table
from watchfloor.schema.events import EventBatch
from watchfloor.store.engine import Store
from watchfloor.store.tables import fresh_file

__all__ = ["DataFile", "FreshFile", "Lake", "Snapshot", "register"]

_TRIES = 10


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent view: each committed event is in exactly one of the files.

    Attributes:
        fresh: committed files that the table does not hold, newest events first.
        table: the table's files, newest events first.
        columns: which column holds which field.
    """

    fresh: tuple[DataFile, ...]
    table: tuple[DataFile, ...]
    columns: Columns


class Lake:
    """The event store below `home/lake`. Everything that writes is for the home's one writer."""

    def __init__(self, home: Path, store: Store) -> None:
        self._store = store
        self._places = Places((home / "lake" / "fresh").absolute(), (home / "lake" / "events").absolute())

    @cached_property
    def _columns(self) -> Columns:
        with self._store.read() as connection:
            return stored_columns(connection)

    def write_fresh(self, events: EventBatch, name: str) -> FreshFile:
        """Write a batch as a file named after its first event; `register` commits it.

        Raises:
            StoreError: the disk is full or cannot be written.
        """
        return fresh.write_fresh(self._places.fresh, events, name.replace(":", "-"), self._columns)

    def recover(self) -> None:
        """After a crash: finish a half-done move into the table and delete files that no commit names."""
        compaction.recover(self._store, self._places, self._columns)

    def compact(self) -> int:
        """Move the fresh files into the table, with bounded memory; the number of files moved.

        Raises:
            StoreError: the table cannot be written; the fresh files stay.
        """
        return compaction.compact(self._store, self._places, self._columns)

    def sweep(self, grace: dt.timedelta = compaction.GRACE) -> None:
        """Delete fresh files that the table has held for `grace`."""
        compaction.sweep(self._store, self._places, grace)

    def fold(self, day: dt.date) -> int:
        """Put the files of a closed day together to about 256 MB each; the number of files replaced."""
        return fold(self._places.table, day, self._columns, compaction.GRACE)

    def snapshot(self) -> Snapshot:
        """The files that hold every committed event once; safe while another process writes.

        The table is opened before the fresh files are listed, so a file that this state of the table holds is known by
        its number; and it is opened again afterwards: if it has moved on, files may have gone with it, so once more.

        Raises:
            StoreError: the table kept changing.
        """
        table = open_table(self._places.table)
        for _ in range(_TRIES):
            with self._store.read() as connection:
                rows = connection.execute(sa.select(fresh_file)).all()
                columns = stored_columns(connection)
            newer = open_table(self._places.table)
            if held(newer) == held(table):
                listed = [
                    DataFile(str(self._places.fresh / row.name), row.first_time, row.last_time)
                    for row in rows
                    if row.compaction is None or row.compaction > held(table)
                ]
                return Snapshot(_newest_first(listed), _newest_first(data_files(newer)), columns)
            table = newer
        raise StoreError("its files change too fast to be read", place=str(self._places.table), way_out="Try again")


def _newest_first(files: list[DataFile]) -> tuple[DataFile, ...]:
    return tuple(sorted(files, key=lambda file: (file.last_time, file.first_time, file.path), reverse=True))
