"""Records that joins make events of, once all of them have come."""

from __future__ import annotations

import datetime as dt
from typing import Any

from watchfloor.joins.groups import keep, settle
from watchfloor.joins.parts import parts_of
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source
from watchfloor.store.engine import Store

SOURCE = Source("s", "joined.log", reference=dt.datetime(2026, 11, 26, tzinfo=dt.UTC))


def told(store: Store, *lines: str) -> list[dict[str, Any]]:
    """The joined events of some lines."""
    with store.transaction() as connection:
        keep(connection, parts_of(parse_records(RawBatch.of(SOURCE, lines), wanted=frozenset(declared()))))
    found = []
    for each in settle(store, None):
        if each.rows:
            with store.read() as connection:
                found += list(each.unknown(connection, each.events()).rows())
        with store.transaction() as connection:
            each.done(connection)
    return found
