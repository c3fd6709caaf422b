"""Windows events as Winlogbeat and Elastic Agent ship them: `winlog.*` beside ECS, nested or with dotted names.

Fields: https://www.elastic.co/docs/reference/beats/winlogbeat/exported-fields-winlog. Version 6 had the same fields at
the top level under older names. Documents as Elasticsearch returns them (`_source`) are unwrapped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.windows._records import NOTHING, Records, frame, parts

_OLD_MARKS = frozenset({"event_id", "log_name", "source_name"})
_OLD_NAMES = {
    "channel": "log_name",
    "provider_name": "source_name",
    "record_id": "record_number",
    "computer_name": "computer_name",
}
_KEPT_WHOLE = ("winlog.event_data.", "winlog.user_data.")
"""Below these a dot belongs to the field's own name."""
_OUTCOMES = frozenset({"success", "failure"})
_POSITION = re.compile(r"param([1-9]\d{0,3})\Z")
_MOST_UNNAMED = 1000


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is an event of this form."""
    record = _unwrapped(record)
    return (
        type(record.get("winlog")) is dict
        or record.keys() >= _OLD_MARKS
        or any(name.startswith("winlog.") for name in record)
    )


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns; a record that is not of this form gives a row with `error.message`."""
    return frame(Records.joined([_records(part) for part in parts(records)]), wanted)


def _records(raw: Sequence[dict[str, Any]]) -> Records:
    records = [_nested(_unwrapped(record)) for record in raw]
    winlogs = [_winlog(record) for record in records]
    processes = [_child(winlog, "process") for winlog in winlogs]
    users = [_child(winlog, "user") for winlog in winlogs]
    levels = [winlog.get("level") for winlog in winlogs]
    return Records(
        head={
            **{
                f"winlog.{name}": [winlog.get(name) for winlog in winlogs]
                for name in (
                    "channel",
                    "event_id",
                    "provider_name",
                    "provider_guid",
                    "computer_name",
                    "level",
                    "task",
                    "opcode",
                    "record_id",
                    "version",
                    "activity_id",
                    "related_activity_id",
                )
            },
            "winlog.process.pid": [process.get("pid") for process in processes],
            "winlog.process.thread.id": [_child(process, "thread").get("id") for process in processes],
            **{
                f"winlog.user.{name}": [user.get(name) for user in users]
                for name in ("identifier", "name", "domain", "type")
            },
            "message": [record.get("message") for record in records],
            "error.message": [None if winlog else "Winlogbeat event without winlog fields" for winlog in winlogs],
        },
        times=[record.get("@timestamp") for record in records],
        keywords=[winlog.get("keywords") for winlog in winlogs],
        levels=[_child(record, "log").get("level") or level for record, level in zip(records, levels, strict=True)],
        data=[_event_data(winlog) for winlog in winlogs],
        user_data=[_child(winlog, "user_data") for winlog in winlogs],
        outcomes=[_outcome(record) for record in records],
    )


def _child(element: dict[str, Any], name: str) -> dict[str, Any]:
    found = element.get(name)
    return found if type(found) is dict else NOTHING


def _outcome(record: dict[str, Any]) -> str | None:
    outcome = _child(record, "event").get("outcome")
    return outcome if type(outcome) is str and outcome in _OUTCOMES else None


def _unwrapped(record: dict[str, Any]) -> dict[str, Any]:
    return _child(record, "_source") or record


def _nested(record: dict[str, Any]) -> dict[str, Any]:
    """The record with dotted names of `winlog`, `event` and `log` spread into objects."""
    dotted = [name for name in record if "." in name]
    if not dotted:
        return record
    nested = {name: dict(value) if type(value) is dict else value for name, value in record.items()}
    for name in dotted:
        kept = next((prefix for prefix in _KEPT_WHOLE if name.startswith(prefix)), None)
        path = [*kept[:-1].split("."), name[len(kept) :]] if kept else name.split(".", 4)
        _put(nested, path, record[name])
    return nested


def _put(into: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for name in path[:-1]:
        inner = into.get(name)
        if type(inner) is not dict:
            into[name] = inner = {}
        into = inner
    into[path[-1]] = value


def _winlog(record: dict[str, Any]) -> dict[str, Any]:
    winlog = _child(record, "winlog")
    if winlog or not record.keys() >= _OLD_MARKS:
        return winlog
    process = {"pid": record.get("process_id"), "thread": {"id": record.get("thread_id")}}
    return {**record, **{new: record.get(old) for new, old in _OLD_NAMES.items()}, "process": process}


def _event_data(winlog: dict[str, Any]) -> dict[str, Any]:
    """EventData; `param1`, `param2` ... of a provider without manifest are its unnamed items."""
    data = _child(winlog, "event_data")
    if ("param1" not in data and "param2" not in data) or winlog.get("provider_guid"):
        return data
    positions = {name: int(match[1]) for name in data if (match := _POSITION.match(name))}
    if len(positions) < len(data.keys() - {"Binary"}):
        return data
    unnamed: list[Any] = [""] * min(max(positions.values()), _MOST_UNNAMED)
    for name, position in positions.items():
        if position <= _MOST_UNNAMED:
            unnamed[position - 1] = data[name]
    return {"Data": unnamed} | ({"Binary": data["Binary"]} if "Binary" in data else {})


PARSER = JsonParser(
    reference="https://www.elastic.co/docs/reference/beats/winlogbeat/exported-fields-winlog",
    claims=claims,
    parse=parse,
)
