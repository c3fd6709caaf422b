"""Windows events of osquery's tables `windows_events` and `windows_eventlog`, as its result log has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import polars as pl

from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.windows._events import Event, parse_events

_NEEDED = frozenset({"eventid", "provider_name", "data"})


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is an event of this form."""
    return _columns(record).keys() >= _NEEDED


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns."""
    return parse_events([_event(record) for record in records], wanted)


def _columns(record: dict[str, Any]) -> dict[str, Any]:
    columns = record.get("columns", record)
    return columns if type(columns) is dict else {}


def _event(record: dict[str, Any]) -> Event:
    row = _columns(record)
    data = _decoded(row["data"])
    seconds = row.get("time")
    return {
        "provider": row.get("provider_name"),
        "channel": row.get("source") or row.get("channel"),
        "event_id": str(row["eventid"]),
        "time": row.get("datetime") or (f"{seconds}000" if type(seconds) in {str, int} else None),
        "keywords": row.get("keywords"),
        "level": row.get("level"),
        "data": dict(_data(data.get("EventData", data))),
        "user_data": dict(_data(data.get("UserData"))),
        "winlog.provider_guid": row.get("provider_guid"),
        "winlog.computer_name": row.get("computer_name") or record.get("hostIdentifier"),
        "winlog.level": row.get("level"),
        "winlog.task": row.get("task_id") or row.get("task"),
        "winlog.process.pid": row.get("pid"),
        "winlog.process.thread.id": row.get("tid"),
    }


def _decoded(data: Any) -> dict[str, Any]:
    if type(data) is str:
        try:
            data = orjson.loads(data)
        except orjson.JSONDecodeError:
            return {}
    return data if type(data) is dict else {}


def _data(element: Any) -> Iterator[tuple[str, Any]]:
    """Named items; unnamed ones are a list, or an object whose names are their positions."""
    if type(element) is list:
        yield "Data", element
    elif type(element) is dict:
        yield from element.items()


PARSER = JsonParser(
    reference="https://osquery.io/schema/current/#windows_events",
    claims=claims,
    parse=parse,
)
