"""DuckDB over a snapshot: locked down, one connection per query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import duckdb

from watchfloor.core.errors import QueryError, StoreError
from watchfloor.lake.lake import Lake, Snapshot

_Result = TypeVar("_Result")
_TRIES = 3


def over_snapshot(lake: Lake, query: Callable[[Snapshot], _Result]) -> _Result:
    """The query's result over the newest snapshot, again when a file was moved into the table meanwhile."""
    for _ in range(_TRIES - 1):
        try:
            return query(lake.snapshot())
        except duckdb.IOException:
            continue
    return query(lake.snapshot())


@contextmanager
def connection(files: Sequence[str], memory: str = "2GB") -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read these files and nothing else, and cannot be reconfigured."""
    opened = duckdb.connect(":memory:", config={"memory_limit": memory, "temp_directory": ""})
    try:
        opened.execute("SET TimeZone = 'UTC'")
        opened.execute("SET allowed_paths = ?", [list(files)])
        opened.execute("SET enable_external_access = false")
        opened.execute("SET lock_configuration = true")
        yield opened
    finally:
        opened.close()


def scan(files: Sequence[str]) -> str:
    """The table function that reads the files as one table; file names are the lake's own, quoted all the same."""
    listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    return f"read_parquet([{listed}], union_by_name = true, hive_partitioning = true)"


@contextmanager
def explained(text: str) -> Iterator[None]:
    """DuckDB's complaints about a query as ours."""
    try:
        yield
    except duckdb.IOException:
        raise
    except duckdb.OutOfMemoryException as error:
        raise StoreError("the query needs more memory than it may use", place=text, way_out="Ask for less") from error
    except duckdb.Error as error:
        raise QueryError(str(error).split("\n\nLINE", 1)[0], place=text) from error
