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


_match, _firing = correlation_match.c, correlation_firing.c
_EVENTS = (
    sa.select(_firing.anchor, _match.member, _match.firing_group, *(_match[name] for name in EventPlace._fields))
    .join_from(
        correlation_firing,
        correlation_match,
        sa.and_(
            _match.correlation == _firing.correlation,
            _match.group_key == _firing.group_key,
            _match.time.between(_firing.first, _firing.anchor),
        ),
    )
    .where(
        _firing.correlation == sa.bindparam("number"),
        _firing.group_key == sa.bindparam("group"),
        _firing.anchor.between(sa.bindparam("start"), sa.bindparam("end")),
    )
    .distinct()  # an event has as many rows as values
    .order_by(_firing.anchor, _match.time, _match.event_id, _match.member)
    .limit(sa.bindparam("most"))
)


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
        for event in self._events(connection, correlation, group, anchors, most, set()):
            found.setdefault(event.event_id, event)
            if len(found) >= most:
                break
        return sorted(found.values(), key=lambda event: (event.time, event.event_id))

    def _events(
        self,
        connection: sa.Connection,
        correlation: Correlation,
        group: str,
        anchors: tuple[int, int],
        most: int,
        seen: set[tuple[str, str, int]],
    ) -> Iterator[EventPlace]:
        """The events, those of one firing once, however many correlations share it: ways down to it can be 2^levels."""
        own = {
            "number": self._numbers[correlation.key],
            "group": group,
            "start": anchors[0],
            "end": anchors[1],
            "most": most * len(correlation.members),
        }
        for _, member, firing_group, *event in connection.execute(_EVENTS, own).all():
            if firing_group is None:
                yield EventPlace._make(event)
            else:
                child = self._by_id[correlation.members[member]]
                if (firing := (child.id, firing_group, event[1])) not in seen:
                    seen.add(firing)
                    yield from self._events(connection, child, firing_group, (event[1], event[1]), most, seen)
