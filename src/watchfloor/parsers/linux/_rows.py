"""Rows of facts as columns, and what every database log derives from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers._patterns import overlaid
from watchfloor.parsers._times import parse_times

_LISTS = frozenset({"event.category", "event.type"})


def with_facts(frame: pl.DataFrame, facts: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """The frame with one more column per name in the facts; a fact counts before what the frame has."""
    names = dict.fromkeys(name for fact in facts for name in fact)
    if not names:
        return frame
    columns = [
        pl.Series(
            name, [fact.get(name) for fact in facts], dtype=pl.List(pl.String) if name in _LISTS else pl.String
        )
        for name in names
    ]
    frame = overlaid(frame, pl.DataFrame(columns)) if frame.columns else pl.DataFrame(columns)
    return split_address(split_address(frame, "source"), "destination")


def timed(frame: pl.DataFrame, texts: Sequence[str | None], formats: Sequence[str]) -> pl.DataFrame:
    """The frame with the times of the rows, by formats in chrono's syntax."""
    utc, local = parse_times(pl.Series(texts, dtype=pl.String), formats)
    return frame.with_columns(utc.alias("@timestamp"), local.alias("@local"))
