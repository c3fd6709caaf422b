"""What is known of each kind of event (provider and event id): `events.yml`, ready to apply."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

_OF_SYSTEM = {"$user": "winlog.user.identifier", "$message": "message"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event in ECS terms.

    Attributes:
        action: `event.action`.
        category: `event.category`.
        type: `event.type`.
        outcome: `event.outcome` where the kind alone decides it, else empty.
        fields: (target, sources in order of preference), as `maps` in `events.yml` has them.
        of_system: (source, field) of those sources that are not fields of the event data.
        type_by: {source field: {value: types}} that override `type`.
        category_by: the same for `category`.
    """

    action: str
    category: tuple[str, ...]
    type: tuple[str, ...]
    outcome: str = ""
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    of_system: tuple[tuple[str, str], ...] = ()
    type_by: Mapping[str, Mapping[str, list[str]]] | None = None
    category_by: Mapping[str, Mapping[str, list[str]]] | None = None


def kind_of(provider: str | None, channel: str | None, event_id: str | None) -> Kind | None:
    """The kind of event, by its provider; by its channel when the record names no provider; None when unknown."""
    by_provider, by_channel = _index()
    if event_id is None:
        return None
    if provider:
        return by_provider.get((provider.lower(), event_id))
    return by_channel.get((channel.lower(), event_id)) if channel else None


@functools.cache
def providers() -> tuple[str, ...]:
    """The names of the providers whose events are known."""
    return tuple(name for family in _content()["families"].values() for name in family["providers"])


@functools.cache
def _content() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("events.yml").read_text("utf-8")
    content: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return content


@functools.cache
def _index() -> tuple[dict[tuple[str, str], Kind], dict[tuple[str, str], Kind]]:
    content = _content()
    by_provider: dict[tuple[str, str], Kind] = {}
    by_channel: dict[tuple[str, str], Kind] = {}
    for family in content["families"].values():
        for ids, entry in family["events"].items():
            kind = _kind(entry, content["maps"])
            for event_id in _ids(ids):
                by_provider |= {(name.lower(), event_id): kind for name in family["providers"]}
                for name in family.get("channels", ()):
                    by_channel.setdefault((name.lower(), event_id), kind)
    return by_provider, by_channel


def _kind(entry: dict[str, Any], maps: dict[str, dict[str, Any]]) -> Kind:
    fields = tuple(
        (target, tuple(sources) if isinstance(sources, list) else (sources,))
        for name in entry.get("map", ())
        for target, sources in maps[name].items()
    )
    used = {source for _, sources in fields for source in sources}
    return Kind(
        entry["action"],
        tuple(entry["category"]),
        tuple(entry["type"]),
        entry.get("outcome", ""),
        fields,
        tuple((source, field) for source, field in _OF_SYSTEM.items() if source in used),
        entry.get("type_by"),
        entry.get("category_by"),
    )


def _ids(text: str) -> Iterator[str]:
    for part in text.split(","):
        first, dash, last = part.partition("-")
        yield from map(str, range(int(first), int(last) + 1)) if dash else (first,)
