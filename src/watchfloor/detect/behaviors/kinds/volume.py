"""Volume: far more of something in an hour or a day than the entity, or anybody, had before."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, NamedTuple

from pydantic import Field, model_validator

from watchfloor.detect.behaviors.plugin import DAY, HOUR, Behavior, Finding, History, Keeps, Parameters, Place
from watchfloor.detect.behaviors.spans import Span
from watchfloor.detect.behaviors.words import moment, named, spelt

_LEAST_SPREAD = 0.1
"""Share of the median that the deviation counts at least: a past that never varied makes no alarm of a grain more."""
_PLACES = 20


class Volume(Parameters):
    """An hour or day of an entity is unusual when its amount is above every limit that its past gives.

    The past are the slots with events during the period before; the amount is the number of events, the sum of a
    number field, or the number of distinct values.
    """

    entity: Annotated[tuple[str, ...], Field(description="fields that make the entity; none for the organisation")] = ()
    sum: Annotated[str, Field(description="number field that is summed up; empty counts events")] = ""
    distinct: Annotated[tuple[str, ...], Field(description="fields whose distinct values are counted instead")] = ()
    slot: Annotated[Span, Field(description="length of a slot: 1h or 1d", ge=HOUR, le=DAY)] = DAY
    period: Annotated[Span, Field(description="how much past is compared with", ge=DAY)] = 30 * DAY
    learning: Annotated[Span, Field(description="for how long a new entity is only learnt from")] = 14 * DAY
    slots: Annotated[int, Field(ge=2, description="fewest slots with events that make a past")] = 10
    least: Annotated[int, Field(ge=1, description="smallest amount that is worth an alert")]
    quantile: Annotated[float, Field(gt=0, le=1, description="of the past's amounts, which are compared with")] = 0.99
    factor: Annotated[float, Field(ge=1, description="how many times that quantile the amount must exceed")] = 2.0
    deviations: Annotated[
        float, Field(ge=0, description="how many median absolute deviations above the median; 0 leaves this limit out")
    ] = 6.0
    peers: Annotated[
        float, Field(ge=0, le=1, description="quantile of all entities' past slots that is a limit, too; 0 for none")
    ] = 0.0

    @model_validator(mode="after")
    def _one_measure(self) -> Volume:
        if self.sum and self.distinct:
            raise ValueError("either a sum or distinct values are measured, not both")
        if DAY % self.slot:
            raise ValueError("a day is not a whole number of slots")
        if self.period // self.slot < self.slots:
            raise ValueError(f"the period has {self.period // self.slot:,} slots, so there are never {self.slots:,}")
        return self


class _Slot(NamedTuple):
    start: int
    amount: int
    first: int
    last: int
    events: int
    places: tuple[Place, ...]


def _keeps(parameters: Volume) -> Keeps:
    return Keeps(parameters.entity, parameters.distinct, parameters.sum, parameters.slot)


def _findings(parameters: Volume, history: History) -> Iterator[Finding]:
    slots = list(_slots(parameters, history))
    # Slots are compared as a whole: who was first seen at nine has learnt a day by midnight.
    learnt = history.since // parameters.slot * parameters.slot + parameters.learning
    begin = 0
    for position, slot in enumerate(slots):
        while slots[begin].start < slot.start - parameters.period:
            begin += 1
        if slot.amount < parameters.least or slot.start < learnt:
            continue
        past = sorted(each.amount for each in slots[begin:position])
        if len(past) < parameters.slots:
            continue
        limit = _limit(parameters, past)
        if slot.amount > limit and slot.amount > (everybody := _of_all(parameters, history, slot.start)):
            yield _finding(parameters, history, slot, past, max(limit, everybody))


def _slots(parameters: Volume, history: History) -> Iterator[_Slot]:
    """The entity's slots by time, their rows put together."""
    rows = list(history.rows)
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and rows[end].slot == rows[start].slot:
            end += 1
        found = rows[start:end]
        events = sum(row.events for row in found)
        amount = sum(row.amount for row in found) if parameters.sum else len(found) if parameters.distinct else events
        places = tuple(sorted((row.place for row in found), key=lambda place: place[:2])[:_PLACES])
        first, last = min(row.first for row in found), max(row.last for row in found)
        yield _Slot(rows[start].slot, amount, first, last, events, places)
        start = end


def _limit(parameters: Volume, past: Sequence[int]) -> float:
    """What the amount must be above, from the past's amounts in order."""
    limit = quantile(past, parameters.quantile) * parameters.factor
    if parameters.deviations:
        limit = max(limit, deviating(past, parameters.deviations))
    return limit


def quantile(ordered: Sequence[int], share: float) -> int:
    """The nearest-rank quantile: the least amount that at least this share of them does not exceed.

    https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method
    """
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def deviating(ordered: Sequence[int], deviations: float) -> float:
    """Median plus so many median absolute deviations, scaled to a normal distribution's standard deviation.

    https://en.wikipedia.org/wiki/Median_absolute_deviation
    """
    middle = statistics.median(ordered)
    spread = 1.4826 * statistics.median(abs(each - middle) for each in ordered)
    return float(middle + deviations * max(spread, _LEAST_SPREAD * middle))


def _of_all(parameters: Volume, history: History, start: int) -> int:
    if not parameters.peers:
        return 0
    return quantile(sorted(_amounts(parameters, history, start)) or [0], parameters.peers)


def _amounts(parameters: Volume, history: History, start: int) -> Iterable[int]:
    for _, _, events, amount, distinct in history.others.rows(start - parameters.period, start):
        yield amount if parameters.sum else distinct if parameters.distinct else events


def _finding(parameters: Volume, history: History, slot: _Slot, past: Sequence[int], limit: float) -> Finding:
    who = named(parameters.entity, history.entity) or "the organisation"
    what = f"of {parameters.sum}" if parameters.sum else "events"
    if parameters.distinct:
        what = f"distinct {', '.join(parameters.distinct)}"
    middle = statistics.median(past)
    why = (
        f"{who} had {slot.amount:,} {what} in the {spelt(parameters.slot)} from {moment(slot.start)}; "
        f"in {len(past):,} such slots of the {spelt(parameters.period)} before it had {middle:,.0f} at the median and "
        f"{past[-1]:,} at most"
    )
    measured = f"{slot.amount:,} > {limit:,.0f}"
    return Finding(slot.last, "", slot.first, slot.events, measured, why, slot.places)


BEHAVIOR = Behavior(
    reference="https://attack.mitre.org/techniques/T1030/",
    parameters=Volume,
    keeps=_keeps,
    reach=lambda parameters: parameters.period + parameters.slot,
    findings=_findings,
    learning=lambda parameters: parameters.learning,
    shared=lambda parameters: parameters.peers > 0,
)
