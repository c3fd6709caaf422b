"""Columns from the fields of one group of events: the vendor's own and, by the kind of event, those of ECS."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from watchfloor.parsers.windows._convert import Column, Columns, ecs, objects
from watchfloor.parsers.windows._kinds import Kind, kind_of
from watchfloor.parsers.windows._pieces import Pieces
from watchfloor.schema.fields import REST

DATA = "winlog.event_data."
USER_DATA = "winlog.user_data."


def put_fields(
    pieces: Pieces,
    group: int,
    kind: tuple[str | None, ...],
    head: Columns,
    fields: Columns,
    user_fields: Columns,
    outcomes: Column,
    *,
    wanted: frozenset[str],
) -> None:
    """Puts the columns of the event data, and all ECS columns that the kind of event decides, in their places.

    Args:
        pieces: where they go.
        group: the number of the group there.
        kind: provider, channel and event id of all records.
        head: text columns of System, by field name.
        fields: EventData by name.
        user_fields: UserData by name.
        outcomes: what is known of success by record, used where the kind of event does not decide.
        wanted: names that get a column of their own; others go into the rest column as a JSON object.
    """
    vendor = {DATA + name: values for name, values in fields.items()}
    vendor |= {USER_DATA + name: values for name, values in user_fields.items()}
    _put_vendor(pieces, group, vendor, wanted)
    known = kind_of(*kind)
    if known:
        of_system = {name: head[field] for name, field in known.of_system if field in head}
        _put_kind(pieces, group, known, {**of_system, **user_fields, **fields})
    if not (known and known.outcome):
        pieces.put_alike("event.outcome", group, outcomes)


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
    """What the kind's maps make of the fields; where two of them give one column, the first value counts.

    What a name says of its domain counts after the fields of the domain, wherever these stand.
    """
    columns: Columns = {}
    of_names: Columns = {}
    for target, sources in kind.fields:
        if target == "object":
            derived = _object([fields.get(source, ()) for source in sources])
        else:
            present = [fields[source] for source in sources if source in fields]
            derived = ecs(target, _first_of(present)) if present else {}
        for name, values in derived.items():
            if values.count(None) == len(values):
                continue
            if name.endswith(".domain") and target.endswith(".name"):
                of_names.setdefault(name, values)
            else:
                columns[name] = _first_of([columns[name], values]) if name in columns else values
    for name, values in of_names.items():
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
