"""Periodicity: a client calls at a rare and young destination as regularly as a program does."""

from __future__ import annotations

import functools
import itertools
import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Annotated

import numpy as np
import orjson
from pydantic import Field

from watchfloor.detect.behaviors.beats import SECOND, Beat, Numbers, beat, unhurried
from watchfloor.detect.behaviors.plugin import (
    DAY,
    MINUTE,
    Behavior,
    Finding,
    History,
    Keeps,
    Parameters,
    Row,
    Times,
)
from watchfloor.detect.behaviors.spans import Span
from watchfloor.detect.behaviors.words import moment, named, spelt

_CACHE_SLACK, _MULTIPLE_SLACK, _MULTIPLES = 1.25, 0.05, 3
"""Asked again right after the answer has expired, or after a multiple of its time to live."""
_STEADY = 0.10
"""Sizes differ by so little, as a share of their mean, when the same thing is said every time."""
_WORKING_HOURS = 4
"""People work in one hour of four of a week."""
_WATCHED = 3 * DAY
"""Days in a row in which somebody contacts something, holidays included."""


class Periodicity(Parameters):
    """Contacts of a client with a destination that one period explains, jitter and missed beats included.

    Updates, clocks, chat and telemetry keep time as well: a destination counts only on days on which it is new to the
    organisation and few clients know it. Connections of one page load are one contact. Names that are asked for in step
    with the time to live of their answers show the cache, not the client.
    """

    client: Annotated[tuple[str, ...], Field(min_length=1, description="fields that name the client")] = ("source.ip",)
    destination: Annotated[tuple[str, ...], Field(min_length=1, description="fields that name the destination")]
    size: Annotated[str, Field(description="field with the bytes of a contact; none by default")] = ""
    ttl: Annotated[str, Field(description="field with the answer's time to live in seconds, instead of `size`")] = ""
    contacts: Annotated[int, Field(ge=8, le=500, description="contacts that it takes")] = 20
    lasting: Annotated[Span, Field(description="for how long it must go on, pauses left out")] = 15 * MINUTE
    window: Annotated[Span, Field(ge=DAY, description="within which slow contacts are gathered, whole days")] = 7 * DAY
    odds: Annotated[
        float, Field(gt=1, description="independent contacts would look so in one case of this many at most")
    ] = 2_000
    prevalence: Annotated[int, Field(ge=1, description="clients that may know the destination at most")] = 5
    neighbours: Annotated[
        int, Field(ge=1, description="addresses in an IPv4 destination's /24 that so few clients know at most")
    ] = 15
    age: Annotated[Span, Field(ge=DAY, description="how long before a destination may have been seen first")] = 7 * DAY
    slow: Annotated[
        Span,
        Field(ge=DAY, description="age and window for what is so slow that a window's working hours hold too little"),
    ] = 28 * DAY

    @property
    def slower(self) -> int:
        """From which period on, in microseconds, a window's working hours do not hold the contacts that it takes."""
        return self.window // (_WORKING_HOURS * self.contacts)


def _keeps(parameters: Periodicity) -> Keeps:
    return Keeps(
        parameters.client,
        parameters.destination,
        parameters.ttl or parameters.size,
        times=Times(SECOND, 512),
        smallest=bool(parameters.ttl),
        crowd=parameters.prevalence + 1,
    )


def _findings(parameters: Periodicity, history: History) -> Iterator[Finding]:
    of: dict[str, list[Row]] = {}
    for row in history.rows:
        of.setdefault(row.value, []).append(row)
    days = parameters.window // DAY
    for known in of.values():
        if sum(len(row.times) for row in known) < parameters.contacts:
            continue
        rows = [row for row in known if _unusual(parameters, history, known, row, parameters.age)]
        told: int | None = None
        for last, row in enumerate(rows):
            # One finding while the destination is new, on the first day that shows it.
            if told is not None and row.slot <= told + parameters.age:
                continue
            windows = _windows(rows, last, days, parameters.contacts)
            found = next(filter(None, (_judged(parameters, history, each) for each in windows)), None)
            if found is not None:
                told = row.slot
                yield found
        yield from _slow(parameters, history, known)


