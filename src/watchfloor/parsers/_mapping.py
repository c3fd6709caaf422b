"""Records of named values as columns: ECS fields by a table, the vendor's own names verbatim beside them.

Records that carry the same names in the same order form a group, which is transposed once unless it comes as a table,
so that the work per record stays small; names that only the rest column holds never become columns, however many a
hostile record brings.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
import polars as pl

from watchfloor.parsers._pairs import Pairs
from watchfloor.schema.fields import REST, declared

EMPTY = frozenset({"", "-", "N/A", "n/a", "(empty)", "(null)", "null", "None"})
"""Texts by which vendors say that there is no value."""
_NUMBERS = {"long": pl.Int64, "double": pl.Float64}
Target = str | tuple[str, ...]
_Rows = list[int] | pl.Series
_Values = Sequence[Any] | pl.Series
"""A group's values of one name: a series where the group came as a table."""
_Pieces = list[tuple[_Rows, _Values]]


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
        vendor: prefix of the verbatim fields, such as `fortinet.firewall`; empty for names that are whole already.
        wanted: verbatim fields that get a column of their own; the others share the rest column, with their types.
        empty: texts that are no value.

    Returns:
        Columns of text, or of lists of text for fields that are lists; names that no record has give no column.
    """
    size = len(records)
    taken: dict[str, _Pieces] = {}
    rest: _Pieces = []
    prefix = f"{vendor}." if vendor else ""
    absent = empty | {None}
    for names, rows, values in _groups(records):
        spare: list[tuple[str, _Values]] = []
        for name, column in zip(names, values, strict=True):
            given = _cleared(column, absent)
            own = prefix + name
            if own in wanted:
                taken.setdefault(own, []).append((rows, given))
            else:
                spare.append((own, given))
            if name in fields:
                taken.setdefault(f"\0{name}", []).append((rows, given))
        objects = _objects(spare, len(rows))
        if objects is not None:
            rest.append((rows, objects))
    series = [_series(name, pieces, size) for name, pieces in _targets(taken, fields)]
    if rest:
        series.append(_series(REST, rest, size))
    return pl.DataFrame(series) if series else pl.DataFrame({"@none": [None] * size})


def _groups(records: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Sequence[str], _Rows, Sequence[_Values]]]:
    """(names, rows, values by name) of the records of each shape; nested objects are spread."""
    if isinstance(records, Pairs):
        for places, table in records.tables:
            yield table.columns, places, table.get_columns()
        others = {row: record for row, record in records.others.items() if record is not None}
        yield from _within(list(others), list(others.values()))
        return
    groups: dict[tuple[str, ...], list[int]] = {}
    for row, record in enumerate(records):
        names = tuple(record)
        known = groups.get(names)
        if known is None:
            groups[names] = [row]
        else:
            known.append(row)
    nested: dict[int, dict[str, Any]] = {}
    for names, rows in groups.items():
        if not names:
            continue
        values = list(zip(*[records[row].values() for row in rows], strict=True))
        if any(dict in set(map(type, column)) for column in values):
            nested |= {row: dict(spread(records[row])) for row in rows}
        else:
            yield names, rows, values
    if nested:
        yield from _within(list(nested), [_flat(record) for record in nested.values()])


def _within(
    rows: list[int], records: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Sequence[str], _Rows, Sequence[_Values]]]:
    """The groups of records that stand at these rows of all."""
    for names, places, values in _groups(records):
        yield names, [rows[place] for place in places], values


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """Without the empty objects that `spread` leaves."""
    return {name: value for name, value in record.items() if type(value) is not dict}


def _cleared(column: _Values, empty: frozenset[str | None]) -> _Values:
    """The values, None for those that say that there is none; the same tuple where all are there, else a list."""
    if isinstance(column, pl.Series):
        none = column.is_in([each for each in empty if each is not None])
        return column.set(none, None) if none.any() else column
    try:
        if empty.isdisjoint(column):
            return column
    except TypeError:  # lists cannot be asked for
        pass
    return [None if (type(value) is str and value in empty) or value == [] else value for value in column]


def _objects(spare: Sequence[tuple[str, _Values]], size: int) -> _Values | None:
    """For each of so many records its values as a JSON object; None where no record has any."""
    lacking = [_lacking(column) for _, column in spare]
    spare = [each for each, count in zip(spare, lacking, strict=True) if count < size]
    if not spare:
        return None
    names = [name for name, _ in spare]
    complete = not any(0 < count < size for count in lacking)
    if isinstance(spare[0][1], pl.Series):
        return _encoded(pl.DataFrame(dict(spare)))
    found: list[str | None] = []
    for values in zip(*[column for _, column in spare], strict=True):
        own = dict(zip(names, values, strict=True))
        if not complete:
            own = {name: value for name, value in own.items() if value is not None}
        found.append(orjson.dumps(own, default=str, option=orjson.OPT_NON_STR_KEYS).decode() if own else None)
    return found


def _encoded(table: pl.DataFrame) -> pl.Series:
    """Each row as a JSON object of the values that are there; null where there are none."""
    pieces: list[pl.Expr] = []
    for lacking, columns in itertools.groupby(table, lambda column: column.null_count() > 0):
        names = [column.name for column in columns]
        for each in [[name] for name in names] if lacking else [names]:
            inner = pl.struct(each).struct.json_encode().str.slice(1).str.strip_suffix("}")
            pieces.append(pl.when(pl.col(each[0]).is_not_null()).then(inner))
    if len(pieces) == 1 and not table[:, 0].null_count():
        return table.to_struct().struct.json_encode()
    joined = pl.concat_str(pieces, separator=",", ignore_nulls=True)
    return table.select(pl.when(joined != "").then(pl.concat_str(pl.lit("{"), joined, pl.lit("}")))).to_series()


def _lacking(column: _Values) -> int:
    """How many values are missing."""
    if isinstance(column, pl.Series):
        return column.null_count()
    return column.count(None) if type(column) is list else 0  # a tuple is as it came


def _targets(taken: Mapping[str, _Pieces], fields: Mapping[str, Target]) -> Iterator[tuple[str, _Pieces]]:
    """Each column's pieces, those that count first at the end."""
    columns = {name: pieces for name, pieces in taken.items() if not name.startswith("\0")}
    filled: dict[str, _Pieces] = {}
    for name, targets in fields.items():
        pieces = taken.get(f"\0{name}")
        if pieces is not None:
            for target in (targets,) if isinstance(targets, str) else targets:
                filled[target] = pieces + filled.get(target, [])
    for name, pieces in columns.items():
        filled[name] = filled.get(name, []) + pieces
    yield from filled.items()


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


