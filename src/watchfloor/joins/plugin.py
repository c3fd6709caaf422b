"""What a join is: one file that defines `JOIN`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Part = Mapping[str, Any]
"""What a join keeps of one record: the fields that it asked for, and `@timestamp` in microseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Join:
    """How records of one thing are recognised and put together.

    The records stay as they are. Those that agree in `by` and `within`, and of which none is later than the one before
    by more than `gap`, are one group, however they are ordered and in which files they come.

    Attributes:
        reference: URL of where the shared id is described.
        datasets: whose records take part.
        dataset: of the event that is made; `build` may name another one.
        by: fields in which the records agree; a record without one of them takes no part.
        within: more such fields, which a record may lack.
        gap: the longest silence inside a group.
        fields: what is kept of each record.
        telling: fields of which a record must have one to take part, so that records without them cannot keep a group
            open for ever; any record does where none are named.
        build: the fields of the event from the parts in the order of their time; None where there is nothing to tell
            beyond the records themselves.
    """

    reference: str
    datasets: frozenset[str]
    dataset: str
    by: tuple[str, ...]
    gap: dt.timedelta
    fields: tuple[str, ...]
    build: Callable[[Sequence[Part]], dict[str, Any] | None]
    within: tuple[str, ...] = ("host.name",)
    telling: tuple[str, ...] = ()


def first(parts: Sequence[Part], name: str) -> Any:
    """The field's value in the earliest part that has it."""
    return next((part[name] for part in parts if part.get(name) is not None), None)


def last(parts: Sequence[Part], name: str) -> Any:
    """The field's value in the latest part that has it."""
    return first(parts[::-1], name)


def every(parts: Sequence[Part], name: str) -> list[Any]:
    """The field's values in all parts, each once, in the order of time."""
    found: dict[Any, None] = {}
    for part in parts:
        value = part.get(name)
        for each in value if isinstance(value, list) else [value]:
            if each is not None:
                found[each] = None
    return list(found)


def firsts(parts: Sequence[Part], names: Sequence[str]) -> dict[str, Any]:
    """The earliest value of each of the fields."""
    return {name: value for name in names if (value := first(parts, name)) is not None}
