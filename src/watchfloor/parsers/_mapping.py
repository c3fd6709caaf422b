"""Records of named values as columns: ECS fields by a table, the vendor's own names verbatim beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
import polars as pl

from watchfloor.schema.fields import REST, declared

EMPTY = frozenset({"", "-", "N/A", "n/a", "(empty)", "(null)", "null", "None"})
"""Texts by which vendors say that there is no value."""
Target = str | tuple[str, ...]


def mapped(
    records: Sequence[Mapping[str, Any]],
    fields: Mapping[str, Target],
    *,
    vendor: str,
    wanted: frozenset[str],
    empty: frozenset[str] = EMPTY,
) -> pl.DataFrame:
    """One row per record, in order.

    Args:
        records: values by the vendor's names: texts, numbers, booleans, lists of them; objects are spread to dotted
            names.
        fields: the vendor's name -> the field, or fields, that it fills; where two fill one, the one that comes first
            in this table counts.
        vendor: prefix of the verbatim fields, such as `fortinet.firewall`.
        wanted: verbatim fields that get a column of their own; the others share the rest column, with their types.
        empty: texts that are no value.

    Returns:
        Columns of text, or of lists of text for fields that are lists; names that no record has give no column.
    """
    size = len(records)
    columns: dict[str, list[Any]] = {}
    ranked: dict[str, list[tuple[int, str]]] = {}
    ranks = {name: rank for rank, name in enumerate(fields)}
    rest: list[str | None] = [None] * size
    for row, record in enumerate(records):
        spare = {}
        for name, value in spread(record):
            if value is None or (type(value) is str and value in empty) or value in ([], {}):
                continue
            own = f"{vendor}.{name}"
            if own in wanted:
                columns.setdefault(own, [None] * size)[row] = value
            else:
                spare[own] = value
            rank = ranks.get(name)
            if rank is not None:
                ranked.setdefault(name, [])
                ranked[name].append((row, value))
        if spare:
            rest[row] = orjson.dumps(spare, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    for name in sorted(ranked, key=ranks.__getitem__):
        targets = fields[name]
        for target in (targets,) if isinstance(targets, str) else targets:
            column = columns.setdefault(target, [None] * size)
            for row, value in ranked[name]:
                if column[row] is None:
                    column[row] = value
    series = [_series(name, values) for name, values in columns.items()]
    if any(each is not None for each in rest):
        series.append(pl.Series(REST, rest, dtype=pl.String))
    return pl.DataFrame(series) if series else pl.DataFrame({"@none": [None] * size})


def spread(record: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The values of nested objects by dotted names; lists stay whole."""
    for name, value in record.items():
        if type(value) is dict and value:
            yield from spread(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def text(value: Any) -> str | None:
    """A value as text: numbers and booleans as JSON writes them, lists and objects as JSON."""
    if value is None or type(value) is str:
        return value
    return orjson.dumps(value, default=str).decode()


def _series(name: str, values: list[Any]) -> pl.Series:
    field = declared().get(name)
    if field is not None and field.array:
        lists = [None if value is None else _texts(value) for value in values]
        return pl.Series(name, lists, dtype=pl.List(pl.String))
    return pl.Series(name, [text(value) for value in values], dtype=pl.String)


def _texts(value: Any) -> list[str]:
    members = value if isinstance(value, list) else [value]
    return [each for each in map(text, members) if each]
