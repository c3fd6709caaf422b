"""How Exchange Server's text logs are written: comma-separated columns under a `#Fields:` line, times in UTC."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._address import endpoints
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import columns, rows
from watchfloor.parsers._patterns import typed
from watchfloor.parsers._times import parse_times

TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?Z,"
_NAMES = re.compile(r"(?m)^#Fields: ?(.+)$")


def reader(
    usual: Sequence[Sequence[str]], fits: Callable[[dict[str, str]], bool]
) -> Callable[[Sequence[str], str], Sequence[dict[str, str] | None]]:
    """What reads lines by their header, or without one by the usual columns that have as many.

    Args:
        usual: columns of the versions, by name.
        fits: whether a line's values without header are of this format.
    """
    by_count = {len(names): names for names in usual}

    def read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:
        named = _NAMES.search(header)
        if named:
            return columns(lines, [name.strip() for name in named[1].split(",")])
        found: list[dict[str, str] | None] = []
        for values in rows(lines):
            names = by_count.get(len(values))
            record = None if names is None else dict(zip(names, values, strict=True))
            found.append(record if record is not None and fits(record) else None)
        return found

    return read


def table(
    records: Sequence[Mapping[str, Any]],
    fields: Mapping[str, Target],
    wanted: frozenset[str],
    empty: frozenset[str] = frozenset({"", "-"}),
) -> pl.DataFrame:
    """The records as columns; the vendor's names lose their hyphens, as Elastic's integration writes them."""
    plain = [{name.replace("-", "").lower(): value for name, value in record.items()} for record in records]
    frame = mapped(plain, {"datetime": "_time", **fields}, vendor="microsoft.exchange", wanted=wanted, empty=empty)
    if "_time" in frame.columns:
        utc, _ = parse_times(frame["_time"], ("%Y-%m-%dT%H:%M:%S%.f%#z",))
        frame = frame.drop("_time").with_columns(utc.alias("@timestamp"))
    return typed(frame)


def numbered(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """As `endpoints`, the ports as numbers."""
    address, port = endpoints(texts)
    return address, port.cast(pl.Int64)


def kinds(frame: pl.DataFrame, categories: list[str], types: list[str]) -> pl.DataFrame:
    """The same category and type for all."""
    return frame.with_columns(
        pl.lit(categories, dtype=pl.List(pl.String)).alias("event.category"),
        pl.lit(types, dtype=pl.List(pl.String)).alias("event.type"),
    )
