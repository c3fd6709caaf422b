"""Windows events as `Get-WinEvent | ConvertTo-Json` and `Get-EventLog | ConvertTo-Json` write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.windows._events import Event, parse_events
from watchfloor.parsers.windows._message import event_data
from watchfloor.parsers.windows._rendered import full_provider
from watchfloor.parsers.windows._times import written

_EPOCH = re.compile(r"/Date\((-?\d{1,15})\)/")
_HEAD = {
    "winlog.provider_guid": "ProviderId",
    "winlog.computer_name": "MachineName",
    "winlog.level": "Level",
    "winlog.task": "Task",
    "winlog.opcode": "Opcode",
    "winlog.record_id": "RecordId",
    "winlog.version": "Version",
    "winlog.activity_id": "ActivityId",
    "winlog.related_activity_id": "RelatedActivityId",
    "winlog.process.pid": "ProcessId",
    "winlog.process.thread.id": "ThreadId",
    "message": "Message",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is an event of this form."""
    return type(record["Id"]) is int and ("MachineName" in record or "RecordId" in record)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns."""
    return parse_events([_event(record) for record in records], wanted)


def _event(record: dict[str, Any]) -> Event:
    channel, message = str(record.get("LogName") or ""), record.get("Message")
    provider = full_provider(str(record["ProviderName"] or ""), channel)
    number = str(record["Id"])
    moment, local = _time(record.get("TimeCreated"))
    data: dict[str, Any] = event_data(provider, number, message) if type(message) is str else {}
    items = record.get("Properties")
    if not data and type(items) is list:
        data = {"Data": [item.get("Value") for item in items if type(item) is dict]}
    user = record.get("UserId")
    return {
        **{field: record.get(name) for field, name in _HEAD.items()},
        "winlog.user.identifier": user.get("Value") if type(user) is dict else user,
        "provider": provider or None,
        "channel": channel or None,
        "event_id": number,
        "time": moment,
        "local": local,
        "keywords": record.get("Keywords"),
        "level": record.get("Level"),
        "data": data,
    }


def _time(value: Any) -> tuple[Any, str | None]:
    """Milliseconds since 1970 in PowerShell 5, ISO 8601 in 7; either may be in an object with the time in words."""
    if type(value) is dict:
        value = value.get("value") or value.get("DateTime")
    match = _EPOCH.fullmatch(value) if type(value) is str else None
    return (int(match[1]), None) if match else written(str(value or ""))


PARSER = JsonParser(
    reference="https://learn.microsoft.com/dotnet/api/system.diagnostics.eventing.reader.eventlogrecord",
    claims=claims,
    parse=parse,
    keys=("Id", "ProviderName", "LogName"),
)
