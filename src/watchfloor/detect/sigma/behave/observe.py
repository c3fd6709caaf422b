"""What behaviours keep of one batch: its events summed up per entity, slot and value. Pure, by columns."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from watchfloor.detect.behaviors.plugin import Keeps
from watchfloor.detect.behaviors.times import packed
from watchfloor.detect.sigma.atoms import number
from watchfloor.detect.sigma.behave.rules import BehaviorRule
from watchfloor.detect.sigma.columns import BatchColumns, Codes, Encoded, distinct
from watchfloor.detect.sigma.correlate.matches import group_texts
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
where no event has the amount."""

MAX_AMOUNT = 1 << 40
"""Largest amount that one event adds."""
_PLACE = {"path": "log.file.path", "line": "log.line", "record_id": "winlog.record_id", "channel": "winlog.channel"}
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
    entity = [columns.field(scope.sources(name)) for name in keeps.entity]
    value = [columns.field(scope.sources(name)) for name in keeps.value]
    if any(found is None for found in entity) or (not keeps.optional and any(found is None for found in value)):
        return SCHEMA.empty_table()
    read = [found for found in (*entity, *value) if found is not None]
    combination, first = distinct([found.codes[rows] for found in read]) if read else _one(len(rows))
    pairs = [_pairs(keeps, entity, value, int(rows[row])) for row in first.tolist()]
    rows, pair, texts = _flat(rows, combination, pairs)
    if not len(rows):
        return SCHEMA.empty_table()
    amounts, there = _amounts(columns, scope, keeps, rows)
    return _summed(behavior, columns.table, rows, pair, texts, amounts, there)


def _one(size: int) -> tuple[Codes, Codes]:
    return np.zeros(size, np.int64), np.zeros(min(size, 1), np.int64)


def _pairs(
    keeps: Keeps, entity: Sequence[Encoded | None], value: Sequence[Encoded | None], row: int
) -> list[tuple[str, str]]:
    """Entities and values of the events whose fields have the same values as a row."""
    entities, values = (
        group_texts([found.values[found.codes[row]] if found else () for found in fields] if fields else [])
        for fields in (entity, value)
    )
    if not values and keeps.optional:
        known = [found.values[found.codes[row]] if found else () for found in value]
        values = group_texts([texts or ("",) for texts in known])
    return [(one, other) for one in entities for other in values]


def _flat(
    rows: Codes, combination: Codes, pairs: Sequence[Sequence[tuple[str, str]]]
) -> tuple[Codes, Codes, list[tuple[str, str]]]:
    """Each event as often as it has pairs, the number of the pair, and the distinct pairs."""
    numbers: dict[tuple[str, str], int] = {}
    members = [[numbers.setdefault(pair, len(numbers)) for pair in found] for found in pairs]
    if all(len(found) == 1 for found in members):
        return rows, np.array([found[0] for found in members], np.int64)[combination], list(numbers)
    counts = np.array([len(found) for found in members], np.int64)
    starts = np.cumsum(counts) - counts
    repeats = counts[combination]
    within = np.arange(int(repeats.sum())) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    flat = np.array(list(itertools.chain.from_iterable(members)), np.int64)
    return np.repeat(rows, repeats), flat[np.repeat(starts[combination], repeats) + within], list(numbers)


def _amounts(columns: BatchColumns, scope: Scope, keeps: Keeps, rows: Codes) -> tuple[_Ints, npt.NDArray[np.bool_]]:
    """Per event its amount, and whether it has one."""
    found = columns.field(scope.sources(keeps.amount)) if keeps.amount else None
    if found is None:
        return np.zeros(len(rows), np.int64), np.zeros(len(rows), np.bool_)
    codes, where = np.unique(found.codes[rows], return_inverse=True)
    known = [_amount(found.values[code], min if keeps.smallest else sum) for code in codes.tolist()]
    amounts = np.array([each or 0 for each in known], np.int64)
    return amounts[where], np.array([each is not None for each in known], np.bool_)[where]


def _amount(texts: Sequence[str], together: Callable[[list[float]], float]) -> int | None:
    """An event's numbers together, whole and within bounds."""
    found = [each for text in texts if (each := number(text)) is not None]
    return min(max(int(together(found)), 0), MAX_AMOUNT) if found else None


def _summed(
    behavior: BehaviorRule,
    table: pa.Table,
    rows: Codes,
    pair: Codes,
    texts: list[tuple[str, str]],
    amounts: _Ints,
    there: npt.NDArray[np.bool_],
) -> pa.Table:
    keeps = behavior.keeps
    times = table["@timestamp"].cast(pa.int64()).to_numpy()[rows]
    slots = times // keeps.slot * keeps.slot if keeps.slot else np.zeros(len(times), np.int64)
    order = np.lexsort((times, slots, pair))
    pair, slots, times, amounts, rows = (each[order] for each in (pair, slots, times, amounts, rows))
    there = there[order]
    starts = np.flatnonzero(np.r_[True, (pair[1:] != pair[:-1]) | (slots[1:] != slots[:-1])])
    counts = np.diff(np.r_[starts, len(pair)])
    chosen = _earliest(table, rows, times, starts, counts)
    some = np.logical_or.reduceat(there, starts)
    least = np.minimum.reduceat(np.where(there, amounts, MAX_AMOUNT), starts)
    most = np.maximum.reduceat(amounts, starts)
    kept = None if keeps.times is None else packed(times // keeps.times.resolution, starts, counts, keeps.times.most)
    taken = table.select([name for name in ("event.id", *_PLACE.values()) if name in table.column_names]).take(
        pa.array(chosen)
    )
    of_pair = pa.array(pair[starts])
    return pa.table(
        {
            "key": pa.repeat(behavior.key, len(starts)),
            "entity": pa.array([entity for entity, _ in texts], pa.string()).take(of_pair),
            "slot": slots[starts],
            "value": pa.array([value for _, value in texts], pa.string()).take(of_pair),
            "first": times[starts],
            "last": times[starts + counts - 1],
            "count": counts,
            "amount": np.add.reduceat(amounts, starts),
            "least": pa.array(least, mask=~some),
            "most": pa.array(most, mask=~some),
            "times": pa.nulls(len(starts), pa.binary()) if kept is None else pa.array(kept, pa.binary()),
            "event_id": taken["event.id"],
            **{name: _column(taken, column, SCHEMA.field(name).type) for name, column in _PLACE.items()},
        },
        schema=SCHEMA,
    )


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
