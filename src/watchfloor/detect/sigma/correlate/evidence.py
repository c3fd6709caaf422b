"""The events behind a firing, down through correlations of correlations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from watchfloor.detect.sigma.correlate.rules import Correlation
from watchfloor.store.tables import correlation_firing, correlation_match


class EventPlace(NamedTuple):
    """An event and where it is; `time` in microseconds since 1970."""

    event_id: str
    time: int
    path: str
    line: int
    record_id: int | None
    channel: str | None


class Evidence:
    """Looks up events of firings.

    Args:
        correlations: all that run.
        numbers: key of a definition -> its number in the store.
    """

    def __init__(self, correlations: Sequence[Correlation], numbers: Mapping[str, int]) -> None:
        self._by_id = {correlation.id: correlation for correlation in correlations}
        self._numbers = numbers

    def of(
        self, connection: sa.Connection, correlation: Correlation, group: str, window: tuple[int, int], most: int
    ) -> list[EventPlace]:
        """The events of a window (times of its first and last match) by time, at most so many, the earliest ones."""
        found: dict[str, EventPlace] = {}
        for event in self._events(connection, correlation, group, window, most):
            found.setdefault(event.event_id, event)
            if len(found) >= most:
                break
        return sorted(found.values(), key=lambda event: (event.time, event.event_id))

    def _events(
        self, connection: sa.Connection, correlation: Correlation, group: str, window: tuple[int, int], most: int
    ) -> Iterator[EventPlace]:
        table = correlation_match.c
        place = (table.event_id, table.time, table.path, table.line, table.record_id, table.channel)
        query = (
            sa.select(table.member, table.firing_group, *place)
            .where(
                table.correlation == self._numbers[correlation.key],
                table.group_key == group,
                table.time.between(*window),
            )
            .order_by(table.time, table.event_id, table.member, table.value)
        )
        values = len(correlation.members) * most if correlation.condition.fields == () else None
        for member, firing_group, *event in connection.execute(query.limit(values)).all():
            if firing_group is None:
                yield EventPlace._make(event)
            else:
                child = self._by_id[correlation.members[member]]
                anchor = event[1]
                first = self._first(connection, child, firing_group, anchor)
                yield from self._events(connection, child, firing_group, (first, anchor), most)

    def _first(self, connection: sa.Connection, correlation: Correlation, group: str, anchor: int) -> int:
        table = correlation_firing.c
        query = sa.select(table.first).where(
            table.correlation == self._numbers[correlation.key], table.group_key == group, table.anchor == anchor
        )
        first: int = connection.execute(query).scalar_one()
        return first
