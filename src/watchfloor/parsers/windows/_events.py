"""Windows events that a form's reader has brought into one plain shape, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.windows._records import LONGS, TEXTS, Group, Signature, by_name, grouped
from watchfloor.parsers.windows._values import text

Event = dict[str, Any]
"""One event: `provider`, `channel`, `event_id`; `time` with a zone or `local` without; `keywords`, `level`, `outcome`;
`data` and `user_data` as {name: value}; what else System carries under the field's own name (`winlog.computer_name`,
`message`). Only the event id must be there."""


def parse_events(events: Sequence[Event], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns, one row per event in order."""
    return grouped(events, _signature, _group, wanted)


def _signature(event: Event) -> Signature:
    kind = tuple(text(event.get(name)) for name in ("provider", "channel", "event_id"))
    return kind, tuple(event.get("data") or ())


def _group(events: Sequence[Event]) -> Group:
    def column(name: str) -> list[Any]:
        return [event.get(name) for event in events]

    return Group(
        head={name: column(name) for name in (*TEXTS, *LONGS)},
        times=column("time"),
        local_times=column("local"),
        keywords=column("keywords"),
        levels=column("level"),
        outcomes=column("outcome"),
        data=by_name([event.get("data") or {} for event in events]),
        user_data=by_name([event.get("user_data") or {} for event in events]),
    )
