"""How far each logical source is committed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from watchfloor.store.tables import source

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Progress:
    """A source and the number of its records that are committed."""

    id: str
    path: str
    reference: dt.datetime
    reference_kind: str
    position: int


def positions(connection: sa.Connection, ids: Sequence[str]) -> dict[str, int]:
    """Committed records per source; sources that the home does not know are absent."""
    found: dict[str, int] = {}
    for start in range(0, len(ids), _CHUNK):
        query = sa.select(source.c.id, source.c.position).where(source.c.id.in_(ids[start : start + _CHUNK]))
        found.update((row.id, row.position) for row in connection.execute(query))
    return found


def advance(connection: sa.Connection, progress: Iterable[Progress]) -> None:
    """Note the positions, within the caller's transaction; a position never goes back."""
    moved = list(progress)
    known = positions(connection, [each.id for each in moved])
    new = [each for each in moved if each.id not in known]
    if new:
        connection.execute(sa.insert(source), list(_rows(new)))
    for each in moved:
        if each.position > known.get(each.id, each.position):
            connection.execute(sa.update(source).where(source.c.id == each.id).values(position=each.position))


def reference_of(connection: sa.Connection, source_id: str) -> tuple[dt.datetime, str] | None:
    """The moment that the source's dates without a year were resolved against, and its kind."""
    row = connection.execute(
        sa.select(source.c.reference_time, source.c.reference_kind).where(source.c.id == source_id)
    ).one_or_none()
    return None if row is None else (row.reference_time, row.reference_kind)


def _rows(progress: Iterable[Progress]) -> Iterator[dict[str, object]]:
    for each in progress:
        yield {
            "id": each.id,
            "path": each.path,
            "reference_time": each.reference,
            "reference_kind": each.reference_kind,
            "position": each.position,
        }
