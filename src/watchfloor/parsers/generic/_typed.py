"""Values that have ECS's names already, in the fields' types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import mapped
from watchfloor.parsers.generic._moments import instants, moments
from watchfloor.schema.fields import declared

OURS = frozenset({"event.id", "event.ingested", "event.original", "log.file.path", "log.line", "watchfloor.rest"})
"""Fields that say how we came to the record; what a record says of them is somebody else's."""
_TRUTHS = {"true": True, "false": False, "1": True, "0": False}


def as_fields(records: Sequence[Mapping[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """One row per record: declared fields as columns of their type, all other names in the rest column."""
    known = {name for name in declared() if name not in OURS and not name.startswith("related.")}
    frame = mapped(records, {}, vendor="", wanted=frozenset(known) | (wanted - OURS))
    return converted(frame)


def converted(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts of times and truth values as their types; a time without zone becomes `@local`."""
    added: list[pl.Series] = []
    for name in frame.columns:
        field = declared().get(name)
        if field is None or frame[name].dtype != pl.String:
            continue
        if name == "@timestamp":
            added += moments(frame[name])
        elif field.type == "date":
            added.append(instants(frame[name]))
        elif field.type == "boolean":
            added.append(frame[name].str.to_lowercase().replace_strict(_TRUTHS, default=None, return_dtype=pl.Boolean))
    if "@timestamp" in frame.columns and not any(each.name == "@timestamp" for each in added):
        frame = frame.drop("@timestamp")
    return frame.with_columns(added)
