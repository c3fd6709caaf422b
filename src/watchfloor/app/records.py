"""The records behind the events of alerts: a joined event has none of its own, but those that it is made of."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from watchfloor.lake.fetch import fetch
from watchfloor.lake.lake import Lake

ORIGINAL = "event.original"
MAX_PARTS = 6
"""Records that are told of one joined event, the first ones."""
_PARTS, _LAST = "watchfloor.joined", "event.end"
_FEW, _MANY = 100, 4_000
"""Events that are fetched at once, with and without their records, which may have a mebibyte each."""

Event = dict[str, Any]


def look_up(
    lake: Lake, events: Iterable[Mapping[str, Any]], fields: Iterable[str], longest: int | None = None
) -> dict[str, Event]:
    """Some fields of the events that alerts name, by event id; an event that the lake does not have is left out.

    Args:
        lake: that holds them.
        events: with `event.id` and `@timestamp`, as alerts name them.
        fields: that are wanted.
        longest: characters that are kept of a record.

    Returns:
        Flat events. `event.original`, where wanted, is the list of the event's records: its own, or the first
        `MAX_PARTS` of those that it was joined from.

    Raises:
        StoreError: the lake cannot be read.
    """
    wanted = tuple(fields)
    whole = ORIGINAL in wanted
    ordered = iter(sorted({(dt.datetime.fromisoformat(event["@timestamp"]), event["event.id"]) for event in events}))
    found: dict[str, Event] = {}
    while chunk := list(itertools.islice(ordered, _FEW if whole else _MANY)):
        some = fetch(
            lake,
            [id_ for _, id_ in chunk],
            chunk[0][0],
            chunk[-1][0],
            (*wanted, _PARTS, _LAST) if whole else wanted,
        )
        if whole:
            _put_records(lake, some, chunk[0][0], longest)
        found.update(some)
    return found


def _put_records(lake: Lake, events: Mapping[str, Event], first: dt.datetime, longest: int | None) -> None:
    joined = {
        id_: list(event[_PARTS])[:MAX_PARTS]
        for id_, event in events.items()
        if event.get(_PARTS) and not event.get(ORIGINAL)
    }
    parts = {}
    if joined:
        last = max((events[id_][_LAST] for id_ in joined if events[id_].get(_LAST)), default=first)
        parts = fetch(lake, [part for each in joined.values() for part in each], first, last, (ORIGINAL,))
    for id_, event in events.items():
        texts = [parts.get(part, {}).get(ORIGINAL) for part in joined[id_]] if id_ in joined else [event.get(ORIGINAL)]
        event[ORIGINAL] = [text[:longest] for text in texts if text]
