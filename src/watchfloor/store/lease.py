"""The lock of a home's one writer.

It is an exclusive transaction on a small SQLite file beside the store: the operating system drops it when the process
ends, however it ends; forked children do not inherit it; it holds within one process too, and on every system.
The row in the store only says who holds it.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from pathlib import Path

import sqlalchemy as sa

from watchfloor.core.clock import utc_now
from watchfloor.core.errors import StoreError
from watchfloor.store.tables import lease

FILE = "writer.lock"
WRITER = "writer"


class Lock:
    """Held from construction until `release` or the end of the process.

    Raises:
        BlockingIOError: another one holds it.
        StoreError: the home cannot be written.
    """

    def __init__(self, home: Path) -> None:
        self._connection = sqlite3.connect(home / FILE, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            self._connection.close()
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise BlockingIOError from None
            raise StoreError(
                f"cannot be written: {error}",
                place=str(home),
                way_out="Check its owner and mode, or give another --home",
            ) from error

    def release(self) -> None:
        """Let the next one in; a second call does nothing."""
        self._connection.close()


def note_writer(connection: sa.Connection) -> None:
    """Write this process down as the writer."""
    connection.execute(sa.delete(lease).where(lease.c.name == WRITER))
    connection.execute(
        sa.insert(lease).values(name=WRITER, holder=socket.gethostname(), pid=os.getpid(), since=utc_now())
    )


def refusal_of_second(connection: sa.Connection, home: Path) -> StoreError:
    """The error that names the writer who holds the home."""
    row = connection.execute(sa.select(lease).where(lease.c.name == WRITER)).one_or_none()
    who = f"process {row.pid} on {row.holder}, since {row.since:%Y-%m-%d %H:%M:%S} UTC," if row else "another process"
    return StoreError(f"{who} is writing to this home", place=str(home), way_out="Wait for it, or give another --home")
