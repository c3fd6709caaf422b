"""Windows events as Wazuh's agents collect them: `win.system` and `win.eventdata`, alone or in an alert's `data`.

Names begin with a small letter there, whatever the event's own begin with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.windows._events import Event, parse_events
from watchfloor.parsers.windows._message import event_data

_HEAD = {
    "winlog.provider_guid": "providerGuid",
    "winlog.computer_name": "computer",
    "winlog.level": "level",
    "winlog.task": "task",
    "winlog.opcode": "opcode",
    "winlog.record_id": "eventRecordID",
    "winlog.version": "version",
    "winlog.process.pid": "processID",
    "winlog.process.thread.id": "threadID",
}
_OUTCOMES = {"AUDIT_SUCCESS": "success", "AUDIT_FAILURE": "failure"}
_MOST_NAMES = 1000


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is an event of this form."""
    system = _win(record).get("system")
    return type(system) is dict and "eventID" in system


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns."""
    return parse_events([_event(_win(record)) for record in records], wanted)


def _win(record: dict[str, Any]) -> dict[str, Any]:
    data = record.get("data")
    win = record.get("win") or (data.get("win") if type(data) is dict else None)
    return win if type(win) is dict else {}


def _event(win: dict[str, Any]) -> Event:
    system = win["system"]
    text = system.get("message")
    message = text.removeprefix('"').removesuffix('"') if type(text) is str else ""
    provider, number = str(system.get("providerName") or ""), str(system["eventID"])
    data, user = _named(win.get("eventdata")), _named(win.get("userData"))
    severity = system.get("severityValue")
    return {
        "provider": system.get("providerName"),
        "channel": system.get("channel"),
        "event_id": number,
        "time": system.get("systemTime"),
        "keywords": system.get("keywords"),
        "level": system.get("level"),
        "outcome": _OUTCOMES.get(severity) if type(severity) is str else None,
        "data": data or (event_data(provider, number, message) if not user else {}),
        "user_data": user,
        "message": message or None,
        **{field: system.get(name) for field, name in _HEAD.items()},
    }


def _named(element: Any) -> dict[str, Any]:
    if type(element) is not dict:
        return {}
    members = list(element.items())[:_MOST_NAMES]
    return {name[:1].upper() + name[1:]: value for name, value in members}


PARSER = JsonParser(
    reference="https://documentation.wazuh.com/current/user-manual/capabilities/log-data-collection/configuration.html",
    claims=claims,
    parse=parse,
)
