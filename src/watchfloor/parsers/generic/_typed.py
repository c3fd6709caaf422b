"""Values that have ECS's names already, in the fields' types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import mapped
from watchfloor.parsers._place import POINTS
from watchfloor.parsers.generic._moments import instants, moments
from watchfloor.schema.fields import declared

OURS = frozenset({"event.id", "event.ingested", "event.original", "log.file.path", "log.line", "watchfloor.rest"})
"""Fields that say how we came to the record; what a record says of them is somebody else's."""
_KNOWN = {
    "event.kind": ("alert", "asset", "enrichment", "event", "metric", "state", "signal"),
    "event.outcome": ("success", "failure", "unknown"),
}
"""What ECS allows; a document that failed elsewhere is none that failed here."""
_TRUTHS = {"true": True, "false": False, "1": True, "0": False}


def as_fields(records: Sequence[Mapping[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """One row per record: declared fields as columns of their type, all other names in the rest column."""
    ours = OURS | {name for name in declared() if name.startswith("related.")}
    frame = mapped(
        [_theirs(record, ours) for record in records], {}, vendor="", wanted=wanted.union(declared(), POINTS) - ours
    )
    return converted(frame)


def _theirs(record: Mapping[str, Any], ours: frozenset[str]) -> Mapping[str, Any]:
    """The record with what would pass for ours under the prefix `document`."""
    if ours.isdisjoint(record):
        return record
    return {f"document.{name}" if name in ours else name: value for name, value in record.items()}


def converted(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts of times and truth values as their types; a time without zone becomes `@local`."""
    added: list[pl.Series] = []
    for name in frame.columns:
        field = declared().get(name)
        if field is None or frame[name].dtype != pl.String:
            continue
        if name == "@timestamp":
            added += moments(frame[name])
        elif name in _KNOWN:
            added.append(pl.select(pl.when(frame[name].is_in(_KNOWN[name])).then(frame[name])).to_series())
        elif field.type == "date":
            added.append(instants(frame[name]))
        elif field.type == "boolean":
            added.append(frame[name].str.to_lowercase().replace_strict(_TRUTHS, default=None, return_dtype=pl.Boolean))
    if "@timestamp" in frame.columns and not any(each.name == "@timestamp" for each in added):
        frame = frame.drop("@timestamp")
    return frame.with_columns(added)
