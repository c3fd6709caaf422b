"""Entities: the host, user and address that an alert is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FIELDS: dict[str, tuple[str, ...]] = {
    "host": ("host.name", "host.hostname", "winlog.computer_name", "destination.domain"),
    "user": ("user.name", "source.user.name"),
    "ip": ("source.ip",),
}
"""Kind of entity -> fields that may name it, the first that an event has wins."""

_NOBODY = frozenset({"", "-", "n/a", "unknown"})


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """Somebody or something that an alert is about; `value` is lower-case, since hosts and accounts ignore case."""

    kind: str
    value: str


def entities_of(event: Mapping[str, Any]) -> tuple[Entity, ...]:
    """The event's entities, at most one per kind, in the order of `FIELDS`."""
    found = []
    for kind, names in FIELDS.items():
        values = (str(event.get(name) or "").strip().lower() for name in names)
        value = next((value for value in values if value not in _NOBODY), None)
        if value is not None:
            found.append(Entity(kind, value))
    return tuple(found)


def entity_columns() -> tuple[str, ...]:
    """Every field that may name an entity."""
    return tuple(name for names in FIELDS.values() for name in names)
