"""DuckDB over a snapshot: locked down, one connection per query."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb
import pyarrow as pa

from watchfloor.core.errors import QueryError, StoreError
from watchfloor.lake.lake import DataFile, Lake, Snapshot
from watchfloor.lake.names import EVENT_DATE, Columns
from watchfloor.schema.fields import arrow_type

TIMEOUT = dt.timedelta(minutes=5)
"""Longest run of one query; the lake keeps replaced files for longer."""
_TYPES = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
}
_CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "2GB",
    "temp_directory": "",  # no spilling to disk
    "python_enable_replacements": False,  # no reading of this program's variables by their names
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_TRIES = 5
_Result = TypeVar("_Result")


def over_snapshot(lake: Lake, text: str, query: Callable[[Snapshot], _Result]) -> _Result:
    """The result of a query over the newest snapshot, again when a file of it went away meanwhile.

    Raises:
        QueryError: DuckDB refuses the query; `text` is what the user wrote.
        StoreError: it needs too much memory or time, or a file cannot be read.
    """
    snapshot = lake.snapshot()
    for _ in range(_TRIES):
        try:
            return query(snapshot)
        except duckdb.Error as error:
            # A file that is gone shows as one of several errors: IOException, or PermissionException when locked down.
            gone = _gone(snapshot)
            if not gone:
                raise _explained(error, text, snapshot) from error
        snapshot = lake.snapshot()
        if lost := gone & _paths(snapshot):
            raise StoreError("a committed file is missing", place=min(lost), way_out="Restore the home from a copy")
    raise StoreError("its files change too fast to be read", place=text, way_out="Try again")


@contextmanager
def connection(files: Sequence[DataFile], timeout: dt.timedelta = TIMEOUT) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read these files and nothing else, cannot be reconfigured, and is stopped in time."""
    with duckdb.connect(":memory:", config=_CONFIGURATION) as opened:
        opened.execute("SET TimeZone = 'UTC'")
        opened.execute("SET allowed_paths = ?", [[file.path for file in files]])
        opened.execute("SET enable_external_access = false")
        opened.execute("SET lock_configuration = true")
        timer = threading.Timer(timeout.total_seconds(), opened.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield opened
        finally:
            timer.cancel()
            timer.join()


def events(columns: Columns, fresh: Sequence[DataFile], table: Sequence[DataFile]) -> str:
    """The subquery of all events in these files, with every column of the lake, and `filename`."""
    empty = ", ".join(f'NULL::{_type(name)} AS "{column}"' for name, column in columns)
    parts = [f"SELECT {empty}, NULL::DATE AS {EVENT_DATE}, NULL::VARCHAR AS filename WHERE false"]
    if fresh:
        parts.append(f"FROM read_parquet({_listed(fresh)}, union_by_name = true, filename = true)")
    if table:
        hive = f"hive_partitioning = true, hive_types = {{'{EVENT_DATE}': DATE}}"
        parts.append(f"FROM read_parquet({_listed(table)}, union_by_name = true, filename = true, {hive})")
    return f"({' UNION ALL BY NAME '.join(f'({part})' for part in parts)})"


def _type(name: str) -> str:
    type_ = arrow_type(name)
    return f"{_TYPES[type_.value_type]}[]" if pa.types.is_list(type_) else _TYPES[type_]


def _listed(files: Sequence[DataFile]) -> str:
    quoted = (file.path.replace("'", "''") for file in files)
    return "[" + ", ".join(f"'{path}'" for path in quoted) + "]"


def _paths(snapshot: Snapshot) -> set[str]:
    return {file.path for file in (*snapshot.fresh, *snapshot.table)}


def _gone(snapshot: Snapshot) -> set[str]:
    return {path for path in _paths(snapshot) if not Path(path).exists()}


def _explained(error: duckdb.Error, text: str, snapshot: Snapshot) -> QueryError | StoreError:
    if isinstance(error, duckdb.OutOfMemoryException):
        return StoreError("the query needs more memory than it may use", place=text, way_out="Ask for less")
    if isinstance(error, duckdb.InterruptException):
        return StoreError("the query was stopped, it took too long", place=text, way_out="Ask for less")
    if isinstance(error, duckdb.IOException) or any(path in str(error) for path in _paths(snapshot)):
        return StoreError(f"a file cannot be read: {error}", place=text, way_out="Restore the home from a copy")
    return QueryError(str(error).split("\n\nLINE", 1)[0], place=text)
