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
    """The events of a day by time, with an identity each, in batches of about `BATCH`; never the whole day at once."""
    ordered = [each.sort("@timestamp", maintain_order=True) for each in frames if len(each)]
    moments = [each["@timestamp"].to_physical().to_numpy() for each in ordered]
    bounds = np.sort(np.concatenate(moments))[BATCH::BATCH]
    path = f"simulation/{room}/day-{day:02}.log"
    cuts = [[int(cut) for cut in np.searchsorted(each, bounds)] for each in moments]
    ends = [[*found, len(each)] for found, each in zip(cuts, ordered, strict=True)]
    starts = [[0, *found] for found in cuts]
    first = 0
    for number in range(len(ends[0])):
        parts = [
            each.slice(start[number], end[number] - start[number])
            for each, start, end in zip(ordered, starts, ends, strict=True)
        ]
        whole = pl.concat(parts, how="diagonal").sort("@timestamp", maintain_order=True)
        lines = pl.Series("log.line", np.arange(first, first + len(whole), dtype=np.int64))
        first += len(whole)
        identity = pl.format("{}:{}", pl.lit(path), lines).alias("event.id")
        yield EventBatch.of(whole.with_columns(lines, pl.lit(path).alias("log.file.path"), identity))
