"""Moments that the store has for rows which come again: asked for only where they may be there."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import sqlalchemy as sa

from watchfloor.store.behavior_tables import behavior_state
from watchfloor.store.writes import merge_rows

Key = tuple[str, int, str]
"""Entity, slot and value of a row."""

_REMEMBERED = 200_000
"""Rows of a behaviour that are remembered one by one; forgetting them costs some questions, nothing else."""
_BEFORE_ALL = -(1 << 63)
_state = behavior_state.c


class Recent:
    """Where one run put rows of a behaviour, so that it does not ask for what cannot be there.

    It never takes a row for absent that is there: up to a slot any row may be, and after that slot those only that the
    run put there itself, in transactions that may have failed. Digests that are equal by chance cost a question.
    """

    def __init__(self) -> None:
        """Nothing is known of the store yet."""
        self._until = _BEFORE_ALL
        self._latest = _BEFORE_ALL
        self._put: set[int] = set()
        self._left: tuple[int, int | None] = (0, None)

    def compare(self, rows: int, last: int | None) -> None:
        """Look whether the store is as this run left it; if not, rows may be anywhere up to its latest event.

        Args:
            rows: how many it has, at most.
            last: time of the latest event, in microseconds since 1970.
        """
        if (rows, last) != self._left:
            # Where there is one slot for all times, that is 0.
            self._forget(max(last or 0, 0) if rows else _BEFORE_ALL)

    def known(self, keys: Collection[Key]) -> list[Key]:
        """Those of which the store may have rows."""
        put, until = self._put, self._until
        return [key for key in keys if key[1] <= until or hash(key) in put]

    def left(self, keys: Collection[Key], rows: int, last: int) -> None:
        """Note what the run has put into the store, and how that counts its rows now."""
        self._left = rows, last
        self._put.update(map(hash, keys))
        self._latest = max(self._latest, max((slot for _, slot, _ in keys), default=_BEFORE_ALL))
        if len(self._put) > _REMEMBERED:
            self._forget(self._latest)

    def _forget(self, until: int) -> None:
        self._put.clear()
        self._until = max(self._until, until)


_wanted = sa.Table(
    "behavior_wanted",
    sa.MetaData(),
    sa.Column("behavior", sa.Integer, nullable=False),
    sa.Column("entity", sa.String, nullable=False),
    sa.Column("slot", sa.BigInteger, nullable=False),
    sa.Column("value", sa.String, nullable=False),
    prefixes=["TEMPORARY"],
)
"""What a query asks for, when that is too much for its parameters."""
_MAKE = sa.schema.CreateTable(_wanted, if_not_exists=True)
_EMPTY = sa.delete(_wanted)
_MOMENTS = sa.select(_state.entity, _state.slot, _state.value, _state.times).join_from(
    _wanted,
    behavior_state,
    # All of it comes from the one table, so that no engine starts with the other.
    sa.and_(*(_state[name] == _wanted.c[name] for name in ("behavior", "entity", "slot", "value"))),
)


def stored(connection: sa.Connection, number: int, keys: Collection[Key]) -> Iterator[tuple[Key, bytes]]:
    """Which of some rows a behaviour has moments of, and these, packed."""
    if not keys:
        return
    connection.execute(_MAKE)
    merge_rows(connection, _wanted, [[number] * len(keys), *zip(*keys, strict=True)])
    for entity, slot, value, times in connection.execute(_MOMENTS):
        if times:
            yield (entity, slot, value), times
    connection.execute(_EMPTY)
