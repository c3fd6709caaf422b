"""Windows events as NXLog writes them: one flat JSON object in which System's fields and EventData share the names.

Fields: https://docs.nxlog.co/refman/current/im/msvistalog.html. The same flat form comes from other collectors, with
`TimeCreated` and text in the place of `EventTime` and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.windows import _values
from watchfloor.parsers.windows._convert import Column, Columns
from watchfloor.parsers.windows._records import Group, Signature, grouped, transposed

_SYSTEM = frozenset(
    [
        "EventTime",
        "EventReceivedTime",
        "TimeCreated",
        "Hostname",
        "Keywords",
        "EventType",
        "EventTypeOrignal",
        "SeverityValue",
        "Severity",
        "EventID",
        "SourceName",
        "ProviderGuid",
        "Version",
        "Task",
        "Level",
        "OpcodeValue",
        "Opcode",
        "RecordNumber",
        "ActivityID",
        "RelatedActivityID",
        "ExecutionProcessID",
        "ProcessID",
        "ThreadID",
        "ExecutionThreadID",
        "Channel",
        "Domain",
        "AccountName",
        "UserID",
        "AccountType",
        "Message",
        "Category",
        "SourceModuleName",
        "SourceModuleType",
        "MessageSourceAddress",
        "MessageSourcePort",
        "ERROR_EVT_UNRESOLVED",
        "@timestamp",
        "@version",
        "host",
        "port",
        "tags",
    ]
)
"""Names that NXLog, or Logstash behind it, gives to what is not EventData."""
_EVENT_TYPES = frozenset({"CRITICAL", "ERROR", "WARNING", "INFO", "VERBOSE", "AUDIT_SUCCESS", "AUDIT_FAILURE"})
_IS_SYSTEM: dict[str, Callable[[Any], bool]] = {
    "EventType": lambda value: type(value) is not str or value in _EVENT_TYPES,
    "ProcessID": lambda value: type(value) is int,
    "Version": lambda value: type(value) is int,
}
"""Names that EventData may have too, with the sign by which System's own is told: NXLog writes System's numbers as
numbers and EventData as text."""
_OF_USER = frozenset({"AccountName", "Domain"})
"""Names that EventData may have too; System's own stand beside the account's SID."""
_OTHERS = frozenset({"TimeGenerated", "StringInserts", "EventSourceName"})
"""Names that only the other flat forms have."""
_OUTCOMES = {"AUDIT_SUCCESS": "success", "AUDIT_FAILURE": "failure"}
_SYSMON = "Microsoft-Windows-Sysmon"
_ZONE = re.compile(r"(?:[zZ]|[+-]\d\d:?\d\d)\Z")
_MORE_DATA = re.compile(r"Data_(\d{1,3})\Z")


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is an event of this form."""
    return (
        "EventID" in record
        and ("SourceName" in record or ("Channel" in record and "ProviderName" not in record))
        and _OTHERS.isdisjoint(record)
    )


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns; a record that is not of this form gives a row with `error.message`."""
    return grouped(records, _signature, _group, wanted)


def _signature(record: dict[str, Any]) -> Signature:
    """Kind, and all names."""
    return tuple(_values.text(record.get(name)) for name in ("SourceName", "Channel", "EventID")), tuple(record)


def _group(records: Sequence[dict[str, Any]]) -> Group:
    columns = transposed(records) if records[0] else {}
    ours, data = _split(columns)

    def first(*names: str) -> Column:
        return next((ours[name] for name in names if name in ours), ())

    absent = [None] * len(records)
    types = [type_ if type(type_) is str else None for type_ in first("EventType") or absent]
    times = [_times(record) for record in records]
    return Group(
        head={
            "winlog.provider_guid": first("ProviderGuid"),
            "winlog.computer_name": first("Hostname"),
            "winlog.level": first("Level"),
            "winlog.task": first("Task"),
            "winlog.opcode": first("Opcode", "OpcodeValue"),
            "winlog.record_id": first("RecordNumber"),
            "winlog.version": first("Version"),
            "winlog.activity_id": first("ActivityID"),
            "winlog.related_activity_id": first("RelatedActivityID"),
            "winlog.process.pid": first("ExecutionProcessID", "ProcessID"),
            "winlog.process.thread.id": first("ThreadID", "ExecutionThreadID"),
            "winlog.user.identifier": first("UserID"),
            "winlog.user.name": first("AccountName"),
            "winlog.user.domain": first("Domain"),
            "winlog.user.type": first("AccountType"),
            "message": first("Message"),
            "error.message": () if claims(records[0]) else ["flat Windows event without EventID"] * len(records),
        },
        times=[moment for moment, _ in times],
        local_times=[local for _, local in times],
        keywords=first("Keywords") or absent,
        levels=[
            type_ if type_ in _OUTCOMES else level  # an audit failure has the severity ERROR
            for type_, level in zip(types, first("Severity", "Level") or absent, strict=True)
        ],
        data=data,
        outcomes=[_OUTCOMES.get(type_ or "") for type_ in types],
    )


def _split(columns: Columns) -> tuple[Columns, Columns]:
    """(what System carries, EventData) of a group's columns."""
    ours = {name: values for name, values in columns.items() if name in _SYSTEM}
    data = {name: values for name, values in columns.items() if name not in _SYSTEM}
    for name, is_system in _IS_SYSTEM.items():
        if name in ours:
            values = ours[name]
            ours[name] = [value if is_system(value) else None for value in values]
            data[name] = [None if is_system(value) else value for value in values]
    if "UserID" not in ours or "ServiceName" in data:
        data |= {name: ours.pop(name) for name in _OF_USER & ours.keys()}
    more = sorted((int(match[1]), name) for name in data if (match := _MORE_DATA.match(name)))
    if more and "Data" in data:
        items = [data["Data"], *(data.pop(name) for _, name in more)]
        data["Data"] = [list(each) for each in zip(*items, strict=True)]
    return ours, data


def _times(record: dict[str, Any]) -> tuple[Any, str | None]:
    """(moment, local time), one of which is None; Sysmon also gives its time in UTC."""
    time = record.get("EventTime") or record.get("TimeCreated") or record.get("@timestamp")
    if type(time) is not str or _ZONE.search(time):
        return time, None
    utc = record.get("UtcTime")
    if record.get("SourceName") == _SYSMON and type(utc) is str:
        return f"{utc.replace(' ', 'T')}Z", None
    return None, time


PARSER = JsonParser(reference="https://docs.nxlog.co/refman/current/im/msvistalog.html", claims=claims, parse=parse)
