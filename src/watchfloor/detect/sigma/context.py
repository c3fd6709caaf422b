"""What rule files are compiled with beside their own text: values for placeholders, and processing pipelines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from watchfloor.core.documents import read_document
from watchfloor.core.errors import UsageError
from watchfloor.core.ids import stable_id
from watchfloor.policy.policy import Policy

MAX_BYTES = 16 << 20
"""Largest file of placeholders or of a pipeline."""


@dataclass(frozen=True, slots=True)
class Context:
    """The same text compiles to the same rules in equal contexts; it can be sent to other processes.

    Attributes:
        placeholders: name -> values for the `expand` modifier; in a value `*` and `?` are wildcards as in a rule.
        pipelines: texts of processing pipelines, applied in this order but for their priorities.
        policy: what is a violation here; its lists are placeholders, too, unless one of that name is given.
        levels: id of a rule -> the level that it has here in place of its own.
    """

    placeholders: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pipelines: tuple[str, ...] = ()
    policy: Policy = field(default_factory=Policy)
    levels: Mapping[str, str] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Sequence[str]]:
        """Name -> values of every placeholder; one without values is a list that nothing is on."""
        return {**self.policy.lists(), **self.placeholders}

    @property
    def unsaid(self) -> frozenset[str]:
        """Placeholders that are lists of the policy about which it says nothing: what reads them is blind."""
        return self.policy.unsaid() - self.placeholders.keys()

    @property
    def key(self) -> str:
        """Equal for contexts that compile alike, whatever the order of the placeholders; levels are set afterwards."""
        values = [f"{name}={list(found)}" for name, found in sorted(self.values.items())]
        unsaid = sorted(self.unsaid)
        return stable_id("sigma context", str(len(values)), *values, str(len(unsaid)), *unsaid, *self.pipelines)


def read_placeholders(path: Path) -> dict[str, tuple[str, ...]]:
    """Values from a YAML file: a mapping of each name (without `%`) to one value or a list of values.

    Raises:
        UsageError: the file cannot be read or says something else.
    """
    content = read_mapping(path)
    found: dict[str, tuple[str, ...]] = {}
    for name, given in content.items():
        values = given if isinstance(given, list) else [given]
        if not isinstance(name, str) or not values or not all(_is_plain(value) for value in values):
            raise UsageError(
                f"the placeholder {str(name)[:100]!r} needs texts or numbers", place=str(path), way_out="name: [a, b]"
            )
        found[name.strip("%")] = tuple(str(value) for value in values)
    return found


def read_mapping(path: Path) -> dict[Any, Any]:
    """The one YAML mapping of a small file that the user names.

    Raises:
        UsageError: the file cannot be read or is something else.
    """
    return read_document(path, MAX_BYTES).content


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool) and value != ""
