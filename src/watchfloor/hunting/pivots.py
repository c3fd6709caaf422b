"""Pivots: the users, hosts, addresses, domains, hashes and processes of alerts, to look for elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from watchfloor.alerts.levels import rank
from watchfloor.alerts.timeline import Entry

KINDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "users": (("related.user",), ("user.email",)),
    "hosts": (("related.hosts",),),
    "addresses": (("related.ip",),),
    "domains": (
        ("dns.question.name",),
        ("url.domain",),
        ("tls.client.server_name",),
        ("destination.registered_domain",),
    ),
    "hashes": (("related.hash",),),
    "processes": (("process.executable", "process.name"), ("process.parent.executable", "process.parent.name")),
}
"""Kind -> groups of fields, of each of which the first counts that an event has."""
FIELDS = tuple(name for groups in KINDS.values() for group in groups for name in group)
_NOTHING = frozenset({"", "-", "n/a", "unknown", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::"})  # noqa: S104 a value to leave out, nothing is bound
_CASED = "processes"
"""The kind whose values mean different things in different case."""


@dataclass(slots=True)
class Pivot:
    """A value that alerts have in their events.

    Attributes:
        events: distinct events that have it.
        alerts: ids of the alerts.
        level: the highest of the alerts.
        first, last: time of the earliest and latest event.
    """

    kind: str
    value: str
    level: str
    first: dt.datetime
    last: dt.datetime
    events: int = 0
    alerts: set[str] = field(default_factory=set)


def pivots(entries: Iterable[Entry]) -> list[Pivot]:
    """The values by kind, in each the one with the highest level, then most alerts and events first.

    Args:
        entries: by time, then event, with the fields `FIELDS`.
    """
    found: dict[tuple[str, str], Pivot] = {}
    before = ""
    for entry in entries:
        level = entry.alert["rule"]["level"]
        for kind, value in values(entry.event):
            pivot = found.get((kind, value))
            if pivot is None:
                pivot = found[kind, value] = Pivot(kind, value, level, entry.time, entry.time)
            pivot.events += entry.event["event.id"] != before
            pivot.alerts.add(entry.alert["id"])
            pivot.level = max(pivot.level, level, key=rank)
            pivot.last = entry.time
        before = entry.event["event.id"]
    kinds = list(KINDS)
    return sorted(found.values(), key=lambda each: (kinds.index(each.kind), *_worst_first(each)))


def values(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Kinds and values of an event, each pair once."""
    found: dict[tuple[str, str], None] = {}
    for kind, groups in KINDS.items():
        for group in groups:
            given = next((event[name] for name in group if event.get(name)), None)
            for each in given if isinstance(given, list) else [given] if given is not None else []:
                value = str(each).strip() if kind == _CASED else str(each).strip().lower()
                if value not in _NOTHING:
                    found[kind, value] = None
    yield from found


def _worst_first(pivot: Pivot) -> tuple[int, int, int, str]:
    return -rank(pivot.level), -len(pivot.alerts), -pivot.events, pivot.value
