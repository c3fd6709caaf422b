"""Keeps the parts of a home until their groups are whole, and gives the events that they make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import pyarrow as pa
import sqlalchemy as sa

from watchfloor.core.clock import from_microseconds, utc_now
from watchfloor.core.ids import stable_id
from watchfloor.joins.parts import SCHEMA, joins
from watchfloor.joins.plugin import Join
from watchfloor.parsers.derive import derived
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type
from watchfloor.store.engine import Store
from watchfloor.store.tables import join_part, joined_event
from watchfloor.store.writes import insert_missing

_PAGE = 20_000
"""Parts read at a time."""
_PAGE_CHARS = 64 * 1024 * 1024
"""Characters of their fields after which a page is full."""
_LARGEST, _LARGEST_CHARS = 1_000, 16 * 1024 * 1024
"""Parts of one group, and characters of their fields, after which it is cut: nobody can fill the memory with one."""
_EVENTS = "watchfloor.joined"
_ID = "event.id"
Place = tuple[str, str, int, str]
"""Join, key, time and event id: the order in which parts are read."""


def keep(connection: sa.Connection, parts: pa.Table) -> None:
    """Add a batch's parts; those that are there already change nothing."""
    if parts.num_rows:
        insert_missing(connection, join_part, parts.to_pylist())


@dataclass(slots=True)
class Settled:
    """Some joined events, and the parts that they are made of.

    Attributes:
        rows: the events, each a flat dictionary.
        parts: every part that has had its say.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    parts: list[Place] = field(default_factory=list)

    def events(self) -> EventBatch:
        """The events as a batch."""
        return _batch(self.rows)

    def unknown(self, connection: sa.Connection, events: EventBatch) -> EventBatch:
        """Those that the home does not have yet."""
        ids = [row["event.id"] for row in self.rows]
        known = set(connection.scalars(sa.select(joined_event.c.id).where(joined_event.c.id.in_(ids))))
        return EventBatch(events.table.filter(pa.array([each not in known for each in ids])))

    def done(self, connection: sa.Connection) -> None:
        """Remember the events and forget their parts."""
        insert_missing(connection, joined_event, [{"id": row["event.id"]} for row in self.rows])
        if self.parts:
            connection.execute(
                sa.delete(join_part).where(
                    join_part.c.join == sa.bindparam("_join"),
                    join_part.c.key == sa.bindparam("_key"),
                    join_part.c.time == sa.bindparam("_time"),
                    join_part.c.event_id == sa.bindparam("_event"),
                ),
                [dict(zip(("_join", "_key", "_time", "_event"), part, strict=True)) for part in self.parts],
            )


def settle(store: Store, before: int | None) -> Iterator[Settled]:
    """The groups that are whole, page by page.

    Args:
        store: the home's; each page is read in a transaction of its own.
        before: microseconds since 1970 up to which all records have come; None when all input is known.
    """
    place: Place = ("", "", -(2**62), "")
    held: list[dict[str, Any]] = []
    while True:
        with store.read() as connection:
            page, more = _page(connection, place)
        rows = [*held, *page]
        if page:
            place = _place(page[-1])
        found = Settled()
        groups = list(_groups(rows))
        held = groups.pop() if more and groups else []
        for group in groups:
            _settle(group, before, found)
        if found.parts:
            yield found
        if not more:
            return


def settled(parts: Iterable[pa.Table]) -> Settled:
    """What some parts (`parts.SCHEMA`) make when there are no others, in memory: for a handful of records."""
    rows = pa.concat_tables([SCHEMA.empty_table(), *parts]).to_pylist()
    rows.sort(key=_place)
    found = Settled()
    for group in _groups(rows):
        _settle(group, None, found)
    return found


def _page(connection: sa.Connection, place: Place) -> tuple[list[dict[str, Any]], bool]:
    """The parts after a place, and whether there may be more."""
    columns = (join_part.c.join, join_part.c.key, join_part.c.time, join_part.c.event_id)
    beyond = sa.tuple_(*columns) > sa.tuple_(*map(sa.literal, place))
    query = sa.select(join_part).where(beyond).order_by(*columns).limit(_PAGE)
    rows: list[dict[str, Any]] = []
    chars = 0
    for row in connection.execute(query).mappings():
        rows.append(dict(row))
        chars += len(row["fields"])
        if chars >= _PAGE_CHARS:
            return rows, True
    return rows, len(rows) == _PAGE


def _place(row: dict[str, Any]) -> Place:
    return row["join"], row["key"], row["time"], row["event_id"]


def _groups(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows of one join and key without too long a silence."""
    group: list[dict[str, Any]] = []
    chars = 0
    for row in rows:
        if group and (chars >= _LARGEST_CHARS or not _continues(group, row)):
            yield group
            group, chars = [], 0
        group.append(row)
        chars += len(row["fields"])
    if group:
        yield group


def _continues(group: Sequence[dict[str, Any]], row: dict[str, Any]) -> bool:
    last = group[-1]
    if (row["join"], row["key"]) != (last["join"], last["key"]) or len(group) >= _LARGEST:
        return False
    join = joins().get(row["join"])
    return join is not None and row["time"] - last["time"] <= _microseconds(join)


def _microseconds(join: Join) -> int:
    return round(join.gap.total_seconds() * 1_000_000)


def _settle(group: Sequence[dict[str, Any]], before: int | None, found: Settled) -> None:
    join = joins().get(group[0]["join"])
    if join is not None and before is not None and group[-1]["time"] + _microseconds(join) >= before:
        return
    found.parts.extend(map(_place, group))
    if join is None or len(group) < 2:  # a join that is no longer installed, or nothing to join
        return
    parts = [{**orjson.loads(row["fields"]), "@timestamp": row["time"], _ID: row["event_id"]} for row in group]
    parts.sort(key=_moment)
    built = join.build(parts)
    if built is not None:
        found.rows.append(_event(group, parts, {"event.dataset": join.dataset, **built}))


def _moment(part: dict[str, Any]) -> tuple[int, str, int]:
    """Order of records: by time, and as they stand in their file where clocks do not tell."""
    return part["@timestamp"], part.get("log.file.path") or "", part.get("log.line") or 0


def _event(group: Sequence[dict[str, Any]], parts: Sequence[dict[str, Any]], built: dict[str, Any]) -> dict[str, Any]:
    """What `build` says, with what every event has. The place is that of the earliest record."""
    ids = [part[_ID] for part in parts]
    return {
        "event.kind": "event",
        **{name: value for name, value in built.items() if value not in (None, [], "")},
        "@timestamp": from_microseconds(group[0]["time"]),
        "event.id": stable_id("join", group[0]["join"], group[0]["key"], *ids),
        "event.ingested": utc_now(),
        "event.module": built["event.dataset"].split(".", 1)[0],
        "event.start": from_microseconds(group[0]["time"]),
        "event.end": from_microseconds(group[-1]["time"]),
        "log.file.path": parts[0].get("log.file.path"),
        "log.line": parts[0].get("log.line"),
        _EVENTS: ids,
    }


def _batch(rows: Sequence[dict[str, Any]]) -> EventBatch:
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: pa.array([row.get(name) for row in rows], arrow_type(name)) for name in names}
    return EventBatch(derived(pa.table(columns)))
