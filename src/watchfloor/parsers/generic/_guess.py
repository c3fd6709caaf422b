"""Records of named values in no format in particular as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import mapped
from watchfloor.parsers.firewall._flow import connection, first, urls
from watchfloor.parsers.generic._moments import moments
from watchfloor.parsers.generic._names import NAMES, TIMES
from watchfloor.schema.fields import declared

_FIELDS = {**{name: f"@time{at}" for at, name in enumerate(TIMES)}, **NAMES}


def guessed(records: Sequence[Mapping[str, Any]], wanted: frozenset[str], vendor: str) -> pl.DataFrame:
    """The values that have usual names in ECS's fields, all of them under the vendor's prefix."""
    frame = mapped([_dated(record) for record in records], _FIELDS, vendor=vendor, wanted=wanted)
    times = first(frame, *(f"@time{at}" for at in range(len(TIMES))))
    frame = frame.with_columns(moments(times))
    frame = frame.drop([name for name in frame.columns if name.startswith("@time") and name != "@timestamp"])
    frame = _single(frame)
    return connection(urls(frame.with_columns(pl.lit("event").alias("event.kind"))))


def _dated(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record that has the day and the hour apart has them together as `datetime`."""
    day = record.get("date")
    if type(day) is str and type(record.get("time")) is str and "datetime" not in record and len(day) < 12:
        return {**record, "datetime": f"{day} {record['time']}"}
    return record


def _single(frame: pl.DataFrame) -> pl.DataFrame:
    """Without values that their field cannot be: objects, and texts where a number stands."""
    dropped = [
        pl.when(~pl.col(name).str.contains(r"^[\[{]")).then(name).alias(name)
        for name, dtype in frame.schema.items()
        if dtype == pl.String and name in declared() and name not in {"message", "watchfloor.rest"}
    ]
    return frame.with_columns(dropped)

