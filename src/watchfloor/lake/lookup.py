"""Events by their ids: a few fields of them, wherever in the lake they are."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from watchfloor.lake.duck import connection, events, over_snapshot
from watchfloor.lake.lake import Lake, Snapshot
from watchfloor.lake.names import ID

_CHUNK = 20_000
"""Ids that are asked for at once."""


def fields_of(
    lake: Lake, ids: Iterable[str], fields: Sequence[str], *, longest: int = 1_000
) -> dict[str, dict[str, Any]]:
    """Event id -> values of declared fields, null where the event has none; ids of no event here are left out.

    Args:
        lake: to look in.
        ids: of events.
        fields: their names, of text.
        longest: characters of a text that are read.

    Raises:
        StoreError: the query needs too much memory or time, or the lake cannot be read.
    """
    found: dict[str, dict[str, Any]] = {}
    wanted = iter(sorted(set(ids)))
    while chunk := list(itertools.islice(wanted, _CHUNK)):
        rows = over_snapshot(lake, "events by id", functools.partial(_rows, chunk, fields, longest))
        found.update((row[0], dict(zip(fields, row[1:], strict=True))) for row in rows)
    return found


def _rows(ids: Sequence[str], fields: Sequence[str], longest: int, snapshot: Snapshot) -> list[tuple[Any, ...]]:
    named = [f'left("{snapshot.columns.physical(name)}", {longest:d})' for name in fields]
    with connection((*snapshot.fresh, *snapshot.table)) as opened:
        everything = events(snapshot.columns, snapshot.fresh, snapshot.table)
        return opened.execute(
            f"SELECT {', '.join((ID, *named))} FROM {everything} WHERE {ID} IN (SELECT unnest(?))",  # noqa: S608
            [list(ids)],
        ).fetchall()
