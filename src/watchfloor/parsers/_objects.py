"""Runs a parser of decoded records; its failures become counted events here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._patterns import typed
from watchfloor.parsers.plugin import FieldsParser, JsonParser

DATASET = "event.dataset"


def parse_objects(
    name: str,
    parser: JsonParser | FieldsParser,
    frame: pl.DataFrame,
    objects: Sequence[dict[str, Any]],
    wanted: frozenset[str],
) -> Iterator[pl.DataFrame]:
    """The parser's columns beside the frame's. What it fails on is halved until the records to blame stand alone."""
    try:
        columns = parser.parse(objects, wanted)
    except Exception as error:  # noqa: BLE001  # the boundary where a parser's failure becomes a counted event
        if len(objects) > 1:
            half = len(objects) // 2
            yield from parse_objects(name, parser, frame[:half], objects[:half], wanted)
            yield from parse_objects(name, parser, frame[half:], objects[half:], wanted)
            return
        yield frame.with_columns(pl.lit(f"{name} failed: {type(error).__name__}: {error}").alias("error.message"))
        return
    dataset = pl.lit(parser.dataset or name)
    if DATASET in columns.columns:
        dataset = pl.coalesce(columns[DATASET], dataset)
        columns = columns.drop(DATASET)
    yield typed(frame.with_columns(dataset.alias(DATASET)).hstack(columns.drop(frame.columns, strict=False)))
