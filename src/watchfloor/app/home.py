"""A home: the folder with the relational store and the lake, opened for its one writer or for readers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from watchfloor.app.policies import load_policy
from watchfloor.core.errors import StoreError
from watchfloor.core.settings import Settings
from watchfloor.lake.lake import Lake
from watchfloor.policy.policy import Policy
from watchfloor.store.engine import Store, open_store


@dataclass(slots=True)
class Home:
    """An open home.

    Attributes:
        compact_files: fresh files that make the compactor run.
        given: the policy that a command was given in place of the usual one.
    """

    path: Path
    store: Store
    lake: Lake
    compact_files: int
    given: Policy | None = None
    _fresh: int = field(default=0)

    @property
    def policy(self) -> Policy:
        """What is a violation here; see `policies.load_policy` for errors."""
        return self.given or load_policy(Settings.from_environment(), None, self.path)

    def compact_when_due(self) -> None:
        """Fold fresh files into the table once `compact_files` batches were committed since the last time."""
        self._fresh += 1
        if self._fresh >= self.compact_files:
            self.lake.compact()
            self._fresh = 0


@contextmanager
def writing(path: Path | None, compact_files: int) -> Iterator[Home]:
    """Open a home for its one writer and recover what a crash left; without a path, a temporary one.

    Raises:
        StoreError: another process writes to it, or it cannot be used.
    """
    if path is None:
        with (
            tempfile.TemporaryDirectory(prefix="watchfloor-", ignore_cleanup_errors=True) as folder,
            _opened(Path(folder), compact_files, write=True) as home,
        ):
            yield home
        return
    with _opened(path, compact_files, write=True) as home:
        home.lake.recover()
        yield home
        home.lake.compact()


@contextmanager
def reading(path: Path) -> Iterator[Home]:
    """Open a home for reading, also while another process writes.

    Raises:
        StoreError: there is no home at that place, or it cannot be used.
    """
    if not (path / "store.sqlite").exists():
        raise StoreError(
            "no Watchfloor home here yet", place=str(path), way_out="Fill it with: watchfloor analyze PATH --home DIR"
        )
    with _opened(path, 0, write=False) as home:
        yield home


@contextmanager
def _opened(path: Path, compact_files: int, *, write: bool) -> Iterator[Home]:
    if write:
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"cannot be created: {error.strerror}", place=str(path)) from error
    store = open_store(path, write=write)
    try:
        yield Home(path, store, Lake(path, store), compact_files)
    finally:
        store.close()
