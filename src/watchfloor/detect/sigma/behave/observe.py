"""What behaviours keep of one batch: its events summed up per entity, slot and value. Pure, by columns."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from watchfloor.detect.behaviors.plugin import Keeps
from watchfloor.detect.behaviors.times import packed
from watchfloor.detect.sigma.atoms import number
from watchfloor.detect.sigma.behave.rules import BehaviorRule
from watchfloor.detect.sigma.columns import BatchColumns, Codes, distinct
from watchfloor.detect.sigma.correlate.matches import GroupTexts, group_texts
from watchfloor.schema.sigma_fields import Scope

SCHEMA = pa.schema(
    {
        "key": pa.string(),
        "entity": pa.string(),
        "slot": pa.int64(),
        "value": pa.string(),
        "first": pa.int64(),
        "last": pa.int64(),
        "count": pa.int64(),
        "amount": pa.int64(),
        "least": pa.int64(),
        "most": pa.int64(),
        "times": pa.binary(),
        "event_id": pa.string(),
        "path": pa.string(),
        "line": pa.int64(),
        "record_id": pa.int64(),
        "channel": pa.string(),
    }
)
"""Columns of observations: the behaviour's key, entity and value (JSON arrays of folded texts), start of the slot, and
what `plugin.Row` says; `times` as `behaviors.times` packs them, null where none are kept; `least` and `most` are null
where no event has the amount. Rows whose `value` is null stand for events that were left out (`Keeps.crowd`): they say
only when the entity was there."""

MAX_AMOUNT = 1 << 40
"""Largest amount that one event adds."""
_PLACE = {"path": "log.file.path", "line": "log.line", "record_id": "winlog.record_id", "channel": "winlog.channel"}
_WHOLE: Mapping[str, Callable[[str], str]] = {}
_Ints = npt.NDArray[np.int64]


def observe(behavior: BehaviorRule, scope: Scope, columns: BatchColumns, rows: Codes) -> pa.Table:
    """The observations that some events of a batch, which satisfy the behaviour's selection, give it.

    Args:
        behavior: the behaviour.
        scope: where the events were found.
        columns: of the batch.
        rows: of the events, rising.
    """
    keeps = behavior.keeps
    entity, entities = _texts(columns, scope, keeps.entity, rows)
    value, values = _texts(columns, scope, keeps.value, rows, optional=keeps.optional, reads=keeps.reads)
    at, entity, value = _paired(entity, [len(found) for found in entities], value, [len(found) for found in values])
    if not len(at):
        return SCHEMA.empty_table()
    names = [*itertools.chain.from_iterable(entities)], [*itertools.chain.from_iterable(values)]
    rows, numbers = rows[at], (entity, value)
    if not keeps.crowd:
        return _summed(behavior, columns.table, rows, numbers, names, _amounts(columns, scope, keeps, rows))
    entity, entity_names = _by_text(entity, names[0])
    value, value_names = _by_text(value, names[1])
    crowded = _crowded(entity, value, _slots(_times(columns.table, rows), keeps), keeps.crowd)
    few = ~crowded
    amounts = _amounts(columns, scope, keeps, rows[few])
    names = entity_names, value_names
    found = _summed(behavior, columns.table, rows[few], (entity[few], value[few]), names, amounts)
    if not crowded.any():
        return found
    return pa.concat_tables([found, _there(behavior, columns.table, rows[crowded], entity[crowded], entity_names)])


def _texts(
    columns: BatchColumns,
    scope: Scope,
    names: Sequence[str],
    rows: Codes,
    *,
    optional: bool = False,
    reads: Mapping[str, Callable[[str], str]] = _WHOLE,
) -> tuple[Codes, list[list[str]]]:
    """Per event the number of its combination of values, and per combination the texts that it is."""
    read = [columns.field(scope.sources(name)) for name in names]
    known = [found for found in read if found is not None]
    if not known or (len(known) < len(read) and not optional):
        missing = bool(names) and not optional
        return np.zeros(len(rows), np.int64), [[] if missing else group_texts([("",)] * len(names))]
    combination, first = distinct([found.codes[rows] for found in known])
    nothing: Sequence[str] = ("",) if optional else ()
    reading = [reads.get(name) for name in names]
    chosen = rows[first]
    codes = [found.codes[chosen].tolist() if found else [0] * len(chosen) for found in read]
    texts = GroupTexts(
        [
            [nothing, *_said(found.values, own, each)] if found else [nothing]
            for found, own, each in zip(read, codes, reading, strict=True)
        ],
        [columns.json(scope.sources(name), (optional, each)) for name, each in zip(names, reading, strict=True)],
    )
    return combination, texts.of(codes)


def _said(
    values: Sequence[Sequence[str]], asked: Sequence[int], reading: Callable[[str], str] | None
) -> Sequence[Sequence[str]]:
    """What is kept of a field's values, save the first, which is none; those that are not asked for stay unread."""
    if reading is None:
        return values[1:]
    read = {code: [reading(text) for text in values[code]] for code in set(asked)}
    return [read.get(code, ()) for code in range(1, len(values))]


