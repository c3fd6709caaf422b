"""Columns from the event data: records of one kind with the same field names are transposed and treated as one.

Every step works on whole columns of such a group, so that the cost per record stays small however many kinds a batch
mixes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import polars as pl

from watchfloor.parsers.windows import _values
from watchfloor.parsers.windows._convert import Column, Columns, ecs, objects
from watchfloor.parsers.windows._kinds import Kind, kind_of
from watchfloor.parsers.windows._pieces import Pieces
from watchfloor.schema.fields import REST

DATA = "winlog.event_data."
USER_DATA = "winlog.user_data."
_UNNAMED = "Data"

Heads = Mapping[str, Sequence[str | None]]


def group_columns(
    data: Sequence[dict[str, Any]],
    user_data: Sequence[dict[str, Any]],
    heads: Heads,
    outcomes: Sequence[str | None],
    *,
    wanted: frozenset[str],
) -> list[pl.Series]:
    """The columns of the event data and all ECS columns that the kind of event decides.

    Args:
        data: EventData by record.
        user_data: UserData by record, or empty when no record has any.
        heads: text columns of System, by field name.
        outcomes: what is known of success by record, used where the kind of event does not decide.
        wanted: names that get a column of their own; others go into the rest column as a JSON object.
    """
    kinds = _signatures(len(data), heads)
    users = user_data or [{}] * len(data)
    groups: dict[Any, list[int]] = {}
    for row, signature in enumerate(zip(kinds, map(tuple, data), map(tuple, users), strict=True)):
        groups.setdefault(signature, []).append(row)
    pieces = Pieces(list(groups.values()))
    for number, (signature, rows) in enumerate(groups.items()):
        fields = _fields(signature[1], [data[row] for row in rows])
        of_user = _fields(signature[2], [users[row] for row in rows])
        vendor = {DATA + name: values for name, values in fields.items()}
        vendor |= {USER_DATA + name: values for name, values in of_user.items()}
        _put_vendor(pieces, number, vendor, wanted)
        kind = kind_of(*signature[0])
        if kind:
            of_system = {name: [heads[field][row] for row in rows] for name, field in kind.of_system if field in heads}
            _put_kind(pieces, number, kind, {**of_system, **of_user, **fields})
        if not (kind and kind.outcome):
            pieces.put("event.outcome", number, [outcomes[row] for row in rows])
    return pieces.columns()


def _signatures(size: int, heads: Heads) -> list[tuple[str | None, ...]]:
    absent: list[None] = [None] * size
    names = ("winlog.provider_name", "winlog.channel", "winlog.event_id")
    return list(zip(*(heads.get(name, absent) for name in names), strict=True))


def _fields(names: tuple[str, ...], records: Sequence[dict[str, Any]]) -> Columns:
    """The records' fields as columns of text, unnamed items as a column of lists; without those that have no value."""
    columns: Columns = {}
    if not names:
        return columns
    for name, values in zip(names, zip(*(record.values() for record in records), strict=True), strict=True):
        if not name:
            continue
        texts = [_unnamed(value) for value in values] if name == _UNNAMED else _values.texts(values)
        if texts.count(None) < len(texts):
            columns[name] = texts
    return columns


def _unnamed(value: Any) -> list[str] | None:
    items = value if isinstance(value, list) else [value]
    texts = [item or "" for item in _values.texts(items)]
    return texts if any(texts) else None


def _put_vendor(pieces: Pieces, group: int, vendor: Columns, wanted: frozenset[str]) -> None:
    rest = {}
    for name, values in vendor.items():
        if name in wanted:
            pieces.put(name, group, values)
        else:
            rest[name] = values
    if rest:
        pieces.put(REST, group, _objects_of(rest))


def _objects_of(columns: Columns) -> list[str | None]:
    """One JSON object per row, of the columns that have a value there."""
    names = tuple(columns)
    complete = all(None not in values for values in columns.values())
    rows = zip(*columns.values(), strict=True)
    objects = [dict(zip(names, row, strict=True)) for row in rows]
    if not complete:
        objects = [{name: value for name, value in each.items() if value is not None} for each in objects]
    return [orjson.dumps(each).decode() if each else None for each in objects]


def _put_kind(pieces: Pieces, group: int, kind: Kind, fields: Columns) -> None:
    pieces.put_one("event.action", group, kind.action)
    if kind.outcome:
        pieces.put_one("event.outcome", group, kind.outcome)
    for name, fixed, by_value in (
        ("event.category", kind.category, kind.category_by),
        ("event.type", kind.type, kind.type_by),
    ):
        source = next((source for source in by_value or () if source in fields), None)
        if by_value and source:
            pieces.put(name, group, [by_value[source].get(value, fixed) for value in fields[source]])
        else:
            pieces.put_one(name, group, fixed)
    for name, values in _ecs_columns(kind, fields).items():
        pieces.put(name, group, values)


def _ecs_columns(kind: Kind, fields: Columns) -> Columns:
    """What the kind's maps make of the fields; where two of them give one column, the first value counts."""
    columns: Columns = {}
    for target, sources in kind.fields:
        if target == "object":
            derived = _object([fields.get(source, ()) for source in sources])
        else:
            present = [fields[source] for source in sources if source in fields]
            derived = ecs(target, _first_of(present)) if present else {}
        for name, values in derived.items():
            if values.count(None) < len(values):
                columns[name] = _first_of([columns[name], values]) if name in columns else values
    return columns


def _object(columns: Sequence[Column]) -> Columns:
    size = max(map(len, columns))
    kinds, names, values = (column or [None] * size for column in columns)
    return objects(kinds, names, values) if size else {}


def _first_of(columns: Sequence[Column]) -> Column:
    first = columns[0]
    for following in columns[1:]:
        first = [b if a is None or a == "-" else a for a, b in zip(first, following, strict=True)]
    return first
