"""What a loaded behaviour is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from watchfloor.core.ids import stable_id
from watchfloor.detect.behaviors.plugin import Behavior, Keeps, Parameters
from watchfloor.detect.behaviors.registry import kinds
from watchfloor.detect.behaviors.words import default, written
from watchfloor.detect.sigma.rules import Rule, head_of
from watchfloor.schema.sigma_fields import LogSource


@dataclass(frozen=True, slots=True, eq=False)
class BehaviorRule:
    """One behaviour that can run.

    Attributes:
        kind: name of its kind, a key of `registry.kinds()`.
        parameters: as its kind reads them.
        given: parameters as its file gives them.
        selection: the silent rule that chooses its events; its id is not the behaviour's.
        key: identity of the definition: changes when the file says something else about what is kept or judged.
        filters: names or ids of the filters that were added to the selection.
    """

    id: str
    title: str
    level: str
    status: str
    description: str
    tags: tuple[str, ...]
    path: Path
    kind: str
    parameters: Parameters = field(repr=False)
    given: Mapping[str, Any] = field(repr=False)
    selection: Rule = field(repr=False)
    key: str
    name: str = ""
    line: int = 1
    response: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()

    @property
    def behavior(self) -> Behavior:
        """What its kind is."""
        return kinds()[self.kind]

    @property
    def keeps(self) -> Keeps:
        """What it keeps of its events."""
        return self.behavior.keeps(self.parameters)

    @property
    def fields(self) -> frozenset[str]:
        """Fields that it reads beside those of its selection."""
        keeps = self.keeps
        return frozenset(name for name in (*keeps.entity, *keeps.value, keeps.amount) if name)

    @property
    def named(self) -> tuple[str, ...]:
        """Fields whose values a finding has: those of the entity, then those of the value."""
        return (*self.keeps.entity, *self.keeps.value)

    @property
    def blind(self) -> tuple[str, ...]:
        """Lists that it reads and about which nobody has said anything: it does not run."""
        return self.selection.blind

    @property
    def reach(self) -> int:
        """How far back a finding looks, in microseconds."""
        return self.behavior.reach(self.parameters)

    @property
    def learning(self) -> int:
        """For how long an entity is only learnt from, in microseconds."""
        return self.behavior.learning(self.parameters)

    def written(self, name: str) -> str:
        """A parameter as its file writes it, or would write its default."""
        return written(self.given[name]) if name in self.given else default(type(self.parameters), name)

    @property
    def text(self) -> str:
        """Kind and parameters as a person reads them."""
        return "; ".join((self.kind, *(f"{name} {written(value)}" for name, value in self.given.items())))


def behavior_from(path: Path, entry: Mapping[str, Any]) -> BehaviorRule:
    """A behaviour from the form that the cache keeps (see `behaviors.parse.definition_of`)."""
    head = head_of(path, entry)
    selection = Rule(
        **{**head, "id": stable_id("behavior selection", entry["id"]), "name": ""},
        logsource=LogSource(*entry["logsource"]),
        fields=frozenset(entry["fields"]),
        event_ids=frozenset(entry["event_ids"]),
        compiled=entry["compiled"],
        taxonomy=entry["taxonomy"],
        blind=tuple(entry["blind"]),
    )
    parameters = kinds()[entry["kind"]].parameters.model_validate(entry["parameters"])
    edition = kinds()[entry["kind"]].edition
    kept = [entry["kind"], parameters.model_dump(mode="json"), *([edition] if edition else [])]
    definition = orjson.dumps(kept, option=orjson.OPT_SORT_KEYS).decode()
    return BehaviorRule(
        **head,
        kind=entry["kind"],
        parameters=parameters,
        given=dict(entry["parameters"]),
        selection=selection,
        key=stable_id("behavior", entry["id"], definition, selection.meaning),
        filters=tuple(entry.get("filters", ())),
    )