def _slow(parameters: Periodicity, history: History, known: Sequence[Row]) -> Iterator[Finding]:
    """Findings on the first days that show slow contacts while the destination is new.

    Which day that is follows from the client's contacts alone, so that nothing counts that was before the destination
    was new and the window before that.
    """
    slots = [row.slot for row in known]
    first_day = functools.cache(lambda begin: _first_slow(parameters, known, begin))
    for last, row in enumerate(known):
        new = row.slot - parameters.slow
        begin = bisect_left(slots, new)
        if begin and slots[begin - 1] >= new - parameters.window:
            continue
        found = first_day(begin)
        if found is None or found[0] != last or not _unusual(parameters, history, known, row, parameters.slow):
            continue
        if not _began(parameters, history, row):
            continue
        yield _finding(parameters, history, known[begin : last + 1], found[1], parameters.slow)


def _first_slow(parameters: Periodicity, known: Sequence[Row], begin: int) -> tuple[int, Beat] | None:
    """Of the rows since one, which completes a slow beat, and that; None where the window shows it no later."""
    slower = parameters.slower / SECOND
    rows = list(itertools.takewhile(lambda row: row.slot <= known[begin].slot + parameters.slow, known[begin:]))
    if not unhurried(_times(rows), parameters.contacts, slower):
        return None
    for end in range(1, len(rows) + 1):
        found = _beat(parameters, rows[:end], slower)
        if found is not None:
            return None if _quick(parameters, rows[:end]) else (begin + end - 1, found)
    return None


def _quick(parameters: Periodicity, rows: Sequence[Row]) -> bool:
    """Whether a window shows a beat while the first of the rows makes the destination new."""
    young = sum(row.slot <= rows[0].slot + parameters.age for row in rows)
    days = parameters.window // DAY
    windows = (_windows(rows, last, days, parameters.contacts) for last in range(young))
    return any(_beat(parameters, window) for window in itertools.chain.from_iterable(windows))


def _windows(rows: Sequence[Row], last: int, days: int, least: int) -> list[Sequence[Row]]:
    """The day, the day with the one before, and all days of the window, as far as they have contacts enough."""
    found: list[Sequence[Row]] = []
    for length in dict.fromkeys((1, 2, days)):
        start = rows[last].slot - (length - 1) * DAY
        window = [row for row in rows[max(last - length + 1, 0) : last + 1] if row.slot >= start]
        enough = sum(len(row.times) for row in window) >= least
        if enough and (not found or len(window) > len(found[-1])):
            found.append(window)
    return found


def _unusual(parameters: Periodicity, history: History, known: Sequence[Row], row: Row, age: int) -> bool:
    """Whether the destination is new, and known to few, at the end of the row's day; days count as a whole.

    What the client itself, by its own rows, has known for longer needs no question about others.
    """
    before, end, new = _since(parameters, row, age), row.slot + DAY - 1, row.slot - age
    if any(each.first < new and each.last > before for each in known):
        return False
    peers = history.others.sharing(row.value, before, end)
    if peers.entities > parameters.prevalence or peers.first < new:
        return False
    network = _neighbourhood(row.value)
    # Large services hand out new addresses all the time. A popular address or two is what other customers have.
    return not network or (history.others.rare(network, before, end, parameters.prevalence) <= parameters.neighbours)


def _began(parameters: Periodicity, history: History, row: Row) -> bool:
    """Whether the organisation was seen for longer than a weekend before anybody contacted the destination.

    Much that is slow is maintenance, which was there before; what calls every few hours and was not, is new.
    """
    peers = history.others.sharing(row.value, _since(parameters, row, parameters.slow), row.slot + DAY - 1)
    first = peers.first // DAY * DAY
    return bool(history.others.rows(first - parameters.age - _WATCHED, first - _WATCHED + DAY))


def _since(parameters: Periodicity, row: Row, age: int) -> int:
    """The moment after which others' contacts count on a row's day: a window before the destination may be known."""
    return row.slot - age - parameters.window - 1


def _neighbourhood(value: str) -> str:
    """How the values of an IPv4 address's /24 begin; empty for names and IPv6."""
    address = str(orjson.loads(value)[0])
    parts = address.split(".")
    if len(parts) != 4 or not all(part.isdecimal() for part in parts):
        return ""
    return f'["{".".join(parts[:3])}.'


