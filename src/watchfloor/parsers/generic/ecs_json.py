"""Documents that are in ECS already, nested or with dotted names: kept as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import spread
from watchfloor.parsers.generic._typed import as_fields
from watchfloor.parsers.plugin import JsonParser

_EVENT = frozenset({"kind", "category", "type", "action", "outcome", "dataset", "module"})
_LISTS = ("dns.answers", "email.attachments")
"""Lists of objects: ECS has their members as fields of their own."""


def claims(record: Mapping[str, Any]) -> bool:
    """Whether a record has a time, and the version of ECS or an event's classification."""
    if "@timestamp" not in record:
        return False
    if "ecs" in record or "ecs.version" in record:
        return True
    event = record.get("event")
    if isinstance(event, dict):
        return not _EVENT.isdisjoint(event)
    return any(f"event.{name}" in record for name in _EVENT)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The documents as columns."""
    return as_fields([_flat(record) for record in records], wanted)


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    flat = dict(spread(record))
    for name in _LISTS:
        members = flat.get(name)
        if isinstance(members, list) and members and all(isinstance(each, dict) for each in members):
            del flat[name]
            for member in members:
                for key, value in spread(member, f"{name}."):
                    flat.setdefault(key, []).append(value)
    return flat


PARSER = JsonParser(
    reference="https://www.elastic.co/docs/reference/ecs",
    claims=claims,
    parse=parse,
    keys=("@timestamp",),
    datasets=r"[a-z0-9_.-]+",
)
