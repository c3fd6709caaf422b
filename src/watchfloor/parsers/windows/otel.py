"""Windows events of the OpenTelemetry collector's `windowseventlog` receiver: the log record's body, or the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.windows._events import Event, parse_events
from watchfloor.parsers.windows._message import event_data

_BODIES = ("body", "Body")


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is an event of this form."""
    body = _body(record)
    return type(body.get("event_id")) is dict and type(body.get("provider")) is dict and "channel" in body


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns."""
    return parse_events([_event(_body(record)) for record in records], wanted)


def _body(record: dict[str, Any]) -> dict[str, Any]:
    return next((record[name] for name in _BODIES if type(record.get(name)) is dict), record)


def _event(body: dict[str, Any]) -> Event:
    provider, number = body["provider"], str(body["event_id"].get("id") or "")
    name = provider.get("event_source") or provider.get("name")
    message = body.get("message")
    text = message if type(message) is str else ""
    data = dict(_data(body.get("event_data")))
    execution, correlation, security = (_child(body, each) for each in ("execution", "correlation", "security"))
    return {
        "provider": provider.get("name") or name,
        "channel": body.get("channel"),
        "event_id": number or None,
        "time": body.get("system_time"),
        "keywords": body.get("keywords"),
        "level": body.get("level"),
        "data": data or event_data(str(provider.get("name") or ""), number, text),
        "user_data": _child(body, "user_data"),
        "message": text or None,
        "winlog.provider_guid": provider.get("guid"),
        "winlog.computer_name": body.get("computer"),
        "winlog.level": body.get("level"),
        "winlog.task": body.get("task"),
        "winlog.opcode": body.get("opcode"),
        "winlog.version": body.get("version"),
        "winlog.record_id": body.get("record_id"),
        "winlog.process.pid": execution.get("process_id"),
        "winlog.process.thread.id": execution.get("thread_id"),
        "winlog.activity_id": correlation.get("activity_id"),
        "winlog.related_activity_id": correlation.get("related_activity_id"),
        "winlog.user.identifier": security.get("user_id"),
    }


def _child(element: dict[str, Any], name: str) -> dict[str, Any]:
    found = element.get(name)
    return found if type(found) is dict else {}


def _data(element: Any) -> Iterator[tuple[str, Any]]:
    """A list of objects with one name each, an object of `name` and `value`, or plainly names and values."""
    if type(element) is not dict:
        return
    items = element.get("data")
    if type(items) is not list:
        yield from element.items()
        return
    unnamed = []
    for item in items:
        if type(item) is not dict:
            continue
        pairs = {item["name"]: item.get("value")} if type(item.get("name")) is str and "value" in item else item
        unnamed += [value for name, value in pairs.items() if not name]
        yield from ((name, value) for name, value in pairs.items() if name)
    if unnamed:
        yield "Data", unnamed


PARSER = JsonParser(
    reference="https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/receiver/windowseventlogreceiver",
    claims=claims,
    parse=parse,
)
