"""DuckDB over a snapshot: locked down, one connection per query."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
_Result = TypeVar("_Result")


def over_snapshot(lake: Lake, query: Callable[[Snapshot], _Result]) -> _Result:
    """The query's result over the newest snapshot, once more when a file went away meanwhile.

    Raises:
        StoreError: a file of the snapshot cannot be read, twice.
    """
    try:
        return query(lake.snapshot())
    except duckdb.IOException:
        snapshot = lake.snapshot()
    try:
        return query(snapshot)
    except duckdb.IOException as error:
        raise StoreError(
            f"a file of the lake cannot be read: {error}", way_out="Restore the home from a copy"
        ) from error


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


@contextmanager
def explained(text: str) -> Iterator[None]:
    """DuckDB's complaints about a query as ours; a file that cannot be read stays duckdb.IOException."""
    try:
        yield
    except duckdb.IOException:
        raise
    except duckdb.OutOfMemoryException as error:
        raise StoreError("the query needs more memory than it may use", place=text, way_out="Ask for less") from error
    except duckdb.InterruptException as error:
        raise StoreError("the query was stopped, it took too long", place=text, way_out="Ask for less") from error
    except duckdb.Error as error:
        raise QueryError(str(error).split("\n\nLINE", 1)[0], place=text) from error


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