def _paired(entity: Codes, entities: Sequence[int], value: Codes, values: Sequence[int]) -> tuple[Codes, Codes, Codes]:
    """Every event with each of its entities and values: its position, and the numbers of both among all texts."""
    of_entity, of_value = np.array(entities, np.int64), np.array(values, np.int64)
    first_entity, first_value = np.cumsum(of_entity) - of_entity, np.cumsum(of_value) - of_value
    counts = of_entity[entity] * of_value[value]
    at = np.repeat(np.arange(len(entity)), counts)
    within = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
    width = np.maximum(of_value[value], 1)[at]
    return at, first_entity[entity[at]] + within // width, first_value[value[at]] + within % width


def _amounts(columns: BatchColumns, scope: Scope, keeps: Keeps, rows: Codes) -> tuple[_Ints, npt.NDArray[np.bool_]]:
    """Per event its amount, and whether it has one."""
    sources = scope.sources(keeps.amount) if keeps.amount else ()
    if len(sources) == 1 and sources[0] in columns.table.column_names:
        column = columns.table[sources[0]]
        if pa.types.is_integer(column.type):  # by far the usual case, and distinct texts of such are many
            taken = column.take(pa.array(rows))
            known = taken.fill_null(0).cast(pa.int64()).to_numpy()
            return np.clip(known, 0, MAX_AMOUNT), taken.is_valid().to_numpy()
    found = columns.field(sources) if sources else None
    if found is None:
        return np.zeros(len(rows), np.int64), np.zeros(len(rows), np.bool_)
    codes, where = np.unique(found.codes[rows], return_inverse=True)
    read = [_amount(found.values[code], min if keeps.smallest else sum) for code in codes.tolist()]
    amounts = np.array([each or 0 for each in read], np.int64)
    return amounts[where], np.array([each is not None for each in read], np.bool_)[where]


def _amount(texts: Sequence[str], together: Callable[[list[float]], float]) -> int | None:
    """An event's numbers together, whole and within bounds."""
    found = [each for text in texts if (each := number(text)) is not None]
    return min(max(int(together(found)), 0), MAX_AMOUNT) if found else None


