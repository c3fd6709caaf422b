"""The time line of one group: sliding windows over its matches and the moments at which they fire.

At each point, a distinct time t of matches, the window holds the matches with t - span < time <= t that came after the
last firing; matches of one time are one point, so nothing depends on the order of arrival.
"""

from __future__ import annotations

import itertools
import operator
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from watchfloor.core.errors import RuleError
from watchfloor.detect.sigma.correlate.measures import Measure, measure_of
from watchfloor.detect.sigma.correlate.rules import TEMPORAL, Correlation

MAX_WINDOW = 2_000_000
"""Most values that one window holds; beyond, the correlation is refused for the group."""


class Match(NamedTuple):
    """One value of one event in a group; `time` in microseconds since 1970."""

    time: int
    event_id: str
    member: int
    value: str


class Window(NamedTuple):
    """A window at one of its group's points.

    Attributes:
        anchor: the point.
        first: time of the earliest match in it.
        events: number of its events.
        measured: what the condition compares, as text.
        fires: whether the condition holds.
        checksum: over the ids of its events, so that a window with other events is another.
    """

    anchor: int
    first: int
    events: int
    measured: str
    fires: bool
    checksum: int


def windows(
    correlation: Correlation, matches: Iterable[Match], *, reset: int | None = None, settled: int | None = None
) -> Iterator[Window]:
    """The window at every point of a group.

    Args:
        correlation: the rule.
        matches: the group's, by time.
        reset: the group's last firing, up to which matches are used up.
        settled: points up to here have been judged for good; their matches only fill windows.

    Raises:
        RuleError: a window holds more than `MAX_WINDOW` values.
    """
    measure = measure_of(correlation)
    judge = _judge(correlation, measure)
    window: deque[_Point] = deque()
    held = events = checksum = 0
    for time, found in itertools.groupby(matches, key=operator.attrgetter("time")):
        if reset is not None and time <= reset:
            continue
        while window and window[0].time <= time - correlation.span:
            gone = window.popleft()
            measure.remove(gone.values)
            held -= len(gone.values)
            events -= gone.events
            checksum -= gone.checksum
        point = _point(correlation, time, found, measure)
        window.append(point)
        measure.add(point.values)
        held += len(point.values)
        events += point.events
        checksum += point.checksum
        if held > MAX_WINDOW:
            raise RuleError(f"more than {MAX_WINDOW:,} values in one window")
        if settled is not None and time <= settled:
            continue
        fires, measured = judge()
        yield Window(time, window[0].time, events, measured, fires, checksum)
        if fires:
            window.clear()
            measure.clear()
            held = events = checksum = 0


class _Point(NamedTuple):
    time: int
    events: int
    values: Sequence[object]
    checksum: int


def _point(correlation: Correlation, time: int, matches: Iterable[Match], measure: Measure) -> _Point:
    found = list(itertools.islice(matches, MAX_WINDOW + 1))
    if len(found) == 1:
        value = measure.prepared(found[0].member, found[0].value, time)
        return _Point(time, 1, (value,), _checksum(found[0].event_id))
    events = {match.event_id for match in found}
    return _Point(time, len(events), _values(correlation, time, found, measure), sum(map(_checksum, events)))


def _values(correlation: Correlation, time: int, found: Sequence[Match], measure: Measure) -> Sequence[object]:
    """What the matches of one time add to the measure; an event counts once unless its rules are what counts."""
    if correlation.kind in TEMPORAL:
        return [measure.prepared(member, "", time) for member in {match.member for match in found}]
    first: dict[str, int] = {}
    for match in found:
        first[match.event_id] = min(match.member, first.get(match.event_id, match.member))
    if correlation.kind == "event_count":
        return [None] * len(first)
    return [
        measure.prepared(match.member, match.value, time) for match in found if match.member == first[match.event_id]
    ]


def _checksum(event_id: str) -> int:
    return zlib.crc32(event_id.encode())


def _judge(correlation: Correlation, measure: Measure) -> Callable[[], tuple[bool, str]]:
    condition = correlation.condition
    if condition.expression is not None:
        return lambda: (measure.holds(), measure.shown())

    def judge() -> tuple[bool, str]:
        return condition.holds(measure.value()), measure.shown()

    return judge