def _judged(parameters: Periodicity, history: History, window: Sequence[Row]) -> Finding | None:
    found = _beat(parameters, window)
    return None if found is None else _finding(parameters, history, window, found, parameters.age)


def _beat(parameters: Periodicity, window: Sequence[Row], slower: float = 0.0) -> Beat | None:
    found = beat(
        _times(window),
        least=parameters.contacts,
        lasting=parameters.lasting / SECOND,
        chance=-math.log10(parameters.odds),
        slower=slower,
    )
    if found is None or (parameters.ttl and _cached(found.period, max(row.most for row in window))):
        return None
    return found


def _times(rows: Sequence[Row]) -> Numbers:
    return np.fromiter(itertools.chain.from_iterable(row.times for row in rows), np.int64)


def _cached(period: float, ttl: int) -> bool:
    """Whether a period, in seconds, is what a cache makes of contacts at any time."""
    if ttl < 1:
        return False
    multiple = round(period / ttl)
    if multiple <= 1:
        return ttl * (1 - _MULTIPLE_SLACK) <= period <= ttl * _CACHE_SLACK
    return multiple <= _MULTIPLES and abs(period - multiple * ttl) <= _MULTIPLE_SLACK * period


def _finding(parameters: Periodicity, history: History, window: Sequence[Row], found: Beat, age: int) -> Finding:
    day = window[-1]
    peers = history.others.sharing(day.value, _since(parameters, day, age), day.slot + DAY - 1)
    why = (
        f"{named(parameters.client, history.entity)} contacts {named(parameters.destination, day.value)} every"
        f" {_seconds(found.period)} (jitter {found.jitter:.0%}): {found.contacts:,} contacts from"
        f" {moment(window[0].first)} to {moment(day.last)}, {found.share:.0%} of the intervals keep time; independent"
        f" contacts would in one case of {_odds(found.chance)}; {peers.entities} of at most {parameters.prevalence}"
        f" clients know the destination, the first since {moment(peers.first)}"
    )
    if _steady(parameters, window):
        size = sum(row.amount for row in window) // sum(row.events for row in window)
        why += f"; every contact has about {size:,} bytes"
    # Slow contacts take weeks, in which a history grows: what counts is the one before the destination came up.
    new = day.slot if age == parameters.age else peers.first // DAY * DAY
    learning = _learning(parameters, history, new)
    if learning:
        why += f"; without history: what was usual {spelt(parameters.age)} before is not known"
    return Finding(
        day.first,
        day.value,
        window[0].first,
        sum(row.events for row in window),
        f"every {_seconds(found.period)}, {found.contacts:,} contacts (at least {parameters.contacts})",
        why,
        tuple(row.place for row in window),
        learning,
        day.last,
    )


def _steady(parameters: Periodicity, window: Sequence[Row]) -> bool:
    """Whether the contacts are of one size."""
    if not parameters.size or parameters.ttl:
        return False
    mean = sum(row.amount for row in window) / sum(row.events for row in window)
    return mean > 0 and max(row.most for row in window) - min(row.least for row in window) <= _STEADY * mean


def _learning(parameters: Periodicity, history: History, day: int) -> bool:
    """Whether no whole day of the organisation's contacts is known before the time since which things are new."""
    start = day - parameters.age - DAY
    return not history.others.rows(start - _WATCHED, start)


def _seconds(period: float) -> str:
    if period < 120:
        return f"{period:.3g} s"
    return f"{period / 60:.3g} minutes" if period < 7200 else f"{period / 3600:.3g} hours"


def _odds(chance: float) -> str:
    return f"{10**-chance:,.0f}" if chance > -9 else "a billion or more"


def _reach(parameters: Periodicity) -> int:
    """How far back findings look.

    Others find the one before, its window, and what was known before each of that one's days; slow ones what was known
    before their destination was new.
    """
    quick = 2 * (parameters.age + parameters.window)
    slow = parameters.slow + max(parameters.age, parameters.window)
    return max(quick, slow) + _WATCHED + 2 * DAY


BEHAVIOR = Behavior(
    reference="https://attack.mitre.org/techniques/T1071/",
    parameters=Periodicity,
    keeps=_keeps,
    reach=_reach,
    findings=_findings,
    learning=lambda parameters: parameters.age,
    shared=lambda _: True,
)
