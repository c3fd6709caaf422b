"""Histories for kinds of behaviours, summed up from events in the plainest way."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from watchfloor.detect.behaviors.plugin import Finding, History, Keeps, Peers, Place, Row
from watchfloor.detect.behaviors.registry import kinds


class Event(NamedTuple):
    """What one event says; time in microseconds since 1970."""

    entity: str
    time: int
    value: tuple[str, ...]
    amount: int = 0


@dataclass(frozen=True)
class Everybody:
    """All histories of one behaviour, which answer what a kind asks about others."""

    of: dict[str, list[Row]]

    def sharing(self, beginning: str, after: int, until: int, also: str = "") -> Peers:
        def having(own: list[Row], text: str) -> list[Row]:
            return [row for row in own if row.value.startswith(text) and row.first <= until and row.last > after]

        rows = [
            (entity, row.first)
            for entity, own in self.of.items()
            if having(own, also)
            for row in having(own, beginning)
        ]
        return Peers(len({entity for entity, _ in rows}), min((first for _, first in rows), default=0))

    def peers(self, values: Iterable[str], after: int, until: int) -> dict[str, Peers]:
        found = {value: self.sharing(value, after, until) for value in values}
        return {value: peers for value, peers in found.items() if peers.entities}

    def rare(self, beginning: str, after: int, until: int, most: int) -> int:
        begun = {row.value for own in self.of.values() for row in own if row.value.startswith(beginning)}
        return sum(0 < self._having(value, after, until) <= most for value in begun)

    def _having(self, value: str, after: int, until: int) -> int:
        return sum(
            any(row.value == value and row.first <= until and row.last > after for row in own)
            for own in self.of.values()
        )

    def rows(self, after: int, until: int) -> list[tuple[str, int, int, int, int]]:
        return [
            (entity, row.slot, row.events, row.amount, 1)
            for entity, own in self.of.items()
            for row in own
            if after <= row.slot < until
        ]


def everybody(keeps: Keeps, events: Sequence[Event]) -> Everybody:
    """The rows that events make."""
    groups: dict[tuple[str, int, str], list[tuple[int, int]]] = defaultdict(list)
    for event in events:
        slot = event.time // keeps.slot * keeps.slot
        groups[event.entity, slot, orjson.dumps(event.value).decode()].append((event.time, event.amount))
    of: dict[str, list[Row]] = defaultdict(list)
    for (entity, slot, value), own in sorted(groups.items()):
        moments = [time for time, _ in own]
        amounts = [amount for _, amount in own]
        times: list[int] = []
        if keeps.times is not None:
            resolution = keeps.times.resolution
            times = sorted({time // resolution * resolution for time in moments})[: keeps.times.most]
        place = Place(min(moments), f"{entity}:{min(moments)}", "own.log", 0)
        first, last, total = min(moments), max(moments), sum(amounts)
        of[entity].append(Row(slot, value, first, last, len(own), total, min(amounts), max(amounts), times, place))
    return Everybody(dict(of))


def found(kind: str, events: Sequence[Event], **parameters: object) -> dict[str, list[Finding]]:
    """The findings of each entity, by a kind with some parameters, as its YAML gives them."""
    behavior = kinds()[kind]
    model = behavior.parameters.model_validate(parameters)
    others = everybody(behavior.keeps(model), events)
    result: dict[str, list[Finding]] = {}
    for entity, rows in others.of.items():
        since = min(row.first for row in rows)
        result[entity] = list(behavior.findings(model, History(orjson.dumps([entity]).decode(), since, rows, others)))
    return result
