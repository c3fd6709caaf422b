"""What a loaded rule is."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from watchfloor.schema.sigma_fields import LogSource

Node = tuple[Any, ...]
"""A condition: `("and", node, ...)`, `("or", node, ...)`, `("not", node)`, `("ref", SELECTION)`, or an atom
`("atom", FIELD or None, KIND, ARGUMENT, ...)` whose kinds and arguments `detect.sigma.atoms` describes."""


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """What a rule looks for.

    Attributes:
        selections: name -> condition over atoms.
        condition: condition over selections.
    """

    selections: Mapping[str, Node]
    condition: Node

    def as_json(self) -> str:
        """Text for the cache; nodes become arrays."""
        return orjson.dumps([self.selections, self.condition]).decode()


@functools.lru_cache(maxsize=16_384)
def _detection(text: str, _logsource: LogSource, _taxonomy: str) -> Detection:
    # Plans know an atom by the identity of its node, so rules that read it elsewhere must have nodes of their own.
    selections, condition = orjson.loads(text)
    return Detection({name: _node(found) for name, found in selections.items()}, _node(condition))


def _node(found: list[Any]) -> Node:
    if found[0] in {"atom", "ref"}:
        return tuple(found)
    return (found[0], *map(_node, found[1:]))


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One Sigma rule that can run.

    Attributes:
        id: the rule's id, or a stable one made from title and log source when it has none.
        level: informational, low, medium, high or critical; empty when the rule gives none.
        path: the file it came from.
        name: what other rules and filters may call it instead of its id; empty when the rule gives none.
        line: line in the file where it starts, from 1.
        taxonomy: what its fields are named after: `sigma` or `ecs`.
        related: kind of relation (obsolete, merged, similar, ...) and id of the other rule.
        filters: names or ids of the filters that were added to it.
        response: what to do first about its alerts.
        blind: lists that it reads and about which nobody has said anything: it does not run.
        fields: Sigma fields that it reads.
        event_ids: values that it compares EventID with for equality, as text.
        compiled: what it looks for, as `Detection.as_json`: rules are many and most never meet an event.
    """

    id: str
    title: str
    level: str
    status: str
    description: str
    tags: tuple[str, ...]
    logsource: LogSource
    path: Path
    fields: frozenset[str] = frozenset()
    event_ids: frozenset[str] = frozenset()
    compiled: str = field(default="", repr=False)
    name: str = ""
    line: int = 1
    taxonomy: str = "sigma"
    related: tuple[tuple[str, str], ...] = ()
    filters: tuple[str, ...] = ()
    response: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()

    @property
    def detection(self) -> Detection:
        """What it looks for, read when first asked for."""
        return _detection(self.compiled, self.logsource, self.taxonomy)

    @property
    def meaning(self) -> str:
        """The same for rules that choose the same events."""
        return f"{self.logsource} {self.taxonomy} {self.compiled}{' blind' if self.blind else ''}"


def head_of(path: Path, entry: Mapping[str, Any]) -> dict[str, Any]:
    """What rules and correlations have in common, from the form that the cache keeps."""
    names = ("id", "name", "title", "level", "status", "description", "line")
    lists = {name: tuple(entry[name]) for name in ("tags", "response")}
    return {name: entry[name] for name in names} | lists | {"path": path}


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """Something wrong with a rule file.

    Attributes:
        path: the file.
        reason: what is wrong, in one clause.
        line: line in the file, from 1, where it is known.
        rule: id or title of the rule, where it is known.
        runs: the rule runs all the same.
    """

    path: Path
    reason: str
    line: int | None = None
    rule: str = ""
    runs: bool = False

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line is not None else str(self.path)
        name = f" ({self.rule})" if self.rule else ""
        return f"{place}{name}: {self.reason}"
