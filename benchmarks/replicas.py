"""Many records out of few: copies of real Windows records in which the values that differ in real logs differ too.

A copy keeps its host, channel, event id and every value that the original repeats. What identifies something differs in
every copy: times, record ids, process and thread ids, ports, handles, logon ids, GUIDs, digests. Other texts of which
the original has many (command lines, paths, scripts; see `MANY`) differ in a chosen share of the copies, by a piece put
where it changes the fewest patterns: at the end of what has arguments, before the file name of a path.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import PureWindowsPath
from typing import Any

import orjson

from watchfloor.sources.files import plan, read

MANY = 0.02
"""Share of distinct values from which on a field counts as one whose values differ from event to event."""
_FEW_RECORDS = 50
_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?")
_IDENTIFIER = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-|0x[0-9A-Fa-f]{3,16}\b|[0-9A-Fa-f]{32,64}")


def original(paths: Sequence[str]) -> list[dict[str, Any]]:
    """Every Windows record below the paths, read as `watchfloor analyze` reads them."""
    found: list[dict[str, Any]] = []
    for batch in read(plan(list(paths)), zone=dt.UTC, now=None, report=print):
        found.extend(orjson.loads(text) for text in batch.raw.to_pylist() if text.startswith("{"))
    return [record for record in found if isinstance(record.get("Event"), dict)]


class Replicas:
    """Endless copies of some records.

    Args:
        records: decoded EVTX records.
        texts: share of the copies, 0 to 1, whose texts differ too.
        mixed: in random order, as many hosts together send them; otherwise file by file.
        seed: of everything random.
    """

    def __init__(self, records: Sequence[dict[str, Any]], *, texts: float, mixed: bool = True, seed: int = 1) -> None:
        self._records = list(records)
        self._texts = texts
        self._random = random.Random(seed)
        self._varying = {name for name, share in distinct(records).items() if share > MANY}
        self._stream = self._copies(mixed=mixed)

    def take(self, size: int) -> list[str]:
        """The next records as JSON text."""
        return [next(self._stream) for _ in range(size)]

    def _copies(self, *, mixed: bool) -> Iterator[str]:
        number = 0
        while True:
            number += 1
            if mixed:
                self._random.shuffle(self._records)
            for record in self._records:
                yield orjson.dumps(self._copy(record, number, texts=self._random.random() < self._texts)).decode()

    def _copy(self, record: dict[str, Any], number: int, *, texts: bool) -> dict[str, Any]:
        event = dict(record["Event"])
        event["System"] = _system(event["System"], number)
        data = event.get("EventData")
        if isinstance(data, dict):
            event["EventData"] = {
                name: _varied(value, number, texts=texts) if name in self._varying else value
                for name, value in data.items()
            }
        return {"Event": event}


def distinct(records: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Share of distinct values per field of the event data that enough records have."""
    values: dict[str, list[str]] = {}
    for record in records:
        data = record["Event"].get("EventData")
        for name, value in data.items() if isinstance(data, dict) else ():
            values.setdefault(name, []).append(str(value))
    return {name: len(set(found)) / len(found) for name, found in values.items() if len(found) >= _FEW_RECORDS}


def _system(system: dict[str, Any], number: int) -> dict[str, Any]:
    copy = dict(system)
    copy["EventRecordID"] = int(system.get("EventRecordID") or 0) + number * 1_000_003
    for name in ("TimeCreated", "Execution", "Correlation"):
        attributes = (system.get(name) or {}).get("#attributes")
        if attributes:
            copy[name] = {
                "#attributes": {key: _varied(value, number, texts=False) for key, value in attributes.items()}
            }
    return copy


def _varied(value: Any, number: int, *, texts: bool) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value + number * 4 if 99 < value < 1 << 40 else value
    if not isinstance(value, str) or not value:
        return value
    if _TIME.fullmatch(value):
        return _later(value, number)
    if value.isdigit():
        return str(int(value) + number * 4) if len(value) > 2 else value
    found = _IDENTIFIER.sub(lambda match: _other(match[0], number), value)
    return _other_text(value, number) if found == value and texts else found


def _later(text: str, number: int) -> str:
    moment = dt.datetime.fromisoformat(text.replace("Z", "")) + dt.timedelta(milliseconds=1_237 * number)
    return moment.isoformat("T" if "T" in text else " ", "milliseconds") + ("Z" if text.endswith("Z") else "")


def _other(identifier: str, number: int) -> str:
    """Another identifier of the same form."""
    prefix, digits = ("0x", identifier[2:]) if identifier.startswith("0x") else ("", identifier.partition("-")[0])
    size = len(digits)
    shifted = (int(digits, 16) + number * 0x9E3779B1) % 16**size
    return prefix + f"{shifted:0{size}X}" + identifier[len(prefix) + size :]


def _other_text(text: str, number: int) -> str:
    path = PureWindowsPath(text)
    if path.drive and " " not in text:
        return str(path.parent / f"v{number:x}" / path.name)
    return f"{text} v{number:x}"
