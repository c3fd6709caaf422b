"""State of behaviours in the relational store: rows that merge the same way whatever came first."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from watchfloor.detect.behaviors.crowds import Crowds
from watchfloor.detect.behaviors.moments import Key, Recent, stored
from watchfloor.detect.behaviors.plugin import Peers, Place, Row
from watchfloor.detect.behaviors.times import union, unions, unpack
from watchfloor.store.behavior_tables import behavior, behavior_state
from watchfloor.store.writes import merge_rows

_AFTER_ALL = "\U0010ffff"
"""Behind every text."""
SINCE = -(1 << 63)
"""Slot of the rows that say since when an entity is known."""
CLOCKS_SET = 978_307_200_000_000
"""2001-01-01: what is earlier comes from clocks that nobody has set, which begin at 1970, 1980 or 2000.

It says nothing about since when an entity is known, else one such event would end learning before it began.
"""
MOST_ROWS = 5_000_000
"""Rows that are kept of one behaviour; what would be new beyond is refused and counted."""
LARGEST = 1 << 62
"""Sums end here; a saturated sum of what is not negative is the same in any order."""
_LARGEST: sa.ColumnClause[int] = sa.literal_column(str(LARGEST))  # a parameter would go with each row

_CHUNK = 2_000
_FETCH = 10_000
_IDENTITY = ("entity", "slot", "value")
_KEPT = ("first", "last", "count", "amount", "least", "most", "times")
_PLACE = ("event_id", "path", "line", "record_id", "channel")
_NAMES = (*_IDENTITY, *_KEPT, *_PLACE)
_state = behavior_state.c
_NUMBER = sa.bindparam("number", type_=sa.Integer)
_COLUMNS = tuple(_state[name] for name in _NAMES)
_ALL = sa.select(*_COLUMNS).where(_state.behavior == _NUMBER).order_by(_state.entity, _state.slot, _state.value)
_OF = (
    sa.select(*_COLUMNS)
    .where(_state.behavior == _NUMBER, _state.entity == sa.bindparam("entity", type_=sa.String))
    .order_by(_state.slot, _state.value)
)

_COUNTED = sa.select(behavior.c.rows, behavior.c.last).where(behavior.c.number == _NUMBER)
_LATEST = sa.bindparam("latest", type_=sa.BigInteger)
_COUNT = (
    sa.update(behavior)
    .where(behavior.c.number == sa.bindparam("of", type_=sa.Integer))
    .values(
        rows=sa.bindparam("counted", type_=sa.BigInteger),
        refused=behavior.c.refused + sa.bindparam("more", type_=sa.BigInteger),
        last=sa.case((behavior.c.last > _LATEST, behavior.c.last), else_=_LATEST),
    )
)


class Kept(NamedTuple):
    """What observations and the store have of one entity, slot and value, in the order of the store's columns."""

    entity: str
    slot: int
    value: str
    first: int
    last: int
    events: int
    amount: int
    least: int | None
    most: int | None
    times: bytes | None
    event_id: str
    path: str
    line: int
    record_id: int | None
    channel: str | None


def merge(connection: sa.Connection, number: int, observations: pa.Table, keep: Keeping) -> int:
    """Add observations (`behave.observe.SCHEMA`) to a behaviour's rows.

    Args:
        connection: of the transaction that also commits their events: adding them twice would count them twice.
        number: of the behaviour.
        observations: in any order.
        keep: what is kept of them.

    Returns:
        How many rows were refused, there being too many.
    """
    rows = _by_key(observations if keep.crowds is None else _admitted(observations, keep.crowds), keep.moments)
    if keep.since is not None:
        rows.update(_since(observations, keep.since))
    latest = max(observations["last"].to_pylist(), default=SINCE)
    refused = _bounded(connection, number, rows, latest, keep)
    if rows:
        ordered = sorted(rows)  # neighbours in the store come one after the other
        peers = [key[2] if keep.shared and key[1] != SINCE else None for key in ordered]
        columns = zip(*map(rows.__getitem__, ordered), strict=True)
        merge_rows(connection, behavior_state, [[number] * len(rows), *columns, peers], _merging)
    return refused


class Keeping(NamedTuple):
    """What is kept of observations.

    Attributes:
        moments: most per row, 0 for none.
        since: entity -> since when the store knows it, for those of which that is known here, too; None where it is
            not kept. Entities are added.
        shared: whether values are asked for across entities.
        crowds: what says which rows are kept of values that many have; None where all are.
        recent: what says which moments the store may have; None where it may have any.
    """

    moments: int = 0
    since: dict[str, int] | None = None
    shared: bool = False
    crowds: Crowds | None = None
    recent: Recent | None = None


