"""State of behaviours in the relational store: rows that merge the same way whatever came first."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from watchfloor.detect.behaviors.plugin import Peers, Place, Row
from watchfloor.detect.behaviors.times import union, unpack
from watchfloor.store.behavior_tables import behavior, behavior_state
from watchfloor.store.writes import upsert

_AFTER_ALL = "\U0010ffff"
"""Behind every text."""
SINCE = -(1 << 63)
"""Slot of the rows that say since when an entity is known."""
MOST_ROWS = 5_000_000
"""Rows that are kept of one behaviour; what would be new beyond is refused and counted."""
LARGEST = 1 << 62
"""Sums end here; a saturated sum of what is not negative is the same in any order."""

_CHUNK = 2_000
_FETCH = 10_000
_IDENTITY = ("entity", "slot", "value")
_KEPT = ("first", "last", "count", "amount", "least", "most", "times")
_PLACE = ("event_id", "path", "line", "record_id", "channel")
_state = behavior_state.c
_NUMBER = sa.bindparam("number", type_=sa.Integer)
_COLUMNS = tuple(_state[name] for name in (*_IDENTITY, *_KEPT, *_PLACE))
_ALL = sa.select(*_COLUMNS).where(_state.behavior == _NUMBER).order_by(_state.entity, _state.slot, _state.value)
_OF = (
    sa.select(*_COLUMNS)
    .where(_state.behavior == _NUMBER, _state.entity == sa.bindparam("entity", type_=sa.String))
    .order_by(_state.slot, _state.value)
)

Key = tuple[str, int, str]
"""Entity, slot and value."""


def merge(connection: sa.Connection, number: int, observations: Iterable[Mapping[str, Any]], most: int) -> int:
    """Add observations (rows of `behave.observe.SCHEMA`) to a behaviour's rows.

    Args:
        connection: of the transaction that also commits their events: adding them twice would count them twice.
        number: of the behaviour.
        observations: in any order.
        most: moments that a row keeps.

    Returns:
        How many rows were refused, there being too many.
    """
    new: dict[Key, dict[str, Any]] = {}
    for each in observations:
        row = {name: each[name] for name in (*_IDENTITY, *_KEPT, *_PLACE)}
        for added in (row, {**row, **_AS_SINCE}):
            key = (added["entity"], added["slot"], added["value"])
            new[key] = _merged(new[key], added, most) if key in new else added
    known = _known(connection, number, list(new))
    room = MOST_ROWS - _rows(connection, number) if new else 0
    absent = sorted(key for key in new if key not in known)
    for key in absent[max(room, 0) :]:
        del new[key]
    rows = [_merged(known[key], row, most) if key in known else row for key, row in new.items()]
    for row in rows:
        row["behavior"] = number
    upsert(connection, behavior_state, rows)
    refused = max(len(absent) - max(room, 0), 0)
    _count(connection, number, len(absent) - refused, refused)
    return refused


_AS_SINCE = {"slot": SINCE, "value": "", "amount": 0, "least": None, "most": None, "times": None}


def _merged(one: Mapping[str, Any], other: Mapping[str, Any], most: int) -> dict[str, Any]:
    first = one if (one["first"], one["event_id"]) <= (other["first"], other["event_id"]) else other
    return {
        **first,
        "last": max(one["last"], other["last"]),
        "count": one["count"] + other["count"],
        "amount": min(one["amount"] + other["amount"], LARGEST),
        "least": _both(min, one["least"], other["least"]),
        "most": _both(max, one["most"], other["most"]),
        "times": None if one["times"] is None else union(one["times"], other["times"], most),
    }


def _both(choose: Any, one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return one if other is None else other
    chosen: int = choose(one, other)
    return chosen


def _known(connection: sa.Connection, number: int, keys: Sequence[Key]) -> dict[Key, dict[str, Any]]:
    found: dict[Key, dict[str, Any]] = {}
    identity = sa.tuple_(*(_state[name] for name in _IDENTITY))
    for start in range(0, len(keys), _CHUNK):
        query = sa.select(*_COLUMNS).where(_state.behavior == number, identity.in_(keys[start : start + _CHUNK]))
        for row in connection.execute(query).mappings():
            found[row["entity"], row["slot"], row["value"]] = dict(row)
    return found


def _rows(connection: sa.Connection, number: int) -> int:
    return int(connection.execute(sa.select(behavior.c.rows).where(behavior.c.number == number)).scalar_one())


def _count(connection: sa.Connection, number: int, added: int, refused: int) -> None:
    values = {"rows": behavior.c.rows + added, "refused": behavior.c.refused + refused}
    connection.execute(sa.update(behavior).where(behavior.c.number == number).values(values))


def histories(
    connection: sa.Connection, number: int, entities: Sequence[str] | None = None, resolution: int = 1
) -> Iterator[tuple[str, int, list[Row]]]:
    """Entity, since when it is known, and its rows by slot and value.

    Args:
        connection: to read from.
        number: of the behaviour.
        entities: those that are wanted, None for all.
        resolution: of the moments that rows keep, in microseconds.
    """
    if entities is None:
        with connection.execute(_ALL, {"number": number}, execution_options={"yield_per": _FETCH}) as rows:
            yield from _grouped(rows, resolution)
        return
    for entity in entities:
        yield from _grouped(connection.execute(_OF, {"number": number, "entity": entity}), resolution)


def _grouped(rows: Iterable[Any], resolution: int) -> Iterator[tuple[str, int, list[Row]]]:
    for entity, found in itertools.groupby(rows, key=lambda row: row[0]):
        since = None
        kept = []
        for row in found:
            if row[1] == SINCE:
                since = row[3]
            else:
                kept.append(_row(row, resolution))
        first = min((row.first for row in kept), default=0) if since is None else since
        yield entity, first, kept


def _row(row: Any, resolution: int) -> Row:
    _, slot, value, first, last, count, amount, least, most, times, *place = row
    moments = [each * resolution for each in unpack(times)]
    return Row(slot, value, first, last, count, amount, least or 0, most or 0, moments, Place(first, *place))


class StoredOthers:
    """A behaviour's entities, asked in the store; answers are remembered as long as nothing changes."""

    def __init__(self, connection: sa.Connection, number: int) -> None:
        self._connection = connection
        self._number = number
        self._sharing: dict[tuple[str, int, int], Peers] = {}
        self._slots: dict[tuple[int, int], list[tuple[str, int, int, int, int]]] = {}

    def peers(self, values: Iterable[str], after: int, until: int) -> dict[str, Peers]:
        """See `plugin.Others`."""
        found: dict[str, Peers] = {}
        wanted = sorted(set(values))
        for start in range(0, len(wanted), _CHUNK):
            query = (
                sa.select(_state.value, sa.func.count(sa.distinct(_state.entity)), sa.func.min(_state.first))
                .where(
                    _state.behavior == self._number,
                    _state.value.in_(wanted[start : start + _CHUNK]),
                    _state.slot != SINCE,
                    _state.first <= until,
                    _state.last > after,
                )
                .group_by(_state.value)
            )
            found.update({value: Peers(count, first) for value, count, first in self._connection.execute(query)})
        return found

    def sharing(self, beginning: str, after: int, until: int) -> Peers:
        """See `plugin.Others`."""
        asked = (beginning, after, until)
        if asked not in self._sharing:
            # By code points whatever the database's own order of texts is: PostgreSQL's may follow a language.
            by_code = self._connection.dialect.name == "postgresql"
            value = sa.collate(_state.value, "C") if by_code else _state.value
            query = sa.select(sa.func.count(sa.distinct(_state.entity)), sa.func.min(_state.first)).where(
                _state.behavior == self._number,
                value >= beginning,
                value < beginning + _AFTER_ALL,
                _state.slot != SINCE,
                _state.first <= until,
                _state.last > after,
            )
            count, first = self._connection.execute(query).one()
            self._sharing[asked] = Peers(count, first or 0)
        return self._sharing[asked]

    def rows(self, after: int, until: int) -> list[tuple[str, int, int, int, int]]:
        """See `plugin.Others`."""
        if (after, until) not in self._slots:
            query = (
                sa.select(
                    _state.entity,
                    _state.slot,
                    sa.func.sum(_state["count"]),
                    sa.func.sum(_state.amount),
                    sa.func.count(),
                )
                .where(_state.behavior == self._number, _state.slot >= max(after, SINCE + 1), _state.slot < until)
                .group_by(_state.entity, _state.slot)
                .order_by(_state.entity, _state.slot)
            )
            self._slots[after, until] = [
                (entity, slot, int(count), int(amount), distinct)
                for entity, slot, count, amount, distinct in self._connection.execute(query)
            ]
        return self._slots[after, until]


def prune(connection: sa.Connection, number: int, before: int) -> None:
    """Forget the slots that start before a moment; since when entities are known stays."""
    old = sa.delete(behavior_state).where(
        _state.behavior == number, _state.slot > SINCE, _state.slot < before, _state.last < before
    )
    gone = connection.execute(old).rowcount
    values = {"rows": behavior.c.rows - gone, "pruned": before}
    connection.execute(sa.update(behavior).where(behavior.c.number == number).values(values))
