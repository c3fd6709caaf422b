"""Writes a home in batches, as the pipeline does; started as a program, it can be killed at a failpoint.

python write_home.py HOME BATCHES
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pyarrow as pa

from watchfloor.core.failpoints import failpoint
from watchfloor.lake.lake import Lake, register
from watchfloor.schema.events import EventBatch
from watchfloor.store.engine import open_store
from watchfloor.store.positions import Progress, advance, positions

SIZE = 10
COMPACT_EVERY = 3
_START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
_TIME = pa.timestamp("us", tz="UTC")


def events(first: int) -> EventBatch:
    lines = range(first, first + SIZE)
    return EventBatch.of(
        pa.table(
            {
                "@timestamp": pa.array([_START + dt.timedelta(hours=line) for line in lines], _TIME),
                "event.id": [f"source:{line}" for line in lines],
                "event.ingested": pa.array([_START + dt.timedelta(days=300)] * SIZE, _TIME),
                "event.original": [f"line {line}" for line in lines],
                # A field that only some batches have, so that the table's columns grow.
                f"winlog.event_data.Batch{first // SIZE % 4}": ["x"] * SIZE,
            }
        )
    )


def write(home: Path, batches: int, grace: int = 0) -> None:
    """Go on from the committed position to the end, then move everything into the table."""
    store = open_store(home, write=True)
    lake = Lake(home, store)
    lake.recover()
    with store.read() as connection:
        first = positions(connection, ["source"]).get("source", 0)
    for start in range(first, batches * SIZE, SIZE):
        file = lake.write_fresh(events(start), f"source:{start}")
        failpoint("commit.before")
        with store.transaction() as connection:
            register(connection, file)
            advance(connection, [Progress("source", "source.log", _START, "mtime", start + SIZE)])
            failpoint("commit.inside")
        failpoint("commit.after")
        if (start // SIZE) % COMPACT_EVERY == COMPACT_EVERY - 1:
            lake.compact()
            lake.sweep(dt.timedelta(seconds=grace))
    lake.compact()
    lake.sweep(dt.timedelta(seconds=grace))
    store.close()


if __name__ == "__main__":
    write(Path(sys.argv[1]), *map(int, sys.argv[2:]))
