"""Santa's log on macOS: executions allowed and denied, changes of files, disks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import mapped
from watchfloor.parsers.linux._rows import timed, with_facts
from watchfloor.parsers.plugin import FieldsParser, by_line

_HEAD = re.compile(
    (
        r"^\[(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\] (?P<level>\w) santad: (?P<rest>.*)"
        r"$"
    ),
    re.DOTALL,
)
_FIELDS = {
    "pid": "process.pid",
    "ppid": "process.parent.pid",
    "process": "process.name",
    "processpath": "process.executable",
    "path": "file.path",
    "newpath": "file.target_path",
    "args": "process.args",
    "sha256": "process.hash.sha256",
    "uid": "user.id",
    "user": "user.name",
    "gid": "group.id",
    "group": "group.name",
    "reason": "event.reason",
    "cert_sha256": "santa.certificate.sha256",
    "serial": "device.serial_number",
    "model": "device.model.name",
}
_FILES = {"WRITE": "change", "RENAME": "change", "DELETE": "deletion", "LINK": "creation", "EXCHANGE": "change"}


def _record(line: str) -> dict[str, str] | None:
    head = _HEAD.match(line)
    if head is None:
        return None
    found = {"time": head["time"], "level": head["level"]}
    for part in head["rest"].split("|"):
        name, equals, value = part.partition("=")
        if equals:
            found.setdefault(name, value)
    return found if "action" in found else None


def _facts(record: dict[str, str]) -> dict[str, Any]:
    action = record["action"]
    facts: dict[str, Any] = {"event.action": action.lower()}
    if action == "EXEC":
        allowed = record.get("decision") == "ALLOW"
        facts |= {
            "event.category": ["process"],
            "event.type": ["start"],
            "event.outcome": "success" if allowed else "failure",
            "process.executable": record.get("path"),
            "process.args": record["args"].split() if record.get("args") else None,
        }
    elif action in _FILES:
        facts |= {"event.category": ["file"], "event.type": [_FILES[action]]}
    else:
        facts |= {"event.category": ["host"], "event.type": ["info"]}
    return facts


def _parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    times = [record.pop("time") for record in records]
    facts = [_facts(record) for record in records]
    table = {name: field for name, field in _FIELDS.items() if name != "args"}
    frame = with_facts(mapped(records, table, vendor="santa", wanted=wanted), facts)
    return timed(frame, times, ("%Y-%m-%dT%H:%M:%S%.f%#z",))


PARSER = FieldsParser(
    reference="https://northpole.dev/features/syslog",
    sieve=r"^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\] \w santad: action=",
    read=by_line(_record),
    parse=_parse,
)
