"""Windows events as JSON of their XML: EVTX files decoded by the `evtx` library, or the output of `evtx_dump`.

Form: `{"Event": {"System": {...}, "EventData": {...} | "UserData": {...}}}`, attributes below `#attributes`, text
below `#text` (https://github.com/omerbenamram/evtx). Layout of the event:
https://learn.microsoft.com/windows/win32/wes/eventschema-schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.windows._records import NOTHING, Records, frame, parts

_NOT_FIELDS = frozenset({"Data", "#text", "#attributes"})
_DEEPEST = 16
"""Elements of UserData nested deeper stay one JSON value."""


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is an event of this form."""
    event = record.get("Event")
    return type(event) is dict and type(event.get("System")) is dict


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns; a record without a System element gives a row with `error.message`."""
    return frame(Records.joined([_records(part) for part in parts(records)]), wanted)


def _records(records: Sequence[dict[str, Any]]) -> Records:
    events = _children(records, "Event")
    systems = _children(events, "System")
    providers = _attributes(systems, "Provider")
    executions = _attributes(systems, "Execution")
    correlations = _attributes(systems, "Correlation")
    levels = _contents(systems, "Level")
    return Records(
        head={
            "winlog.channel": _contents(systems, "Channel"),
            "winlog.event_id": _contents(systems, "EventID"),
            "winlog.provider_name": [provider.get("Name") for provider in providers],
            "winlog.provider_guid": [provider.get("Guid") for provider in providers],
            "winlog.computer_name": _contents(systems, "Computer"),
            "winlog.level": levels,
            "winlog.task": _contents(systems, "Task"),
            "winlog.opcode": _contents(systems, "Opcode"),
            "winlog.record_id": _contents(systems, "EventRecordID"),
            "winlog.version": _contents(systems, "Version"),
            "winlog.activity_id": [each.get("ActivityID") for each in correlations],
            "winlog.related_activity_id": [each.get("RelatedActivityID") for each in correlations],
            "winlog.process.pid": [execution.get("ProcessID") for execution in executions],
            "winlog.process.thread.id": [execution.get("ThreadID") for execution in executions],
            "winlog.user.identifier": [each.get("UserID") for each in _attributes(systems, "Security")],
            "message": [each.get("Message") for each in _children(events, "RenderingInfo")],
            "error.message": [None if system else "Windows event without a System element" for system in systems],
        },
        times=[each.get("SystemTime") for each in _attributes(systems, "TimeCreated")],
        keywords=_contents(systems, "Keywords"),
        levels=levels,
        data=[_event_data(event.get("EventData")) for event in events],
        user_data=[_user_data(event["UserData"]) if "UserData" in event else NOTHING for event in events],
    )


def _child(element: dict[str, Any], name: str) -> dict[str, Any]:
    found = element.get(name)
    return found if type(found) is dict else NOTHING


def _children(elements: Sequence[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The child elements of that name; nothing where there is none, or something else."""
    children = [element.get(name) or NOTHING for element in elements]
    return children if set(map(type, children)) <= {dict} else [_child(element, name) for element in elements]


def _attributes(elements: Sequence[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return _children(_children(elements, name), "#attributes")


def _contents(elements: Sequence[dict[str, Any]], name: str) -> list[Any]:
    values = [element.get(name) for element in elements]
    if dict in set(map(type, values)):
        return [value.get("#text") if type(value) is dict else value for value in values]
    return values


def _event_data(element: Any) -> dict[str, Any]:
    """The named items as they are, the unnamed ones under `Data`."""
    if type(element) is not dict:
        return {"Data": element} if element else NOTHING
    if not _NOT_FIELDS.isdisjoint(element):
        unnamed = element.get("Data", element.get("#text"))
        named = {name: value for name, value in element.items() if name not in _NOT_FIELDS}
        return {**named, "Data": unnamed.get("#text") if type(unnamed) is dict else unnamed}
    return element


def _user_data(element: Any) -> dict[str, Any]:
    """The children of the one inner element, and that element's name as Winlogbeat has it (`xml_name`)."""
    if type(element) is not dict:
        return {"xml_data": element} if element else NOTHING
    inner = next(((name, value) for name, value in element.items() if name != "#attributes"), None)
    if inner is None:
        return NOTHING
    name, value = inner
    return {"xml_name": name, **dict(_flat(value, "", 0))}


def _flat(element: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    """(dotted name, value) of the nested elements and of their attributes, without name space declarations."""
    if type(element) is not dict or depth == _DEEPEST:
        yield path or "#text", element
        return
    for name, value in element.items():
        if name == "#attributes":
            attributes = _child(element, name)
            yield from ((_join(path, key), each) for key, each in attributes.items() if not key.startswith("xmlns"))
        elif name == "#text":
            yield path or name, value
        else:
            yield from _flat(value, _join(path, name), depth + 1)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


PARSER = JsonParser(
    reference="https://learn.microsoft.com/windows/win32/wes/eventschema-schema", claims=claims, parse=parse
)