def _by_key(observations: pa.Table, moments: int) -> dict[Key, Kept]:
    """The rows of observations, those of one key merged; as a rule there are none to merge."""
    read = [*_rows(observations)]
    rows = {row[:3]: row for row in read}
    if len(rows) < len(read):
        rows.clear()
        for row in read:
            key = row[:3]
            rows[key] = merged(rows[key], row, moments) if key in rows else row
    return rows


def _rows(observations: pa.Table) -> Iterator[Kept]:
    return map(Kept._make, zip(*(observations[name].to_pylist() for name in _NAMES), strict=True))


def _admitted(observations: pa.Table, crowds: Crowds) -> pa.Table:
    """Without rows that say only that somebody was there, and those that are too many of their value."""
    told = observations.filter(pc.is_valid(observations["value"]))
    identities = zip(*(told[name].to_pylist() for name in ("slot", "value", "entity")), strict=True)
    return told.filter(pa.array(crowds.admitted(identities), pa.bool_()))


def _since(observations: pa.Table, known: dict[str, int]) -> dict[Key, Kept]:
    """Rows that say since when entities are known, where that is news."""
    if len(known) > _REMEMBERED:
        known.clear()
    news: dict[str, int] = {}
    for place, (entity, first) in enumerate(
        zip(observations["entity"].to_pylist(), observations["first"].to_pylist(), strict=True)
    ):
        if CLOCKS_SET <= first < known.get(entity, LARGEST):
            known[entity] = first
            news[entity] = place
    told = observations.take(pa.array(news.values(), pa.int64()))
    return {(row.entity, SINCE, ""): row._replace(**_AS_SINCE) for row in _rows(told)}


_REMEMBERED = 500_000
"""Entities of a behaviour of which it is remembered since when they are known."""
_AS_SINCE: Mapping[str, Any] = {"slot": SINCE, "value": "", "amount": 0, "least": None, "most": None, "times": None}


def _merging(new: Mapping[str, Any]) -> dict[str, Any]:
    """What becomes of a row's columns when one with its key comes, in portable SQL; moments come already united."""
    earlier = sa.or_(
        new["first"] < _state.first, sa.and_(new["first"] == _state.first, new["event_id"] < _state.event_id)
    )
    total = _state.amount + new["amount"]
    return {
        **{name: sa.case((earlier, new[name]), else_=_state[name]) for name in ("first", *_PLACE)},
        "last": sa.case((new["last"] > _state.last, new["last"]), else_=_state.last),
        "count": _state["count"] + new["count"],
        "amount": sa.case((total > _LARGEST, _LARGEST), else_=total),
        "least": sa.case((new["least"] < _state.least, new["least"]), else_=_coalesced(_state.least, new["least"])),
        "most": sa.case((new["most"] > _state.most, new["most"]), else_=_coalesced(_state.most, new["most"])),
        "times": new["times"],
    }


def _coalesced(known: Any, new: Any) -> Any:
    return sa.func.coalesce(known, new)


def merged(one: Kept, other: Kept, most: int) -> Kept:
    """Two rows of one entity, slot and value as one; what the store's own merging does, and the moments."""
    first = one if (one.first, one.event_id) <= (other.first, other.event_id) else other
    return first._replace(
        last=max(one.last, other.last),
        events=one.events + other.events,
        amount=min(one.amount + other.amount, LARGEST),
        least=_both(min, one.least, other.least),
        most=_both(max, one.most, other.most),
        times=union(one.times, other.times, most) if most else None,
    )


