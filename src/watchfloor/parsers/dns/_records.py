"""DNS records that come as named values: the same columns whatever the vendor calls them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._patterns import typed
from watchfloor.parsers._times import parse_times
from watchfloor.parsers.dns._question import with_question

ISO = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z")


def finished(frame: pl.DataFrame, action: str, types: Sequence[str], *, formats: Sequence[str] = ISO) -> pl.DataFrame:
    """The frame with time (from `_time`), category, type, action, both sides and outcome.

    Where the frame has `event.action` or `event.type`, its values count.
    """
    own = frame.columns
    fixed = [
        pl.lit(["network"]).alias("event.category"),
        pl.lit("dns").alias("network.protocol"),
        (pl.col("event.action").fill_null(action) if "event.action" in own else pl.lit(action)).alias("event.action"),
        (pl.coalesce("event.type", pl.lit([*types])) if "event.type" in own else pl.lit([*types])).alias("event.type"),
    ]
    if "network.transport" in own:
        fixed.append(pl.col("network.transport").str.to_lowercase())
    if "_time" in own:
        utc, local = parse_times(frame["_time"], formats)
        fixed += [pl.lit(utc).alias("@timestamp"), pl.lit(local).alias("@local")]
    return typed(with_question(typed(frame.with_columns(fixed).drop("_time", strict=False))))


def lists(name: str, values: Sequence[list[str] | None]) -> pl.Series:
    """A column of lists of texts; empty lists are no value."""
    return pl.Series(name, [value or None for value in values], dtype=pl.List(pl.String))


def text_of(value: Any) -> str:
    """A value of a record as text, empty where there is none."""
    return value if isinstance(value, str) else "" if value is None else str(value)