def _series(name: str, pieces: _Pieces, size: int) -> pl.Series:
    field = declared().get(name)
    tables = [(rows, values) for rows, values in pieces if isinstance(values, pl.Series)]
    if tables and (field is None or not field.array):
        others: _Pieces = [(rows, values) for rows, values in pieces if not isinstance(values, pl.Series)]
        if others:
            tables.append((list(range(size)), _series(name, others, size)))  # of other rows than the tables'
        return _joined(tables, size).alias(name)
    values: _Values
    if len(pieces) == 1 and len(pieces[0][0]) == size:
        values = pieces[0][1]
    else:
        placed: list[Any] = [None] * size
        for rows, given in pieces:
            for row, value in zip(rows, given, strict=True):
                if value is not None:
                    placed[row] = value
        values = placed
    if field is not None and field.array:
        lists = [None if value is None else _texts(value) for value in values]
        series = pl.Series(name, lists, dtype=pl.List(pl.String))
        return (
            series.list.eval(pl.element().cast(_NUMBERS[field.type], strict=False))
            if field.type in _NUMBERS
            else series
        )
    if not set(map(type, values)) <= {str, type(None)}:
        values = [text(value) for value in values]
    return pl.Series(name, values, dtype=pl.String)


def _joined(pieces: Sequence[tuple[_Rows, pl.Series]], size: int) -> pl.Series:
    """The values of all pieces at their rows; of a row that comes twice, the last value counts."""
    if len(pieces) == 1 and len(pieces[0][0]) == size:
        return pieces[0][1]
    there = [values.is_not_null() for _, values in pieces]
    rows = pl.concat(
        [pl.Series(rows, dtype=pl.UInt32).filter(kept) for (rows, _), kept in zip(pieces, there, strict=True)]
    )
    values = pl.concat([values.filter(kept) for (_, values), kept in zip(pieces, there, strict=True)])
    places = pl.Series([None] * size, dtype=pl.UInt32)
    return values.gather(places.scatter(rows, pl.int_range(len(rows), dtype=pl.UInt32, eager=True)))


def _texts(value: Any) -> list[str]:
    members = value if isinstance(value, list) else [value]
    return [each for each in map(text, members) if each]
