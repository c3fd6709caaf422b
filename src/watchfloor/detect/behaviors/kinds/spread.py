"""Spread: one source that reaches many distinct targets within a short time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, NamedTuple

import orjson
from pydantic import Field

from watchfloor.detect.behaviors.plugin import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Behavior,
    Finding,
    History,
    Keeps,
    Parameters,
    Place,
    Times,
)
from watchfloor.detect.behaviors.spans import Span
from watchfloor.detect.behaviors.words import moment, named, spelt, values

_MOST = 256
"""Moments per target and slot that are kept; one that is reached more often counts as reached until its last event."""
_PLACES = 20


class Spread(Parameters):
    """A source is unusual when so many distinct targets lie within one window (t - window, t].

    It is one finding from the first moment with enough of them until one with too few; moments are whole seconds.
    """

    entity: Annotated[tuple[str, ...], Field(min_length=1, description="fields that make the source")]
    target: Annotated[tuple[str, ...], Field(min_length=1, description="fields that make a target")]
    window: Annotated[Span, Field(description="length of the window", ge=SECOND, le=DAY)] = 10 * MINUTE
    targets: Annotated[int, Field(ge=2, description="fewest distinct targets in a window")]
    outcome: Annotated[str, Field(description="field that tells failures; needed for a share")] = "event.outcome"
    failed: Annotated[tuple[str, ...], Field(description="values of that field that are failures")] = ("failure",)
    share: Annotated[float, Field(ge=0, le=1, description="least share of failures in the window; 0 for any")] = 0.0


class _Reached(NamedTuple):
    """A target at a moment."""

    time: int
    target: str
    failed: bool
    place: Place


@dataclass(slots=True)
class _Window:
    """What lies in the window, kept up to date."""

    targets: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    size: int = 0

    def add(self, reached: _Reached, sign: int) -> None:
        self.targets[reached.target] += sign
        if not self.targets[reached.target]:
            del self.targets[reached.target]
        self.failed += sign * reached.failed
        self.size += sign

    def holds(self, parameters: Spread) -> bool:
        return len(self.targets) >= parameters.targets and self.failed >= parameters.share * self.size


def _keeps(parameters: Spread) -> Keeps:
    value = (*parameters.target, parameters.outcome) if parameters.share else parameters.target
    slot = HOUR if parameters.window <= HOUR else DAY
    return Keeps(parameters.entity, value, slot=slot, times=Times(SECOND, _MOST))


def _findings(parameters: Spread, history: History) -> Iterator[Finding]:
    reached = sorted(_reached(parameters, history), key=lambda each: (each.time, each.target, each.failed))
    window, begin, position = _Window(), 0, 0
    episode: _Episode | None = None
    while position < len(reached):
        time = reached[position].time
        while reached[begin].time <= time - parameters.window and begin < position:
            window.add(reached[begin], -1)
            begin += 1
        while position < len(reached) and reached[position].time == time:
            window.add(reached[position], 1)
            position += 1
        if window.holds(parameters):
            if episode is None:
                episode = _Episode(time, reached[begin:position])
            episode.extend(time, len(window.targets), window, position - begin)
        elif episode is not None:
            yield episode.finding(parameters, history)
            episode = None
    if episode is not None:
        yield episode.finding(parameters, history)


def _reached(parameters: Spread, history: History) -> Iterator[_Reached]:
    failed = {value.lower() for value in parameters.failed}
    for row in history.rows:
        known = values(row.value)
        target = orjson.dumps(known[: len(parameters.target)]).decode()
        is_failed = bool(parameters.share) and known[-1] in failed
        moments = list(row.times)
        last = row.last // SECOND * SECOND
        if moments and moments[-1] < last:  # more than are kept
            moments.extend(range(moments[-1] + parameters.window, last, parameters.window))
            moments.append(last)
        for time in moments:
            yield _Reached(time, target, is_failed, row.place)


class _Episode:
    """From the moment when the window holds enough until it no longer does."""

    def __init__(self, start: int, reached: list[_Reached]) -> None:
        self.start = start
        self.first = reached[0].time
        self.events = 0
        self.peak = 0
        self.failed = 0.0
        self.last = start
        places = dict.fromkeys(each.place for each in reached)
        self.places = tuple(sorted(places, key=lambda place: place[:2])[:_PLACES])

    def extend(self, time: int, targets: int, window: _Window, size: int) -> None:
        """The window holds at one more moment."""
        self.last = time
        if targets > self.peak:
            self.peak, self.failed, self.events = targets, window.failed / window.size, size

    def finding(self, parameters: Spread, history: History) -> Finding:
        """What there is to say at its end."""
        who = named(parameters.entity, history.entity)
        what = ", ".join(parameters.target)
        why = (
            f"{who} reached {self.peak:,} distinct {what} within {spelt(parameters.window)}, from "
            f"{moment(self.start)} until {moment(self.last)}; {parameters.targets:,} are the limit"
        )
        if parameters.share:
            why += f"; {self.failed:.0%} failed, at least {parameters.share:.0%} must"
        measured = f"{self.peak:,} targets"
        return Finding(self.start, "", self.first, self.events, measured, why, self.places, last=self.last)


BEHAVIOR = Behavior(
    reference="https://attack.mitre.org/techniques/T1046/",
    parameters=Spread,
    keeps=_keeps,
    reach=lambda parameters: parameters.window + DAY,
    findings=_findings,
)
