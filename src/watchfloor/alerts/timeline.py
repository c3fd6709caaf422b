"""Timelines: each event of each alert as a row, with more or fewer columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from watchfloor.alerts.attack import tactics, techniques
from watchfloor.alerts.entities import FIELDS, entities_of
from watchfloor.core.clock import iso, to_microseconds
from watchfloor.core.printable import safe, shorten

Row = dict[str, Any]
"""Column -> value: text, number, moment or list of texts; what is not known is left out."""

MAX_CELL = 32_000
"""Characters of a cell in CSV; spreadsheets take 32,767."""
_MAX_DETAIL = 500
_DETAILS = 4
_FORMULAS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
"""What a formula begins with, also full width (https://owasp.org/www-community/attacks/CSV_Injection)."""
_CONTROLS = frozenset("\t\r\n")
"""What some programs drop from the beginning of a cell before they look for a formula."""
_TELLING = (
    "process.command_line",
    "process.executable",
    "process.parent.executable",
    "registry.path",
    "file.path",
    "service.name",
    "url.original",
    "http.response.status_code",
    "dns.question.name",
    "email.subject",
    "user.target.name",
    "rule.name",
    "message",
    "event.original",
)
"""Fields that say most about an event, the best first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event that takes part in an alert.

    Attributes:
        alert: in the form of the `--alerts` file.
        incident: id of the incident that the alert is in, empty for none.
        time: of the event.
        event: its flat fields; those of its place alone where the lake has lost it.
    """

    alert: Mapping[str, Any]
    incident: str
    time: dt.datetime
    event: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Profile:
    """Which columns a timeline has.

    Attributes:
        columns: in their order.
        fields: of the event, which the columns are made of; None for all of them.
        row: of an entry.
    """

    columns: tuple[str, ...]
    fields: tuple[str, ...] | None
    row: Callable[[Entry], Row]


_OF_ALERT: dict[str, Callable[[Entry], Any]] = {
    "timestamp": lambda entry: entry.time,
    "level": lambda entry: entry.alert["rule"]["level"],
    "rule": lambda entry: entry.alert["rule"]["title"],
    "tactics": lambda entry: tactics(entry.alert["rule"]["tags"]),
    "techniques": lambda entry: techniques(entry.alert["rule"]["tags"]),
    "details": lambda entry: _details(entry.event),
    "why": lambda entry: "; ".join(map(reason, entry.alert["why"])),
    "response": lambda entry: list(entry.alert["rule"]["response"]),
    "alert.id": lambda entry: entry.alert["id"],
    "rule.id": lambda entry: entry.alert["rule"]["id"],
    "incident.id": lambda entry: entry.incident,
}
"""Columns that are no fields of the event, beside `_WHO`."""
_WHO = {"host": "host", "user": "user", "address": "ip"}
"""Columns that are entities, with their kinds."""
_ENTITIES = tuple(name for names in FIELDS.values() for name in names)

_MINIMAL = ("timestamp", "level", "rule", "host", "user", "address", "details")
_STANDARD = (
    "timestamp",
    "level",
    "rule",
    "host",
    "user",
    "address",
    "destination.ip",
    "event.dataset",
    "winlog.channel",
    "event.code",
    "tactics",
    "techniques",
    "details",
    "incident.id",
    "log.file.path",
    "log.line",
    "winlog.record_id",
)
_VERBOSE = (
    *_STANDARD,
    "rule.id",
    "alert.id",
    "why",
    "response",
    "event.action",
    "event.outcome",
    "process.executable",
    "process.command_line",
    "process.parent.executable",
    "process.parent.command_line",
    "file.path",
    "registry.path",
    "url.original",
    "dns.question.name",
    "user.target.name",
    "event.id",
    "event.original",
)
_TIMESKETCH = ("message", "timestamp", "datetime", "timestamp_desc", "tag", *_VERBOSE[1:])


def reason(why: Mapping[str, Any]) -> str:
    """One of an alert's reasons in a line."""
    if why["selection"] == "behavior":
        return str(why["value"])
    return f"{why['field'] or 'text'} = {why['value']}"


def _who(entry: Entry) -> dict[str, str]:
    """Entities of the event by kind, for want of them the alert's."""
    found = {each["kind"]: each["value"] for each in entry.alert["entities"]}
    return found | {entity.kind: entity.value for entity in entities_of(entry.event)}


def _details(event: Mapping[str, Any]) -> str:
    names = [name for name in _TELLING if event.get(name) not in (None, "")]
    if len(names) > 1 and "event.original" in names:
        names.remove("event.original")
    if len(names) == 1 and names[0] in {"message", "event.original"}:
        return shorten(str(event[names[0]]), _MAX_DETAIL)
    return "; ".join(f"{name}={shorten(str(event[name]), _MAX_DETAIL)}" for name in names[:_DETAILS])


def _profile(columns: Sequence[str]) -> Profile:
    made = {name: _OF_ALERT[name] for name in columns if name in _OF_ALERT}
    own = [name for name in columns if name not in made and name not in _WHO]

    def row(entry: Entry) -> Row:
        who = _who(entry)
        found = {name: entry.event.get(name) for name in own} | {name: who.get(kind) for name, kind in _WHO.items()}
        found |= {name: of(entry) for name, of in made.items()}
        return {name: found[name] for name in columns if found[name] not in (None, "", [])}

    return Profile(tuple(columns), tuple(dict.fromkeys((*own, *_TELLING, *_ENTITIES))), row)


def _timesketch() -> Profile:
    """https://timesketch.org/guides/user/import-from-json-csv/; dots in names would nest there."""
    verbose = _profile(_VERBOSE)

    def row(entry: Entry) -> Row:
        found = verbose.row(entry)
        rule = entry.alert["rule"]
        moment = found.pop("timestamp")
        told = f"[{rule['level'] or 'none'}] {rule['title']}"
        return {
            "message": f"{told}: {found['details']}" if found.get("details") else told,
            "timestamp": to_microseconds(moment),
            "datetime": moment.isoformat(timespec="microseconds"),
            "timestamp_desc": "Time of the event",
            "tag": ",".join([rule["level"] or "none", *found.get("tactics", ()), *found.get("techniques", ())]),
            **{_flat(name): value for name, value in found.items()},
        }

    return Profile(tuple(map(_flat, _TIMESKETCH)), verbose.fields, row)


def _flat(name: str) -> str:
    return name.replace(".", "_")


def _everything() -> Profile:
    standard = _profile((*_STANDARD, "rule.id", "alert.id", "why"))
    taken = {*_OF_ALERT, *_WHO}

    def row(entry: Entry) -> Row:
        fields = ((name, value) for name, value in entry.event.items() if name != "@timestamp")
        # A log may have fields of any name: it must not speak for the rule.
        return standard.row(entry) | {f"{name} (event)" if name in taken else name: value for name, value in fields}

    return Profile(standard.columns, None, row)


PROFILES: dict[str, Profile] = {
    "minimal": _profile(_MINIMAL),
    "standard": _profile(_STANDARD),
    "verbose": _profile(_VERBOSE),
    "timesketch": _timesketch(),
    "all": _everything(),
}


def shown(value: object) -> str:
    """A value on one line, without control characters."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return iso(value)
    text = "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return shorten(safe(text), MAX_CELL)


def cell(value: object) -> str:
    """A value as a cell of CSV, which no spreadsheet takes for a formula."""
    text = shown(value)
    if isinstance(value, int | float) or not text:
        return text
    first = value[0] if isinstance(value, list | tuple) else value
    return f"'{text}" if text.lstrip()[:1] in _FORMULAS or str(first)[:1] in _CONTROLS else text
