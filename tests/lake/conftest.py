"""Homes and small batches of events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from watchfloor.lake.lake import Lake, register
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type
from watchfloor.store.engine import Store, open_store

START = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


class WrittenHome:
    """A home open for its writer, with what tests do to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.store: Store = open_store(path, write=True)
        self.lake = Lake(path, self.store)
        self.batches = 0

    def batch(self, rows: Sequence[Mapping[str, Any]]) -> EventBatch:
        """Events with what every event has; ids go on from batch to batch."""
        names = dict.fromkeys(["@timestamp", "event.id", "event.ingested", *(name for row in rows for name in row)])
        full = [
            {
                "@timestamp": START + dt.timedelta(minutes=self.batches, seconds=at),
                "event.id": f"s{self.batches:03}:{at}",
                "event.ingested": START + dt.timedelta(days=1),
                **row,
            }
            for at, row in enumerate(rows)
        ]
        columns = {name: pa.array([row.get(name) for row in full], arrow_type(name)) for name in names}
        return EventBatch.of(pa.table(columns))

    def commit(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """One committed batch."""
        file = self.lake.write_fresh(self.batch(rows), f"s{self.batches}:0")
        self.batches += 1
        with self.store.transaction() as connection:
            register(connection, file)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[WrittenHome]:
    written = WrittenHome(tmp_path)
    yield written
    written.store.close()


@pytest.fixture(scope="module")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], WrittenHome]]:
    """Makes homes that last for the module's tests."""
    made: list[WrittenHome] = []

    def make() -> WrittenHome:
        made.append(WrittenHome(tmp_path_factory.mktemp("home")))
        return made[-1]

    yield make
    for each in made:
        each.store.close()
