"""Which values so many entities have that more rows of them would say nothing."""

from __future__ import annotations

from collections.abc import Iterable

_REMEMBERED = 50_000
"""Slots and values of which it is remembered who has them; forgetting them costs some rows, nothing else."""


class Crowds:
    """Who has a value in a slot, of the rows that one run put into a behaviour's store, until there are enough.

    Earlier runs are not asked: a run that begins anew keeps some rows more than it must. It takes for granted that what
    it admits is stored; a run ends when a transaction fails.
    """

    def __init__(self, enough: int) -> None:
        """Nobody is known yet.

        Args:
            enough: entities of which the rows must be kept.
        """
        self._enough = enough
        self._known: dict[tuple[int, str], set[str] | None] = {}

    def admitted(self, rows: Iterable[tuple[int, str, str]]) -> list[bool]:
        """Whether each row, of a slot, a value and an entity, is to be kept."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        return [self._admits((slot, value), entity) for slot, value, entity in rows]

    def _admits(self, crowd: tuple[int, str], entity: str) -> bool:
        entities = self._known.setdefault(crowd, set())
        if entities is None:
            return False
        entities.add(entity)
        if len(entities) >= self._enough:
            self._known[crowd] = None
        return True
