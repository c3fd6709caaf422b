"""Opens the relational store of a home: SQLite in WAL mode, one writer, any number of readers."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from watchfloor.core.errors import StoreError
from watchfloor.store import migrate
from watchfloor.store.failures import refusal
from watchfloor.store.lease import Lock, note_writer, refusal_of_second
from watchfloor.store.tables import metadata

FILE = "store.sqlite"
_WRITES = "watchfloor_writes"


@dataclass(slots=True)
class Store:
    """An open store; `engine` is SQLAlchemy's, `place` names the store in errors."""

    engine: sa.Engine
    place: str
    _lock: Lock | None = field(default=None)

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """A transaction that takes the write lock at once, committed at the end of the block.

        Raises:
            StoreError: opened for reading, the disk is full, or the file is locked or damaged; nothing of the block
                is kept.
        """
        if self._lock is None:
            raise StoreError("is open for reading only", place=self.place)
        options = {_WRITES: True}
        with refusal(self.place), self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A consistent view for reading, whatever a writer does meanwhile."""
        options = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        with refusal(self.place), self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Let go of the file, and of the writer's lock."""
        self.engine.dispose()
        if self._lock is not None:
            self._lock.release()


def open_store(home: Path, *, write: bool, url: str | None = None) -> Store:
    """Open the store of a home; a writer creates or migrates it.

    Args:
        home: the home's folder, which exists.
        write: be the home's one writer.
        url: SQLAlchemy's URL of a relational store elsewhere; by default `store.sqlite` in the home.

    Raises:
        StoreError: another process writes to the home, or the store is damaged, of another version or out of reach.
    """
    engine = _engine(url or f"sqlite:///{home / FILE}")
    store = Store(engine, str(home / FILE) if url is None else engine.url.render_as_string(hide_password=True))
    with ExitStack() as unless_opened:
        unless_opened.callback(store.close)
        if write:
            _take_over(store, home)
        else:
            with store.read() as connection:
                migrate.check(connection, store.place)
        unless_opened.pop_all()
    return store


@contextmanager
def in_memory() -> Iterator[sa.Connection]:
    """A transaction in an empty store that is gone afterwards."""
    engine = sa.create_engine("sqlite://")
    try:
        with engine.begin() as connection:
            metadata.create_all(connection, checkfirst=False)
            yield connection
    finally:
        engine.dispose()


@contextmanager
def scratch() -> Iterator[sa.Connection]:
    """The same for what may be more than memory should hold: in a file of the folder for temporary ones."""
    with tempfile.TemporaryDirectory(prefix="watchfloor-") as folder:
        engine = sa.create_engine(f"sqlite:///{folder}/{FILE}")
        try:
            with engine.connect() as connection:
                for pragma in ("journal_mode = OFF", "synchronous = OFF", *_ROOM):
                    connection.exec_driver_sql(f"PRAGMA {pragma}")
                metadata.create_all(connection, checkfirst=False)
                yield connection
        finally:
            engine.dispose()


def _take_over(store: Store, home: Path) -> None:
    try:
        store._lock = Lock(home)  # noqa: SLF001 set here only, while the store is being opened
    except BlockingIOError:
        with store.read() as connection:
            migrate.check(connection, store.place)
            raise refusal_of_second(connection, home) from None
    with store.transaction() as connection:
        migrate.upgrade(connection, store.place)
        note_writer(connection)


def _engine(url: str) -> sa.Engine:
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _configure)
        sa.event.listen(engine, "begin", _begin)
    return engine


_ROOM = ("cache_size = -32768", "wal_autocheckpoint = 16000")
"""KiB of pages in memory, and pages (of 4 KiB) in the log until they go to their places in the file.

A batch may change more pages than the usual 2 MB hold, which would be written and read again before its commit; and a
page that every batch changes goes to its place once in a while, not after each of them.
"""


def _configure(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy's `begin` event starts transactions, not the driver
    connection.execute("PRAGMA busy_timeout = 30000")
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", *_ROOM):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    """A writer takes the write lock at once, so it never fails half-way for a lock."""
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
