"""Records of named values in no format in particular as columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first
from watchfloor.parsers._connection import connection
from watchfloor.parsers._mapping import Target, mapped, spread
from watchfloor.parsers.generic._moments import moments
from watchfloor.parsers.generic._names import NAMES, TIMES
from watchfloor.parsers.web._request import urls
from watchfloor.schema.fields import declared

_DIVIDERS = re.compile(r"[ _.-]")
_LONGEST = 64


def _plain(name: str) -> str:
    """A name without regard to case and to what divides its words."""
    return _DIVIDERS.sub("", name).lower() if len(name) < _LONGEST else name


_TABLE: dict[str, Target] = {_plain(name): f"@time{at}" for at, name in reversed([*enumerate(TIMES)])}
_TABLE |= {_plain(name): target for name, target in NAMES.items() if _plain(name) not in _TABLE}
_RANKS = {name: rank for rank, name in enumerate(_TABLE)}


def guessed(records: Sequence[Mapping[str, Any]], wanted: frozenset[str], vendor: str) -> pl.DataFrame:
    """The values that have usual names in ECS's fields, all of them under the vendor's prefix."""
    records = [_dated(dict(spread(record))) for record in records]
    frame = mapped(records, _fields(records), vendor=vendor, wanted=wanted)
    times = first(frame, *(f"@time{at}" for at in range(len(TIMES))))
    frame = frame.with_columns(moments(times))
    frame = frame.drop([name for name in frame.columns if name.startswith("@time") and name != "@timestamp"])
    frame = _single(_with_ports(frame))
    return connection(urls(frame.with_columns(pl.lit("event").alias("event.kind"))))


def _with_ports(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses that have their port behind them in two parts; a port of its own counts more."""
    for side in ("source", "destination"):
        address = column(frame, f"{side}.address")
        parts = address.str.extract_groups(
            r"^(?P<ip>\d{1,3}(?:\.\d{1,3}){3}|\[[0-9A-Fa-f:.]+\]):(?P<port>\d{1,5})$"
        ).struct
        if parts.field("port").null_count() == len(frame):
            continue
        frame = frame.with_columns(
            parts.field("ip").str.strip_chars("[]").fill_null(address).alias(f"{side}.address"),
            column(frame, f"{side}.port").fill_null(parts.field("port")).alias(f"{side}.port"),
        )
    return frame


def _fields(records: Sequence[Mapping[str, Any]]) -> dict[str, Target]:
    """The fields of the names that occur, likelier ones first; case and what divides words do not matter."""
    names = {name: _plain(name) for record in records for name in record}
    known = [(_RANKS[plain], name) for name, plain in names.items() if plain in _RANKS]
    return {name: _TABLE[names[name]] for _, name in sorted(known)}


def _dated(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record that has the day and the hour apart has them together as `datetime`."""
    day, clock = record.get("date", record.get("Date")), record.get("time", record.get("Time"))
    if type(day) is str and type(clock) is str and "datetime" not in record and len(day) < 12:
        return {**record, "datetime": f"{day} {clock}"}
    return record


def _single(frame: pl.DataFrame) -> pl.DataFrame:
    """Without values that their field cannot be: objects, and texts where a number stands."""
    dropped = [
        pl.when(~pl.col(name).str.contains(r"^[\[{]")).then(name).alias(name)
        for name, dtype in frame.schema.items()
        if dtype == pl.String and name in declared() and name not in {"message", "watchfloor.rest"}
    ]
    return frame.with_columns(dropped)
