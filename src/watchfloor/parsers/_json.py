"""Decodes records that are JSON objects and gives them to the parser that claims them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
import polars as pl

from watchfloor.parsers._patterns import TEXT
from watchfloor.parsers.plugin import JsonParser


def parse_json(
    frame: pl.DataFrame, parsers: Mapping[str, JsonParser], wanted: frozenset[str]
) -> Iterator[pl.DataFrame]:
    """Each parser's rows, then those that are broken or that nobody claims, with the reason."""
    groups: dict[str, tuple[list[int], list[dict[str, Any]]]] = {name: ([], []) for name in parsers}
    failed: dict[int, str] = {}
    for at, text in enumerate(frame[TEXT].to_list()):
        try:
            record = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            failed[at] = f"broken JSON: {error.msg}"
            continue
        name = next((name for name, parser in parsers.items() if parser.claims(record)), None)
        if name is None:
            failed[at] = "no parser knows this JSON object"
        else:
            rows, objects = groups[name]
            rows.append(at)
            objects.append(record)
    for name, (rows, objects) in groups.items():
        if rows:
            parsed = parsers[name].parse(objects, wanted)
            yield frame[rows].drop(TEXT).with_columns(pl.lit(name).alias("event.dataset")).hstack(parsed)
    if failed:
        yield frame[list(failed)].with_columns(pl.Series("error.message", list(failed.values()), dtype=pl.String))
