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
from watchfloor.parsers.windows._records import Records, frame, parts

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
_IS_SYSTEM: dict[str, Callable[[dict[str, Any]], bool]] = {
    "AccountName": lambda record: "UserID" in record and "ServiceName" not in record,
    "Domain": lambda record: "UserID" in record,
    "EventType": lambda record: type(record["EventType"]) is not str or record["EventType"] in _EVENT_TYPES,
    "ProcessID": lambda record: type(record["ProcessID"]) is int,
    "Version": lambda record: type(record["Version"]) is int,
}
"""Names that EventData may have too, with the sign by which System's own is told: NXLog writes System's numbers as
numbers and EventData as text, and names an account only beside its SID."""
_SHARED = frozenset(_IS_SYSTEM)
_OUTCOMES = {"AUDIT_SUCCESS": "success", "AUDIT_FAILURE": "failure"}
_SYSMON = "Microsoft-Windows-Sysmon"
_ZONE = re.compile(r"(?:[zZ]|[+-]\d\d:?\d\d)\Z")
_MORE_DATA = re.compile(r"Data_(\d{1,3})\Z")


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is an event of this form."""
    return "EventID" in record and ("SourceName" in record or "Channel" in record)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns; a record that is not of this form gives a row with `error.message`."""
    return frame(Records.joined([_records(part) for part in parts(records)]), wanted)


def _records(records: Sequence[dict[str, Any]]) -> Records:
    def column(name: str, instead: str = "") -> list[Any]:
        if instead:
            return [record[name] if name in record else record.get(instead) for record in records]
        return [record.get(name) for record in records]

    def system(name: str) -> list[Any]:
        return [record[name] if name in record and _IS_SYSTEM[name](record) else None for record in records]

    times = [_times(record) for record in records]
    types = [type_ if type(type_) is str else None for type_ in system("EventType")]
    return Records(
        head={
            "winlog.channel": column("Channel"),
            "winlog.event_id": column("EventID"),
            "winlog.provider_name": column("SourceName"),
            "winlog.provider_guid": column("ProviderGuid"),
            "winlog.computer_name": column("Hostname"),
            "winlog.level": column("Level"),
            "winlog.task": column("Task"),
            "winlog.opcode": column("Opcode", "OpcodeValue"),
            "winlog.record_id": column("RecordNumber"),
            "winlog.version": system("Version"),
            "winlog.activity_id": column("ActivityID"),
            "winlog.related_activity_id": column("RelatedActivityID"),
            "winlog.process.pid": [
                own if pid is None else pid
                for pid, own in zip(column("ExecutionProcessID"), system("ProcessID"), strict=True)
            ],
            "winlog.process.thread.id": column("ThreadID", "ExecutionThreadID"),
            "winlog.user.identifier": column("UserID"),
            "winlog.user.name": system("AccountName"),
            "winlog.user.domain": system("Domain"),
            "winlog.user.type": column("AccountType"),
            "message": column("Message"),
            "error.message": [None if claims(record) else "flat Windows event without EventID" for record in records],
        },
        times=[moment for moment, _ in times],
        local_times=[local for _, local in times],
        keywords=column("Keywords"),
        levels=[
            type_ if type_ in _OUTCOMES else level  # an audit failure has the severity ERROR
            for type_, level in zip(types, column("Severity", "Level"), strict=True)
        ],
        data=[_event_data(record) for record in records],
        outcomes=[_OUTCOMES.get(type_ or "") for type_ in types],
    )


def _event_data(record: dict[str, Any]) -> dict[str, Any]:
    data = {name: value for name, value in record.items() if name not in _SYSTEM}
    for name in _SHARED & record.keys():
        if not _IS_SYSTEM[name](record):
            data[name] = record[name]
    more = [name for name in data if _MORE_DATA.match(name)] if "Data" in data else ()
    if more:
        data["Data"] = [data["Data"], *(data.pop(name) for name in sorted(more, key=lambda name: int(name[5:])))]
    return data


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
