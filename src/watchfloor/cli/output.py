"""Flat events and alerts as JSON lines, and the files that results go to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from watchfloor.core.clock import iso
from watchfloor.core.errors import UsageError


def json_line(value: Any) -> bytes:
    """One JSON document and a line end; times as ISO 8601 in UTC with a Z."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_PASSTHROUGH_DATETIME)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return iso(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


@contextmanager
def output_file(path: Path | None) -> Iterator[BinaryIO | None]:
    """A file for results, opened before the work so that a wrong path costs nothing.

    Raises:
        UsageError: it cannot be written.
    """
    if path is None:
        yield None
        return
    try:
        file = path.open("wb")
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", place=str(path)) from error
    with file:
        yield file
