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
from watchfloor.parsers.windows import _values
from watchfloor.parsers.windows._convert import Column, Columns
from watchfloor.parsers.windows._records import Group, Signature, by_name, grouped, transposed

_NOTHING: dict[str, Any] = {}
_NOT_FIELDS = frozenset({"Data", "#text", "#attributes"})
_PLAIN = frozenset({str, int})
_DEEPEST = 16
"""Elements of UserData nested deeper stay one JSON value."""


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is an event of this form."""
    event = record.get("Event")
    return type(event) is dict and type(event.get("System")) is dict


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns; a record without a System element gives a row with `error.message`."""
    return grouped(records, _signature, _group, wanted)


def _signature(record: dict[str, Any]) -> Signature:
    """Kind, and the names in Event, System and EventData."""
    try:
        event = record["Event"]
        system = event["System"]
        provider, channel = system["Provider"]["#attributes"]["Name"], system["Channel"]
        event_id = system["EventID"]
        if type(event_id) is dict:
            event_id = event_id["#text"]
        if type(provider) is type(channel) is str and type(event_id) in _PLAIN:
            return (provider, channel, event_id), tuple(event), tuple(system), _names(event.get("EventData"))
    except (KeyError, TypeError, AttributeError):
        pass
    return _any_signature(_child(record, "Event"))


def _any_signature(event: dict[str, Any]) -> Signature:
    system = _child(event, "System")
    provider = _child(_child(system, "Provider"), "#attributes").get("Name")
    values = (provider, _content(system.get("Channel")), _content(system.get("EventID")))
    return tuple(map(_values.text, values)), tuple(event), tuple(system), _names(event.get("EventData"))


def _names(element: Any) -> tuple[str, ...] | None:
    return tuple(element) if type(element) is dict else None


def _group(records: Sequence[dict[str, Any]]) -> Group:
    events = transposed(_dicts([record.get("Event") for record in records]))
    systems = transposed(_dicts(events.get("System", [None] * len(records))))

    def content(name: str) -> Column:
        values = systems.get(name, ())
        return [_content(value) for value in values] if dict in set(map(type, values)) else values

    def attributes(name: str, *keys: str) -> list[Column]:
        values = systems.get(name, ())
        if values.count(None) == len(values):
            return [()] * len(keys)
        found = _dicts([value.get("#attributes") for value in _dicts(values)])
        return [[each.get(key) for each in found] for key in keys]

    pid, thread = attributes("Execution", "ProcessID", "ThreadID")
    activity, related_activity = attributes("Correlation", "ActivityID", "RelatedActivityID")
    levels = content("Level")
    size = len(records)
    return Group(
        head={
            "winlog.provider_guid": attributes("Provider", "Guid")[0],
            "winlog.computer_name": content("Computer"),
            "winlog.level": levels,
            "winlog.task": content("Task"),
            "winlog.opcode": content("Opcode"),
            "winlog.record_id": content("EventRecordID"),
            "winlog.version": content("Version"),
            "winlog.activity_id": activity,
            "winlog.related_activity_id": related_activity,
            "winlog.process.pid": pid,
            "winlog.process.thread.id": thread,
            "winlog.user.identifier": attributes("Security", "UserID")[0],
            "message": [each.get("Message") for each in _dicts(events.get("RenderingInfo", ()))],
            "error.message": () if systems else ["Windows event without a System element"] * size,
        },
        times=attributes("TimeCreated", "SystemTime")[0] or [None] * size,
        keywords=content("Keywords") or [None] * size,
        levels=levels,
        data=_event_data(events.get("EventData", ())),
        user_data=by_name([_user_data(element) for element in events.get("UserData", ())]),
    )


def _dicts(values: Column) -> Sequence[dict[str, Any]]:
    """The values, with nothing in the place of what is no element."""
    if set(map(type, values)) <= {dict}:
        return values
    return [value if type(value) is dict else _NOTHING for value in values]


def _child(element: dict[str, Any], name: str) -> dict[str, Any]:
    found = element.get(name)
    return found if type(found) is dict else _NOTHING


def _content(element: Any) -> Any:
    return element.get("#text") if type(element) is dict else element


def _event_data(elements: Sequence[Any]) -> Columns:
    """The named items by name, the unnamed ones under `Data`."""
    if not elements or type(elements[0]) is not dict:
        return {"Data": elements}
    columns = transposed(elements)
    if _NOT_FIELDS.isdisjoint(columns):
        return columns
    unnamed = columns.get("Data", columns.get("#text", ()))
    named = {name: values for name, values in columns.items() if name not in _NOT_FIELDS}
    return {**named, "Data": [_content(value) for value in unnamed]}


def _user_data(element: Any) -> dict[str, Any]:
    """The children of the one inner element, and that element's name as Winlogbeat has it (`xml_name`)."""
    if type(element) is not dict:
        return {"xml_data": element} if element else _NOTHING
    inner = next(((name, value) for name, value in element.items() if name != "#attributes"), None)
    if inner is None:
        return _NOTHING
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
