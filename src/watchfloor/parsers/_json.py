"""Decodes records that are JSON objects and gives them to the parser that claims them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
import polars as pl

from watchfloor.parsers._patterns import TEXT
from watchfloor.parsers.plugin import JsonParser
from watchfloor.schema.records import Source

_SLICE = 8192
"""Records decoded at a time: few enough that their objects are gone before the garbage collector walks them."""
_DEEPEST = 1000
"""Nesting that the lenient decoder is trusted with; orjson's own limit is 1,024."""


def parse_json(
    frame: pl.DataFrame, parsers: Mapping[str, JsonParser], sources: Sequence[Source], wanted: frozenset[str]
) -> Iterator[pl.DataFrame]:
    """Each parser's rows, and those that are broken or that nobody claims, with the reason; slice by slice."""
    for start in range(0, len(frame), _SLICE):
        yield from _slice(frame[start : start + _SLICE], parsers, sources, wanted)


def _slice(
    frame: pl.DataFrame, parsers: Mapping[str, JsonParser], sources: Sequence[Source], wanted: frozenset[str]
) -> Iterator[pl.DataFrame]:
    groups: dict[str, tuple[list[int], list[dict[str, Any]]]] = {name: ([], []) for name in parsers}
    failed: dict[int, str] = {}
    hinted = _hints(frame, parsers, sources)
    order = tuple(parsers.items())
    for at, text in enumerate(frame[TEXT].to_list()):
        try:
            record = decode(text)
        except ValueError as error:
            failed[at] = f"broken JSON: {error}"
            continue
        first = hinted.get(at)
        if first is not None and parsers[first].claims(record):
            name: str | None = first
        else:
            name = next((name for name, parser in order if parser.claims(record)), None)
        if name is None:
            failed[at] = "no parser knows this JSON object"
        else:
            groups[name][0].append(at)
            groups[name][1].append(record)
    for name, (rows, objects) in groups.items():
        if rows:
            mine = (frame if len(rows) == len(frame) else frame[rows]).drop(TEXT)
            yield from _parsed(name, parsers[name], mine, objects, wanted)
    if failed:
        reasons = pl.Series("error.message", list(failed.values()), dtype=pl.String)
        yield frame[list(failed)].drop(TEXT).with_columns(reasons)


def decode(text: str) -> dict[str, Any]:
    """The object that a text starting with a brace stands for; half a surrogate pair becomes U+FFFD.

    Raises:
        ValueError: the text is no JSON object.
    """
    try:
        record = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if "\\ud" not in text.lower() or text.count("{") + text.count("[") > _DEEPEST:
            raise
        try:
            lenient = json.loads(text)
        except RecursionError:
            raise error from None
        record = orjson.loads(
            json.dumps(lenient, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        )
    if not isinstance(record, dict):
        raise ValueError("not an object")  # noqa: TRY004  # what is wrong is the text, not a caller's type
    return record


def _hints(frame: pl.DataFrame, parsers: Mapping[str, JsonParser], sources: Sequence[Source]) -> dict[int, str]:
    named = {index: source.parser for index, source in enumerate(sources) if source.parser in parsers}
    if not named:
        return {}
    return {at: named[index] for at, index in enumerate(frame["@source"].to_list()) if index in named}


def _parsed(
    name: str, parser: JsonParser, frame: pl.DataFrame, objects: list[dict[str, Any]], wanted: frozenset[str]
) -> Iterator[pl.DataFrame]:
    """The parser's columns. What it fails on is halved until the records to blame stand alone with the reason."""
    try:
        columns = parser.parse(objects, wanted)
    except Exception as error:  # noqa: BLE001  # the boundary where a parser's failure becomes a counted event
        if len(objects) > 1:
            half = len(objects) // 2
            yield from _parsed(name, parser, frame[:half], objects[:half], wanted)
            yield from _parsed(name, parser, frame[half:], objects[half:], wanted)
            return
        yield frame.with_columns(pl.lit(f"{name} failed: {type(error).__name__}: {error}").alias("error.message"))
        return
    yield frame.with_columns(pl.lit(name).alias("event.dataset")).hstack(columns)
