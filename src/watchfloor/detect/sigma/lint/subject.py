"""What a check of one rule looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from watchfloor.core.documents import Document

Found = tuple[str, int | None, str]
"""Name of the check, line, detail."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a rule as written.

    Attributes:
        field: empty for a keyword.
        path: the keys that lead to it.
        siblings: all values of the same key, itself included.
    """

    field: str
    modifiers: tuple[str, ...]
    value: Any
    path: tuple[str | int, ...]
    siblings: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """One rule.

    Attributes:
        document: as written.
        entry: as compiled, see `parse.ParsedFile`.
    """

    document: Document
    entry: dict[str, Any]

    def values(self) -> Iterator[Value]:
        """Every value of its selections, in order."""
        for name, definition in self.document.content["detection"].items():
            if name != "condition":
                yield from _values("", definition, ("detection", name))


def _values(key: str, definition: Any, path: tuple[str | int, ...]) -> Iterator[Value]:
    if isinstance(definition, dict):
        for name, part in definition.items():
            yield from _values(name, part, (*path, name))
        return
    parts = definition if isinstance(definition, list) else [definition]
    plain = tuple(part for part in parts if not isinstance(part, (dict, list)))
    field, *modifiers = key.split("|")
    for position, part in enumerate(parts):
        place = (*path, position) if isinstance(definition, list) else path
        if isinstance(part, (dict, list)):
            yield from _values(key, part, place)
        else:
            yield Value(field, tuple(modifiers), part, place, plain)
