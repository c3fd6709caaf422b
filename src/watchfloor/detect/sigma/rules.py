"""What a loaded rule is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from watchfloor.schema.sigma_fields import LogSource

Node = list[Any]
"""A condition as plain lists, so that it can be cached as JSON (see `detect.sigma.parse`).

`["and", node, ...]`, `["or", node, ...]`, `["not", node]`, `["ref", SELECTION]`, or an atom
`["atom", FIELD or null, KIND, ARGUMENT, ...]` whose kinds and arguments `detect.sigma.atoms` describes.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One Sigma rule that can run.

    Attributes:
        id: the rule's id, or a stable one made from title and log source when it has none.
        level: informational, low, medium, high or critical; empty when the rule gives none.
        path: the file it came from.
        fields: Sigma fields that it reads.
        event_ids: values that it compares EventID with for equality, as text.
        selections: name -> condition over atoms.
        condition: condition over selections.
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
    selections: Mapping[str, Node] = field(default_factory=dict, repr=False)
    condition: Node = field(default_factory=list, repr=False)


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
