"""Windows events of Fluent Bit's `winevtlog` and `winlog` inputs: System's values, the message and unnamed strings.

EventData's names are not in the record; they come back from the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.windows._events import Event, parse_events
from watchfloor.parsers.windows._message import event_data
from watchfloor.parsers.windows._rendered import full_provider
from watchfloor.parsers.windows._times import written

_HEAD = {
    "winlog.provider_guid": ("ProviderGuid",),
    "winlog.computer_name": ("Computer", "ComputerName"),
    "winlog.level": ("Level",),
    "winlog.task": ("Task", "EventCategory"),
    "winlog.opcode": ("Opcode",),
    "winlog.record_id": ("EventRecordID", "RecordNumber"),
    "winlog.version": ("Version",),
    "winlog.activity_id": ("ActivityID",),
    "winlog.related_activity_id": ("RelatedActivityID",),
    "winlog.process.pid": ("ProcessID",),
    "winlog.process.thread.id": ("ThreadID",),
    "winlog.user.identifier": ("UserID", "Sid"),
    "message": ("Message",),
}
_OUTCOMES = {"SuccessAudit": "success", "FailureAudit": "failure"}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is an event of this form."""
    return "StringInserts" in record or ("ProviderName" in record and "SourceName" not in record)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns."""
    return parse_events([_event(record) for record in records], wanted)


def _event(record: dict[str, Any]) -> Event:
    channel = str(record.get("Channel") or "")
    provider = full_provider(str(record.get("ProviderName") or record.get("SourceName") or ""), channel)
    number, message = str(record.get("EventID", "")), record.get("Message")
    moment, local = written(str(record.get("TimeCreated") or record.get("TimeGenerated") or ""))
    kind = record.get("EventType")
    kind = kind if type(kind) is str else None
    strings = record.get("StringInserts")
    data: dict[str, Any] = event_data(provider, number, message) if type(message) is str else {}
    if not data and type(strings) is list:
        data = {"Data": strings}
    guid = record.get("ActivityID")
    head = {field: next((record[name] for name in names if name in record), None) for field, names in _HEAD.items()}
    return {
        **head,
        "winlog.activity_id": None if type(guid) is str and not guid.strip("{}0-") else guid,
        "provider": provider or None,
        "channel": channel or None,
        "event_id": number or None,
        "time": moment,
        "local": local,
        "keywords": record.get("Keywords"),
        "level": "information" if kind in _OUTCOMES else record.get("Level", kind),
        "outcome": _OUTCOMES.get(kind or ""),
        "data": data,
    }


PARSER = JsonParser(
    reference="https://docs.fluentbit.io/manual/data-pipeline/inputs/windows-event-log-winevtlog",
    claims=claims,
    parse=parse,
    keys=("EventID", "Channel"),
)