def _both(choose: Any, one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return one if other is None else other
    chosen: int = choose(one, other)
    return chosen


def _bounded(connection: sa.Connection, number: int, rows: dict[Key, Kept], last: int, keep: Keeping) -> int:
    """Leave out rows that would be new beyond `MOST_ROWS`, and give the others the moments of the store; how many.

    The number that the store has for a behaviour counts every row as new, until that is too many.
    """
    count, before = connection.execute(_COUNTED, {"number": number}).one()
    if keep.recent is not None:
        keep.recent.compare(count, before)
    refused = 0
    if count + len(rows) > MOST_ROWS:
        count = connection.execute(
            sa.select(sa.func.count()).select_from(behavior_state).where(_state.behavior == number)
        ).scalar_one()
        absent = sorted(rows.keys() - _present(connection, number, rows))
        for key in absent[max(MOST_ROWS - count, 0) :]:
            del rows[key]
            refused += 1
    counted = {"of": number, "counted": count + len(rows), "more": refused, "latest": last}
    connection.execute(_COUNT, counted)
    if keep.moments:
        keys = [key for key in rows if key[1] != SINCE]
        _with_known_moments(connection, number, rows, keys, keep)
        if keep.recent is not None:
            keep.recent.left(keys, count + len(rows), last if before is None else max(before, last))
    return refused


def _with_known_moments(
    connection: sa.Connection, number: int, rows: dict[Key, Kept], keys: Collection[Key], keep: Keeping
) -> None:
    """Add to new rows the moments that the store has for them; all else it merges itself."""
    known = dict(stored(connection, number, keys if keep.recent is None else keep.recent.known(keys)))
    both = unions([rows[key].times or b"" for key in known], [*known.values()], keep.moments)
    for key, times in zip(known, both, strict=True):
        rows[key] = rows[key]._replace(times=times)


def _present(connection: sa.Connection, number: int, keys: Iterable[Key]) -> set[Key]:
    found: set[Key] = set()
    identity = sa.tuple_(*(_state[name] for name in _IDENTITY))
    wanted = list(keys)
    for start in range(0, len(wanted), _CHUNK):
        query = sa.select(*(_state[name] for name in _IDENTITY)).where(
            _state.behavior == number, identity.in_(wanted[start : start + _CHUNK])
        )
        found.update(tuple(row) for row in connection.execute(query))
    return found


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
        self._sharing: dict[tuple[str, int, int, str], Peers] = {}
        self._slots: dict[tuple[int, int], list[tuple[str, int, int, int, int]]] = {}

    def peers(self, values: Iterable[str], after: int, until: int) -> dict[str, Peers]:
        """See `plugin.Others`."""
        found: dict[str, Peers] = {}
        wanted = sorted(set(values))
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            # For a single value SQLite would read all rows of the behaviour instead of the index: give it twice.
            chunk = chunk * 2 if len(chunk) == 1 else chunk
            query = (
                sa.select(_state.peer, sa.func.count(sa.distinct(_state.entity)), sa.func.min(_state.first))
                .where(
                    _state.behavior == self._number,
                    _state.peer.in_(chunk),
                    _state.first <= until,
                    _state.last > after,
                )
                .group_by(_state.peer)
            )
            found.update({value: Peers(count, first) for value, count, first in self._connection.execute(query)})
        return found

    def sharing(self, beginning: str, after: int, until: int, also: str = "") -> Peers:
        """See `plugin.Others`."""
        asked = (beginning, after, until, also)
        if asked not in self._sharing:
            chosen = [self._having(_state.peer, beginning, after, until)]
            if also:
                same = sa.alias(behavior_state)
                # By the value, so that an entity's own rows are searched instead of all that begin so.
                chosen.append(
                    sa.exists().where(same.c.entity == _state.entity, self._having(same.c.value, also, after, until))
                )
            query = sa.select(sa.func.count(sa.distinct(_state.entity)), sa.func.min(_state.first)).where(*chosen)
            count, first = self._connection.execute(query).one()
            self._sharing[asked] = Peers(count, first or 0)
        return self._sharing[asked]

    def _having(self, value: sa.Column[str], beginning: str, after: int, until: int) -> sa.ColumnElement[bool]:
        """Whether a row of that time has a value that begins so."""
        rows = value.table.c
        # By code points whatever the database's own order of texts is: PostgreSQL's may follow a language.
        text = sa.collate(value, "C") if self._connection.dialect.name == "postgresql" else value
        return sa.and_(
            rows.behavior == self._number,
            text >= beginning,
            text < beginning + _AFTER_ALL,
            rows.first <= until,
            rows.last > after,
        )

    def rare(self, beginning: str, after: int, until: int, most: int) -> int:
        """See `plugin.Others`."""
        few = (
            sa.select(sa.literal(1))
            .where(self._having(_state.peer, beginning, after, until))
            .group_by(_state.peer)
            .having(sa.func.count(sa.distinct(_state.entity)) <= most)
            .subquery()
        )
        return self._connection.execute(sa.select(sa.func.count()).select_from(few)).scalar_one()

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
