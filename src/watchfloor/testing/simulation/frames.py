"""Columns of simulated events, named and typed as the parsers fill them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from watchfloor.schema.events import EventBatch
from watchfloor.testing.simulation.company import Ints

BATCH = 50_000


def frame(
    at: Ints, dataset: str, columns: Mapping[str, pl.Series], fixed: Mapping[str, str | Sequence[str]]
) -> pl.DataFrame:
    """Events of one dataset, one per time in µs since 1970.

    Args:
        at: when.
        dataset: `event.dataset`; its first part is the module.
        columns: what differs.
        fixed: what is the same for all.
    """
    constants = {
        "event.kind": "event",
        "event.module": dataset.split(".", maxsplit=1)[0],
        "event.dataset": dataset,
        **fixed,
    }
    return pl.DataFrame({"@timestamp": pl.Series(at).cast(pl.Datetime("us", "UTC")), **columns}).with_columns(
        pl.lit(value if isinstance(value, str) else list(value)).alias(name) for name, value in constants.items()
    )


def picked(values: Sequence[str | int], places: Ints) -> pl.Series:
    """The values at these places."""
    return pl.Series(values).gather(pl.Series(places))


def batches(frames: Sequence[pl.DataFrame], day: int, room: str) -> Iterator[EventBatch]:
    """The events of a day by time, with an identity each, in batches of at most `BATCH`."""
    whole = pl.concat([each for each in frames if len(each)], how="diagonal").sort("@timestamp", maintain_order=True)
    path = f"simulation/{room}/day-{day:02}.log"
    numbers = pl.Series("log.line", np.arange(len(whole), dtype=np.int64))
    whole = whole.with_columns(
        numbers, pl.lit(path).alias("log.file.path"), pl.format("{}:{}", pl.lit(path), numbers).alias("event.id")
    )
    for first in range(0, len(whole), BATCH):
        yield EventBatch.of(whole.slice(first, BATCH))
