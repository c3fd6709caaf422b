"""Windows events as Azure Monitor and Microsoft Sentinel keep them: `SecurityEvent`, `Event` and `WindowsEvent` rows.

EventData is XML text, a JSON object, or spread over the row's columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import polars as pl

from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.windows._events import Event, parse_events
from watchfloor.parsers.windows._message import event_data
from watchfloor.parsers.windows._rendered import full_provider
from watchfloor.parsers.windows._times import written
from watchfloor.parsers.windows._xml import data_of

_PROVIDERS = ("EventSourceName", "Provider", "Source")
_CHANNELS = ("Channel", "EventLog")
_HEAD = {
    "winlog.computer_name": "Computer",
    "winlog.task": "Task",
    "winlog.opcode": "Opcode",
    "winlog.version": "Version",
    "winlog.process.pid": "SystemProcessId",
    "winlog.process.thread.id": "SystemThreadId",
    "winlog.user.identifier": "SystemUserId",
}
_NOT_DATA = frozenset(
    [
        "TenantId", "TimeGenerated", "SourceSystem", "Account", "AccountType", "Computer", "EventSourceName",
        "Channel", "Task", "Level", "EventData", "EventID", "Activity", "EventLevelName", "EventOriginId",
        "MG", "TimeCollected", "ManagementGroupName", "SourceComputerId", "Type", "_ResourceId",
        "_SubscriptionId", "_ItemId", "_IsBillable", "_BilledSize", "EventRecordId", "Keywords", "Opcode",
        "Version", "Correlation", "SystemProcessId", "SystemThreadId", "SystemUserId", "PartitionKey",
        "RowKey", "StorageAccount", "AzureDeploymentID", "AzureTableName", "Role", "ExtraEventData",
        "SubjectAccount", "TargetAccount", "MemberAccount", "LogonTypeName", "SubjectMachineName",
        "SubjectMachineSID"
    ]
)  # fmt: skip
"""Columns of SecurityEvent that are not the event's own data."""
_OUTCOMES = {"8": "success", "16": "failure"}
"""Level of SecurityEvent: Windows' event types of old, EVENTLOG_AUDIT_SUCCESS and EVENTLOG_AUDIT_FAILURE."""


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is an event of this form."""
    return any(name in record for name in _PROVIDERS) and ("EventSourceName" in record or "EventData" in record)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns."""
    return parse_events([_event(record) for record in records], wanted)


def _event(record: dict[str, Any]) -> Event:
    provider = full_provider(_first(record, _PROVIDERS), _first(record, _CHANNELS))
    number = str(record.get("EventID", ""))
    message = record.get("RenderedDescription")
    message = message if type(message) is str else ""
    moment, local = written(str(record.get("TimeCreated") or record.get("TimeGenerated") or ""))
    level = record.get("EventLevelName") or record.get("Level") or record.get("EventLevel")
    return {
        "provider": provider or None,
        "channel": _first(record, _CHANNELS) or None,
        "event_id": number or None,
        "time": moment or (f"{local}Z" if local else None),
        "keywords": record.get("Keywords"),
        "level": "information" if str(level) in _OUTCOMES or level == "LogAlways" else level,
        "outcome": _OUTCOMES.get(str(record.get("Level"))),
        "data": _data(record) or event_data(provider, number, message),
        "message": message or record.get("Activity"),
        "winlog.record_id": record.get("EventRecordId"),
        **{field: record.get(name) for field, name in _HEAD.items()},
    }


def _first(record: dict[str, Any], names: Sequence[str]) -> str:
    return next((record[name] for name in names if type(record.get(name)) is str), "")


def _data(record: dict[str, Any]) -> dict[str, Any]:
    data = record.get("EventData")
    if type(data) is str and data.lstrip().startswith("<"):
        found = data_of(data)
        data = {name: value for name, value in found.items() if name[:1] != "#"}
        if type(data.get("Data")) is dict:
            data["Data"] = data["Data"]["#text"]
    elif type(data) is str and data.lstrip().startswith("{"):
        try:
            data = orjson.loads(data)
        except orjson.JSONDecodeError:
            data = None
    if type(data) is dict and data:
        return data
    if "EventSourceName" not in record:
        return {}
    return {name: value for name, value in record.items() if name not in _NOT_DATA and value not in (None, "")}


PARSER = JsonParser(
    reference="https://learn.microsoft.com/azure/azure-monitor/reference/tables/securityevent",
    claims=claims,
    parse=parse,
    keys=("EventID", "Computer", "TimeGenerated"),
)
