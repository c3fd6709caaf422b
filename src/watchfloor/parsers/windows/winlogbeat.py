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
from watchfloor.parsers.windows import _values
from watchfloor.parsers.windows._convert import Columns
from watchfloor.parsers.windows._records import Group, Signature, by_name, grouped, transposed

_NOTHING: dict[str, Any] = {}
_OLD_MARKS = frozenset({"event_id", "log_name", "source_name"})
_OLD_NAMES = {
    "channel": "log_name",
    "provider_name": "source_name",
    "record_id": "record_number",
    "computer_name": "computer_name",
}
_PLAIN_FIELDS = (
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
_USER_FIELDS = ("identifier", "name", "domain", "type")
_KEPT_WHOLE = ("winlog.event_data.", "winlog.user_data.")
"""Below these a dot belongs to the field's own name."""
_OUTCOMES = frozenset({"success", "failure"})
_POSITION = re.compile(r"param([1-9]\d{0,2})\Z")


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
    return grouped([_nested(_unwrapped(record)) for record in records], _signature, _group, wanted)


def _signature(record: dict[str, Any]) -> Signature:
    """Kind, whether the provider has a manifest, and the names in EventData."""
    winlog = _winlog(record)
    kind = tuple(_values.text(winlog.get(name)) for name in ("provider_name", "channel", "event_id"))
    return kind, bool(winlog.get("provider_guid")), tuple(_child(winlog, "event_data"))


def _group(records: Sequence[dict[str, Any]]) -> Group:
    winlogs = [_winlog(record) for record in records]
    processes = [_child(winlog, "process") for winlog in winlogs]
    users = [_child(winlog, "user") for winlog in winlogs]
    head: Columns = {f"winlog.{name}": [winlog.get(name) for winlog in winlogs] for name in _PLAIN_FIELDS}
    head |= {f"winlog.user.{name}": [user.get(name) for user in users] for name in _USER_FIELDS}
    head |= {
        "winlog.process.pid": [process.get("pid") for process in processes],
        "winlog.process.thread.id": [_child(process, "thread").get("id") for process in processes],
        "message": [record.get("message") for record in records],
        "error.message": [None if winlog else "Winlogbeat event without winlog fields" for winlog in winlogs],
    }
    old_levels = head["winlog.level"]
    return Group(
        head=head,
        times=[record.get("@timestamp") for record in records],
        keywords=[winlog.get("keywords") for winlog in winlogs],
        levels=[_child(record, "log").get("level") or old for record, old in zip(records, old_levels, strict=True)],
        data=_event_data(winlogs),
        user_data=by_name([_child(winlog, "user_data") for winlog in winlogs]),
        outcomes=[_outcome(record) for record in records],
    )


def _child(element: dict[str, Any], name: str) -> dict[str, Any]:
    found = element.get(name)
    return found if type(found) is dict else _NOTHING


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


def _event_data(winlogs: Sequence[dict[str, Any]]) -> Columns:
    """EventData; `param1`, `param2` ... of a provider without manifest are its unnamed items."""
    columns = transposed([_child(winlog, "event_data") for winlog in winlogs])
    positions = {name: int(match[1]) for name in columns if (match := _POSITION.match(name))}
    if not positions or winlogs[0].get("provider_guid") or len(positions) < len(columns.keys() - {"Binary"}):
        return columns
    names = {position: name for name, position in positions.items()}
    absent = [""] * len(winlogs)
    items = (columns[names[at]] if at in names else absent for at in range(1, max(names) + 1))
    unnamed: Columns = {"Data": [list(each) for each in zip(*items, strict=True)]}
    return unnamed | ({"Binary": columns["Binary"]} if "Binary" in columns else {})


PARSER = JsonParser(
    reference="https://www.elastic.co/docs/reference/beats/winlogbeat/exported-fields-winlog",
    claims=claims,
    parse=parse,
)
