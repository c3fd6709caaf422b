"""First seen: a value that an entity, or the whole organisation, has not had for a period."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from watchfloor.detect.behaviors.plugin import DAY, Behavior, Finding, History, Keeps, Parameters, Row
from watchfloor.detect.behaviors.spans import Span
from watchfloor.detect.behaviors.words import moment, named, spelt


class FirstSeen(Parameters):
    """A value is new when the entity has not had it during the period before, and is no longer learnt from."""

    entity: Annotated[tuple[str, ...], Field(description="fields that make the entity; none for the organisation")] = ()
    value: Annotated[tuple[str, ...], Field(min_length=1, description="fields whose values together may be new")]
    period: Annotated[Span, Field(description="for how long a value stays known after it was seen last", ge=DAY)] = (
        30 * DAY
    )
    learning: Annotated[Span, Field(description="for how long a new entity is only learnt from")] = 14 * DAY
    prevalence: Annotated[
        int | None, Field(ge=0, description="most other entities that may have had the value during the period")
    ] = None


def _keeps(parameters: FirstSeen) -> Keeps:
    return Keeps(parameters.entity, parameters.value)


def _findings(parameters: FirstSeen, history: History) -> Iterator[Finding]:
    last: dict[str, int] = {}
    for row in history.rows:
        before = last.get(row.value)
        last[row.value] = row.last
        known = before is not None and before >= row.first - parameters.period
        if known or row.first < history.since + parameters.learning:
            continue
        others = _others(parameters, history, row)
        if parameters.prevalence is None or others <= parameters.prevalence:
            yield _finding(parameters, history, row, others)


def _others(parameters: FirstSeen, history: History, row: Row) -> int:
    """How many other entities had the value before, during the period."""
    if parameters.prevalence is None:
        return 0
    found = history.others.peers([row.value], row.first - parameters.period, row.first)
    return found[row.value].entities - 1 if row.value in found else 0


def _finding(parameters: FirstSeen, history: History, row: Row, others: int) -> Finding:
    who = named(parameters.entity, history.entity) or "the organisation"
    what = named(parameters.value, row.value)
    known = f"not seen in the {spelt(parameters.period)} before; known since {moment(history.since)}"
    why = f"{what} is new for {who}: {known}"
    if parameters.prevalence is not None:
        why += (
            f"; {others:,} other{'' if others == 1 else 's'} had it in that time, at most {parameters.prevalence:,} may"
        )
    measured = f"first in {spelt(parameters.period)}"
    return Finding(row.first, row.value, row.first, row.events, measured, why, (row.place,), last=row.last)


BEHAVIOR = Behavior(
    reference="https://attack.mitre.org/techniques/T1078/",
    parameters=FirstSeen,
    keeps=_keeps,
    reach=lambda parameters: parameters.period + DAY,
    findings=_findings,
    learning=lambda parameters: parameters.learning,
    shared=lambda parameters: parameters.prevalence is not None,
)
