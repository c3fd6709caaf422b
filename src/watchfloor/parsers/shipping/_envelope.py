"""What envelopes of shippers share: values by path, and columns from tables of paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import polars as pl

from watchfloor.parsers._severity import NAMES


def value(record: Mapping[str, Any], path: str) -> Any:
    """The value under a dotted path, whether its names are nested or written as one; None where there is none."""
    if path in record:
        return record[path]
    found: Any = record
    for name in path.split("."):
        if not isinstance(found, dict) or name not in found:
            return None
        found = found[name]
    return found


def text_of(content: Any) -> str:
    """A record inside an envelope as text: objects as JSON, bytes given as numbers as what they spell."""
    if isinstance(content, str):
        return content
    if isinstance(content, list) and content and all(isinstance(each, int) and 0 <= each < 256 for each in content):
        return bytes(content).decode("utf-8", "replace")
    return "" if content is None else orjson.dumps(content, default=str).decode()


def columns(records: Sequence[Mapping[str, Any]], table: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """One row per record, all fields of the table: each from the first of its paths that holds a text or a number."""
    filled = {field: [_first(record, paths) for record in records] for field, paths in table.items()}
    return pl.DataFrame(filled, schema=dict.fromkeys(table, pl.String))


def _first(record: Mapping[str, Any], paths: Sequence[str]) -> str | None:
    for path in paths:
        found = value(record, path)
        if isinstance(found, str | int | float) and not isinstance(found, bool) and found != "":
            return str(found)
    return None


def severity(codes: pl.Series) -> pl.Series:
    """Names of syslog severities 0 to 7."""
    known = dict(enumerate(NAMES))
    return codes.cast(pl.Int64, strict=False).replace_strict(known, default=None, return_dtype=pl.String)
