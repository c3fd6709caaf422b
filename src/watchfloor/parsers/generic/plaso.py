"""Timelines as JSON lines: plaso's psort (json_line) and Timesketch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.generic._plaso import parsed
from watchfloor.parsers.plugin import JsonParser


def claims(record: Mapping[str, Any]) -> bool:
    """Whether a record says what its time is of, and gives the time."""
    return "timestamp_desc" in record and ("datetime" in record or "timestamp" in record)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns."""
    return parsed([_plain(record) for record in records], wanted)


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """Without the objects by which plaso tells types."""
    return {name: value for name, value in record.items() if not name.startswith("__") and name != "date_time"}


PARSER = JsonParser(
    reference="https://plaso.readthedocs.io/en/latest/sources/user/Output-and-formatting.html",
    claims=claims,
    parse=parse,
    keys=("timestamp_desc",),
)
