"""Moves fresh files into the table, so that each event is seen exactly once at every moment, whatever stops it.

The steps: number the files in the store (`compaction`), append them in one commit of the table that carries the number,
mark them (`compacted`), and delete them once no reader can still need them. A file whose number the table holds is in
the table; all others are not.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlalchemy as sa

from watchfloor.core.clock import utc_now
from watchfloor.core.errors import StoreError
from watchfloor.core.failpoints import failpoint
from watchfloor.lake import table
from watchfloor.lake.names import TIME, Columns
from watchfloor.store.engine import Store
from watchfloor.store.tables import fresh_file

GRACE = dt.timedelta(minutes=10)
"""How long a moved file stays for readers: longer than the longest query (`duck.TIMEOUT`)."""
_ROWS_AT_ONCE = 1_000_000
_BYTES_AT_ONCE = 1 << 28
"""Measured: 1.4 GB at the peak of a move against 3.0 with four times as much, and a third faster."""
_CHUNK = 500
_ROOM, _ROOM_AT_LEAST = 4, 1 << 20
"""Free bytes per byte moved, and at least: events of many days become many small files."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the lake of a home lies."""

    fresh: Path
    table: Path


def compact(store: Store, places: Places, columns: Columns) -> int:
    """Move all fresh files, oldest events first, about 256 MB of events at a time.

    Returns:
        How many files were moved.

    Raises:
        StoreError: something cannot be written; files that were not moved stay.
    """
    moved = 0
    while names := _plan(store, places):
        moved += len(names)
        failpoint("compact.planned")
        _finish(store, places, columns)
    return moved


def recover(store: Store, places: Places, columns: Columns) -> None:
    """After a crash: finish a half-done move and delete the files that no commit names. For the one writer.

    Moves that the table has lost (its newest commits can be behind the store's after a power cut) are done again.
    """
    with store.transaction() as connection:
        lost = fresh_file.c.compaction > table.held(table.open_table(places.table))
        connection.execute(sa.update(fresh_file).where(lost).values(compacted=None))
    _finish(store, places, columns)
    with store.read() as connection:
        committed = set(connection.execute(sa.select(fresh_file.c.name)).scalars())
    for path in places.fresh.glob("*") if places.fresh.exists() else ():
        if path.name not in committed:
            path.unlink()


def sweep(store: Store, places: Places, grace: dt.timedelta = GRACE) -> None:
    """Delete the fresh files that were moved longer ago than `grace` and that the table still holds."""
    with store.read() as connection:
        due = sa.select(fresh_file.c.name).where(
            fresh_file.c.compacted <= utc_now() - grace,
            fresh_file.c.compaction <= table.held(table.open_table(places.table)),
        )
        names = list(connection.execute(due).scalars())
    if not names:
        return
    failpoint("compact.before_delete")
    for name in names:
        (places.fresh / name).unlink(missing_ok=True)
    with store.transaction() as connection:
        for chunk in _chunks(names):
            connection.execute(sa.delete(fresh_file).where(fresh_file.c.name.in_(chunk)))


def _plan(store: Store, places: Places) -> list[str]:
    names: list[str] = []
    rows = size = 0
    with store.transaction() as connection:
        waiting = sa.select(fresh_file).where(fresh_file.c.compaction.is_(None)).order_by(fresh_file.c.first_time)
        for row in connection.execute(waiting):
            rows, size = rows + row.rows, size + row.bytes
            if names and (rows > _ROWS_AT_ONCE or size > _BYTES_AT_ONCE):
                break
            names.append(row.name)
        number = table.held(table.open_table(places.table)) + 1
        for chunk in _chunks(names):
            connection.execute(sa.update(fresh_file).where(fresh_file.c.name.in_(chunk)).values(compaction=number))
    return names


def _finish(store: Store, places: Places, columns: Columns) -> None:
    """Carry out what is planned and not marked."""
    with store.read() as connection:
        planned = sa.select(fresh_file.c.compaction, fresh_file.c.name).where(
            fresh_file.c.compaction.is_not(None), fresh_file.c.compacted.is_(None)
        )
        rows = connection.execute(planned.order_by(fresh_file.c.compaction, fresh_file.c.first_time)).all()
    for number in dict.fromkeys(row.compaction for row in rows):
        if table.held(table.open_table(places.table)) < number:
            names = [row.name for row in rows if row.compaction == number]
            _refuse_without_room(places, names)
            table.append(places.table, _read(places.fresh, names), number, columns)
        failpoint("compact.delta_written")
        with store.transaction() as connection:
            mark = sa.update(fresh_file).where(fresh_file.c.compaction == number)
            connection.execute(mark.values(compacted=utc_now()))
        failpoint("compact.marked")
    sweep(store, places)


def _refuse_without_room(places: Places, names: Sequence[str]) -> None:
    """Refuse before the writer starts: it leaves half-written files and noise when it meets a full disk."""
    paths = [places.fresh / name for name in names]  # a missing one is reported when it is read
    needed = _ROOM * sum(path.stat().st_size for path in paths if path.exists()) + _ROOM_AT_LEAST
    free = shutil.disk_usage(places.fresh).free
    if free < needed:
        raise StoreError(
            f"too little space to move events into the table: {needed:,} bytes needed, {free:,} free",
            place=str(places.table),
            way_out="Free some space and run again: it goes on where it stopped",
        )


def _read(folder: Path, names: Sequence[str]) -> pa.Table:
    """The events of these files, sorted by time."""
    try:
        tables = [pq.read_table(folder / name, partitioning=None) for name in names]
    except (OSError, pa.ArrowInvalid) as error:
        raise StoreError(
            f"a committed file cannot be read: {error}", place=str(folder), way_out="Restore the home from a copy"
        ) from error
    events = pa.concat_tables(tables, promote_options="default")
    times = events[TIME].combine_chunks()
    if pc.all(pc.less_equal(times[:-1], times[1:])).as_py() is False:
        return events.take(pc.sort_indices(times))
    return events


def _chunks(names: Sequence[str]) -> list[Sequence[str]]:
    return [names[start : start + _CHUNK] for start in range(0, len(names), _CHUNK)]
