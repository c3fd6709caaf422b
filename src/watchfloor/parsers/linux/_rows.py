"""Rows of facts as columns, and what every database log derives from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
import pyarrow as pa

from watchfloor.parsers._address import split_address
from watchfloor.parsers._patterns import overlaid
from watchfloor.parsers._times import parse_times


def columns(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """One column per name in the rows: texts, or lists of text."""
    names = dict.fromkeys(name for row in rows for name in row)
    series = []
    for name in names:
        values = [row.get(name) for row in rows]
        is_list = any(type(value) is list for value in values)
        # Arrow builds lists some ten times as fast as polars does from Python's.
        kind = pa.list_(pa.large_string()) if is_list else pa.large_string()
        series.append(pl.Series(name, pl.from_arrow(pa.array(values, kind))))
    return pl.DataFrame(series)


def with_facts(frame: pl.DataFrame, facts: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """The frame with one more column per name in the facts; a fact counts before what the frame has."""
    told = columns(facts)
    if told.columns:
        frame = overlaid(frame, told) if frame.columns else told
    return split_address(split_address(frame, "source"), "destination")


def timed(frame: pl.DataFrame, texts: Sequence[str | None], formats: Sequence[str]) -> pl.DataFrame:
    """The frame with the times of the rows, by formats in chrono's syntax."""
    utc, local = parse_times(pl.Series(texts, dtype=pl.String), formats)
    return frame.with_columns(utc.alias("@timestamp"), local.alias("@local"))
