"""Findings of behaviours, and the list of behaviours, in the relational store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from watchfloor.core.clock import to_microseconds, utc_now
from watchfloor.detect.behaviors.plugin import Finding, Place
from watchfloor.detect.behaviors.state import SINCE
from watchfloor.store.behavior_tables import behavior, behavior_finding, behavior_state

_FETCH = 10_000
MOST_PLACES = 20
"""Events that a finding names."""

# Statements are built once: building one takes longer than running it.
_finding = behavior_finding.c
_NUMBER = sa.bindparam("number", type_=sa.Integer)
_ENTITY = sa.bindparam("entity", type_=sa.String)
_SAID = ("measured", "why", "places", "learning", "last")
_COLUMNS = tuple(_finding[name] for name in ("time", "value", "first", "events", *_SAID))
_OF = sa.select(*_COLUMNS).where(
    _finding.behavior == _NUMBER,
    _finding.entity == _ENTITY,
    _finding.time >= sa.bindparam("start", type_=sa.BigInteger),
    _finding.time <= sa.bindparam("end", type_=sa.BigInteger),
)
_IN_ORDER = _OF.order_by(_finding.time, _finding.value)
_DROP = sa.delete(behavior_finding).where(
    *(_finding[name] == sa.bindparam(f"old_{name}") for name in ("behavior", "entity", "time", "value"))
)
_ALWAYS = (1 << 63) - 1


def pruned(connection: sa.Connection, number: int) -> int | None:
    """The moment before which slots are forgotten."""
    found: int | None = connection.execute(sa.select(behavior.c.pruned).where(behavior.c.number == number)).scalar_one()
    return found


def refused(connection: sa.Connection, number: int) -> int:
    """How many rows were not kept because there were too many."""
    return int(connection.execute(sa.select(behavior.c.refused).where(behavior.c.number == number)).scalar_one())


def progress(connection: sa.Connection, number: int, learning: int) -> tuple[int, int, int, int]:
    """Number of entities, of those that are still learnt from, first and last moment of all."""
    state = behavior_state.c
    own = sa.and_(state.behavior == number, state.slot == SINCE if learning else sa.true())
    query = sa.select(sa.func.count(sa.distinct(state.entity)), sa.func.min(state.first)).where(own)
    entities, since = connection.execute(query).one()
    if not entities:
        return 0, 0, 0, 0
    latest = connection.execute(sa.select(behavior.c.last).where(behavior.c.number == number)).scalar_one()
    last = min(latest, to_microseconds(utc_now()))  # a clock that is ahead teaches nobody
    young = sa.select(sa.func.count()).where(own, state.first > last - learning)
    return entities, connection.execute(young).scalar_one() if learning else 0, since, last


def entities(connection: sa.Connection, number: int) -> set[str]:
    """Entities with findings."""
    query = sa.select(_finding.entity).where(_finding.behavior == number).distinct()
    return set(connection.execute(query).scalars())


def all_findings(connection: sa.Connection, number: int) -> Iterator[tuple[str, Finding]]:
    """Entity and finding of everything that a behaviour has found."""
    query = sa.select(_finding.entity, *_COLUMNS).where(_finding.behavior == number)
    ordered = query.order_by(_finding.entity, _finding.time, _finding.value)
    with connection.execute(ordered, execution_options={"yield_per": _FETCH}) as rows:
        for row in rows:
            yield row.entity, _finding_of(row)


def findings_of(
    connection: sa.Connection, number: int, entity: str, start: int, end: int = _ALWAYS
) -> dict[tuple[int, str], Finding]:
    """An entity's findings between two moments, both included, by time and value."""
    own = {"number": number, "entity": entity, "start": start, "end": end}
    return {(row.time, row.value): _finding_of(row) for row in connection.execute(_IN_ORDER, own)}


def replace(
    connection: sa.Connection, number: int, entity: str, went: Sequence[Finding], came: Sequence[Finding]
) -> None:
    """Exchange an entity's findings."""
    if went:
        own = [
            {"old_behavior": number, "old_entity": entity, "old_time": each.time, "old_value": each.value}
            for each in went
        ]
        connection.execute(_DROP, own)
    if came:
        rows = [{**_row(each), "behavior": number, "entity": entity} for each in came]
        connection.execute(sa.insert(behavior_finding), rows)


def _row(finding: Finding) -> dict[str, Any]:
    return {**finding._asdict(), "places": orjson.dumps([list(each) for each in finding.places[:MOST_PLACES]]).decode()}


def _finding_of(row: Any) -> Finding:
    places = tuple(Place(*each) for each in orjson.loads(row.places))
    return Finding(row.time, row.value, row.first, row.events, row.measured, row.why, places, row.learning, row.last)
