"""Opens the relational store of a home: SQLite in WAL mode, one writer, any number of readers."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from watchfloor.core.clock import utc_now
from watchfloor.core.errors import StoreError
from watchfloor.store.tables import lease

FILE = "store.sqlite"
LOCK = "writer.lock"
_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(slots=True)
class Store:
    """An open store; `engine` is SQLAlchemy's."""

    engine: sa.Engine
    path: Path
    _lock: IO[str] | None = field(default=None)

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """A transaction that takes the write lock at once, committed at the end of the block.

        Raises:
            StoreError: the disk is full, or the file is locked or damaged; nothing of the block is kept.
        """
        with _explained(self.path), self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A consistent view for reading, whatever a writer does meanwhile."""
        with _explained(self.path), self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    def close(self) -> None:
        """Let go of the file, and of the writer's lock."""
        self.engine.dispose()
        if self._lock is not None:
            self._lock.close()


def open_store(home: Path, *, write: bool) -> Store:
    """Open the store of a home; a writer creates or migrates it.

    Raises:
        StoreError: another process writes to the home, or the file is damaged or of a newer version.
    """
    path = home / FILE
    lock = _lock(home) if write else None
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30, "isolation_level": None})
    sa.event.listen(engine, "connect", _configure)
    store = Store(engine, path, lock)
    try:
        with _explained(path):
            _migrate(store, write=write)
        if write:
            with store.transaction() as connection:
                connection.execute(sa.delete(lease).where(lease.c.name == "writer"))
                holder = f"process {os.getpid()}"
                connection.execute(sa.insert(lease).values(name="writer", holder=holder, since=utc_now()))
    except BaseException:
        store.close()
        raise
    return store


def _configure(connection: sqlite3.Connection, _: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _lock(home: Path) -> IO[str]:
    """The writer's lock: the operating system lets go of it when the process dies, however it dies."""
    try:
        file = (home / LOCK).open("a+", encoding="ascii")
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", place=str(home)) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read(64).strip() or "another process"
        file.close()
        raise StoreError(
            f"{holder} is writing to this home", place=str(home), way_out="Wait for it, or give another --home"
        ) from None
    try:
        file.truncate(0)
        file.write(f"process {os.getpid()}\n")
        file.flush()
    except OSError as error:
        file.close()
        raise StoreError(f"cannot be written: {error.strerror}", place=str(home)) from error
    return file


def _migrate(store: Store, *, write: bool) -> None:
    scripts = ScriptDirectory(str(_MIGRATIONS))
    head = scripts.get_current_head()
    with store.read() as connection:
        current = _version(connection)
    if current == head:
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise StoreError(
            "this home was written by a newer version", place=str(store.path), way_out="Upgrade Watchfloor"
        )
    if not write:
        raise StoreError(
            "this home is of an older version", place=str(store.path), way_out="Run: watchfloor analyze PATH --home DIR"
        )
    from alembic import command  # noqa: PLC0415 slow to import, and needed once per home
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with store.transaction() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """The database's own errors as ours, with the way out."""
    try:
        yield
    except DBAPIError as error:
        text = str(error.orig)
        ways = {"full": "Free some space and run again", "locked": "Wait for the other process and run again"}
        way_out = next((way for word, way in ways.items() if word in text), "Restore the home from a copy")
        raise StoreError(f"the store cannot be used: {text}", place=str(path), way_out=way_out) from error
