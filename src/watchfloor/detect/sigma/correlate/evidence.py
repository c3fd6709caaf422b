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
        self, connection: sa.Connection, correlation: Correlation, group: str, anchors: tuple[int, int], most: int
    ) -> list[EventPlace]:
        """The events of a group's firings at anchors between two moments, both included, by time.

        At most so many, those of the earliest firings.
        """
        found: dict[str, EventPlace] = {}
        for event in self._events(connection, correlation, group, anchors, most):
            found.setdefault(event.event_id, event)
            if len(found) >= most:
                break
        return sorted(found.values(), key=lambda event: (event.time, event.event_id))

    def _events(
        self, connection: sa.Connection, correlation: Correlation, group: str, anchors: tuple[int, int], most: int
    ) -> Iterator[EventPlace]:
        match, firing = correlation_match.c, correlation_firing.c
        place = (match.event_id, match.time, match.path, match.line, match.record_id, match.channel)
        query = (
            sa.select(firing.anchor, match.member, match.firing_group, *place)
            .join_from(
                correlation_firing,
                correlation_match,
                sa.and_(
                    match.correlation == firing.correlation,
                    match.group_key == firing.group_key,
                    match.time.between(firing.first, firing.anchor),
                ),
            )
            .where(
                firing.correlation == self._numbers[correlation.key],
                firing.group_key == group,
                firing.anchor.between(*anchors),
            )
            .distinct()  # an event has as many rows as values
            .order_by(firing.anchor, match.time, match.event_id, match.member)
            .limit(most * len(correlation.members))
        )
        for _, member, firing_group, *event in connection.execute(query).all():
            if firing_group is None:
                yield EventPlace._make(event)
            else:
                child = self._by_id[correlation.members[member]]
                yield from self._events(connection, child, firing_group, (event[1], event[1]), most)
