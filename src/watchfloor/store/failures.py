"""What a database or the file system says when it cannot go on, as one clear StoreError."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from watchfloor.core.errors import StoreError

FREE = "Free some space and run again: it goes on where it stopped"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_SQLITE = {
    sqlite3.SQLITE_FULL: ("the disk is full", FREE),
    sqlite3.SQLITE_IOERR: ("the disk is full or failing", FREE),
    sqlite3.SQLITE_BUSY: ("another process keeps it locked", "Wait for the other process and run again"),
    sqlite3.SQLITE_READONLY: ("it cannot be written", "Check owner and mode of the home"),
    sqlite3.SQLITE_CANTOPEN: ("it cannot be opened", "Check owner and mode of the home"),
    sqlite3.SQLITE_CORRUPT: ("it is damaged", "Restore the home from a copy"),
    sqlite3.SQLITE_NOTADB: ("it is no Watchfloor store", "Give another --home"),
}


@contextmanager
def refusal(place: str) -> Iterator[None]:
    """In this block a database that cannot go on raises StoreError with the way out.

    What the statements got wrong (a broken constraint, bad SQL) passes as it is: that is a fault of this program.
    """
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the low byte is the kind, the rest says where
        if code not in _SQLITE:
            raise
        thing, way_out = _SQLITE[code]
        raise StoreError(f"{thing} ({error.orig})", place=place, way_out=way_out) from error


def unwritable(error: OSError, place: str) -> StoreError:
    """The StoreError of a file that could not be written."""
    if error.errno in _FULL:
        return StoreError("the disk is full", place=place, way_out=FREE)
    reason = error.strerror or str(error)
    return StoreError(f"cannot be written: {reason}", place=place, way_out="Check owner and mode of the home")