def _summed(
    behavior: BehaviorRule,
    table: pa.Table,
    rows: Codes,
    numbers: tuple[Codes, Codes],
    names: tuple[list[str], list[str]],
    amounts: tuple[_Ints, npt.NDArray[np.bool_]],
) -> pa.Table:
    keeps = behavior.keeps
    times = _times(table, rows)
    keys = (*numbers, _slots(times, keeps))
    order = np.lexsort((times, *keys))
    times, rows, amount, there = times[order], rows[order], amounts[0][order], amounts[1][order]
    entity, value, slots = (each[order] for each in keys)
    news = (entity[1:] != entity[:-1]) | (value[1:] != value[:-1]) | (slots[1:] != slots[:-1])
    starts = np.flatnonzero(np.concatenate(([True], news)))
    counts = np.diff(np.append(starts, len(rows)))
    some = np.logical_or.reduceat(there, starts)
    kept = None if keeps.times is None else packed(times // keeps.times.resolution, starts, counts, keeps.times.most)
    return pa.table(
        {
            "key": pa.repeat(behavior.key, len(starts)),
            "entity": pa.array(names[0], pa.string()).take(pa.array(entity[starts])),
            "slot": slots[starts],
            "value": pa.array(names[1], pa.string()).take(pa.array(value[starts])),
            "first": times[starts],
            "last": times[starts + counts - 1],
            "count": counts,
            "amount": np.add.reduceat(amount, starts),
            "least": pa.array(np.minimum.reduceat(np.where(there, amount, MAX_AMOUNT), starts), mask=~some),
            "most": pa.array(np.maximum.reduceat(amount, starts), mask=~some),
            "times": pa.nulls(len(starts), pa.binary()) if kept is None else pa.array(kept, pa.binary()),
            **_places(table, _earliest(table, rows, times, starts, counts)),
        },
        schema=SCHEMA,
    )


def _there(behavior: BehaviorRule, table: pa.Table, rows: Codes, numbers: Codes, names: Sequence[str]) -> pa.Table:
    """When the entities of events that are left out were there."""
    times = _times(table, rows)
    order = np.lexsort((times, numbers))
    times, rows, entity = times[order], rows[order], numbers[order]
    starts = np.flatnonzero(np.concatenate(([True], entity[1:] != entity[:-1])))
    ends = np.append(starts[1:], len(rows)) - 1
    known = {
        "key": pa.repeat(behavior.key, len(starts)),
        "entity": pa.array(names, pa.string()).take(pa.array(entity[starts])),
        "slot": _slots(times[starts], behavior.keeps),
        "first": times[starts],
        "last": times[ends],
        "count": ends - starts + 1,
        "amount": np.zeros(len(starts), np.int64),
        **_places(table, rows[starts]),
    }
    return pa.table(
        {each.name: known[each.name] if each.name in known else pa.nulls(len(starts), each.type) for each in SCHEMA},
        schema=SCHEMA,
    )


def _by_text(codes: Codes, texts: Sequence[str]) -> tuple[Codes, list[str]]:
    """The same, equal texts having one number."""
    encoded = pa.array(texts, pa.string()).dictionary_encode()
    return encoded.indices.to_numpy()[codes].astype(np.int64), encoded.dictionary.to_pylist()


def _crowded(entity: Codes, value: Codes, slots: _Ints, most: int) -> npt.NDArray[np.bool_]:
    """Which events are of entities beyond the first so many of their slot and value."""
    order = np.lexsort((entity, value, slots))
    entity, value, slots = entity[order], value[order], slots[order]
    other = np.concatenate(([True], (value[1:] != value[:-1]) | (slots[1:] != slots[:-1])))
    entities = np.cumsum(other | np.concatenate(([True], entity[1:] != entity[:-1])))
    before = np.repeat(entities[other] - 1, np.diff(np.append(np.flatnonzero(other), len(order))))
    found = np.zeros(len(order), np.bool_)
    found[order] = entities - before > most
    return found


def _times(table: pa.Table, rows: Codes) -> _Ints:
    times: _Ints = table["@timestamp"].cast(pa.int64()).to_numpy()[rows]
    return times


def _slots(times: _Ints, keeps: Keeps) -> _Ints:
    return times // keeps.slot * keeps.slot if keeps.slot else np.zeros(len(times), np.int64)


def _places(table: pa.Table, rows: Codes) -> dict[str, Any]:
    """Events and where they are, as columns."""
    names = [name for name in ("event.id", *_PLACE.values()) if name in table.column_names]
    taken = table.select(names).take(pa.array(rows))
    found = {name: _column(taken, column, SCHEMA.field(name).type) for name, column in _PLACE.items()}
    return {"event_id": taken["event.id"], **found}


def _earliest(table: pa.Table, rows: Codes, times: _Ints, starts: Codes, counts: Codes) -> Codes:
    """The row of each group's first event; of several at that time the one with the least id, whatever the order."""
    chosen = rows[starts].copy()
    same = np.add.reduceat((times == np.repeat(times[starts], counts)).astype(np.int64), starts)
    for group in np.flatnonzero(same > 1).tolist():
        start = int(starts[group])
        candidates = rows[start : start + int(same[group])]
        ids = table["event.id"].take(pa.array(candidates)).to_pylist()
        chosen[group] = candidates[min(range(len(ids)), key=ids.__getitem__)]
    return chosen


def _column(table: pa.Table, name: str, type_: pa.DataType) -> pa.ChunkedArray | pa.Array:
    return table[name].cast(type_) if name in table.column_names else pa.nulls(table.num_rows, type_)
