"""Behaviours, slow and obvious: lists of events in, moments of findings out, by going through all again and again.

Times are microseconds since 1970. An event has one entity; what it has beside that is said by each function.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

SECOND = 1_000_000


class Seen(NamedTuple):
    """An event: whom it is about, when it was, what it has, its amount, and whether it is a failure."""

    entity: str
    time: int
    value: str = ""
    amount: int = 0
    failed: bool = False


def first_seen(
    events: Sequence[Seen], *, period: int, learning: int, prevalence: int | None = None
) -> set[tuple[str, int, str]]:
    """Entity, time and value of the events whose value the entity has not had for a period."""
    found = set()
    for event in events:
        own = [other for other in events if other.entity == event.entity]
        since = min(other.time for other in own)
        before = [
            other for other in own if other.value == event.value and event.time - period <= other.time < event.time
        ]
        others = {
            other.entity
            for other in events
            if other.value == event.value and event.time - period < other.time <= event.time
        } - {event.entity}
        rare = prevalence is None or len(others) <= prevalence
        if not before and event.time >= since + learning and rare:
            found.add((event.entity, event.time, event.value))
    return found


def spread(events: Sequence[Seen], *, window: int, targets: int, share: Fraction = Fraction(0)) -> set[tuple[str, int]]:
    """Entity and moment at which enough distinct values begin to lie in (t - window, t]; moments are whole seconds."""
    found = set()
    for entity in {event.entity for event in events}:
        own = {(event.time // SECOND * SECOND, event.value, event.failed) for event in events if event.entity == entity}
        before = False
        for time in sorted({moment for moment, _, _ in own}):
            inside = [each for each in own if time - window < each[0] <= time]
            failures = sum(failed for _, _, failed in inside)
            holds = len({value for _, value, _ in inside}) >= targets and failures >= share * len(inside)
            if holds and not before:
                found.add((entity, time))
            before = holds
    return found


def volume(
    events: Sequence[Seen],
    *,
    slot: int,
    period: int,
    learning: int,
    slots: int,
    least: int,
    share: Fraction,
    factor: float,
    deviations: float,
    measure: str = "events",
) -> set[tuple[str, int]]:
    """Entity and start of the slots whose amount is above what the slots of the period before allow.

    Args:
        events: all.
        slot: length of a slot.
        period: how far back slots count.
        learning: of an entity, from the slot of its first event on.
        slots: fewest that make a past.
        least: smallest amount of a finding.
        share: of the past's amounts that the quantile is not below.
        factor: how many times the quantile must be exceeded.
        deviations: median absolute deviations above the median that must be exceeded.
        measure: `events`, `sum` or `distinct`.
    """
    found = set()
    for entity in {event.entity for event in events}:
        own = [event for event in events if event.entity == entity]
        since = min(event.time for event in own)
        starts = sorted({event.time // slot * slot for event in own})
        amounts = {
            start: _amount([each for each in own if each.time // slot * slot == start], measure) for start in starts
        }
        for start in starts:
            past = sorted(amounts[each] for each in starts if start - period <= each < start)
            if len(past) < slots or start < since // slot * slot + learning or amounts[start] < least:
                continue
            middle = statistics.median(past)
            spread_ = 1.4826 * statistics.median([abs(each - middle) for each in past])
            limits = [
                past[math.ceil(share * len(past)) - 1] * factor,
                middle + deviations * max(spread_, 0.1 * middle) if deviations else 0,
            ]
            if amounts[start] > max(limits):
                found.add((entity, start))
    return found


def _amount(events: Sequence[Seen], measure: str) -> int:
    if measure == "sum":
        return sum(event.amount for event in events)
    return len({event.value for event in events}) if measure == "distinct" else len(events)
