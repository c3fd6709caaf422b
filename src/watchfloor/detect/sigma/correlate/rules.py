"""What a correlation rule is."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from watchfloor.detect.sigma.rules import Node

TEMPORAL = frozenset({"temporal", "temporal_ordered"})
NUMERIC = frozenset({"value_sum", "value_avg", "value_percentile", "value_median"})
KINDS = TEMPORAL | NUMERIC | {"event_count", "value_count"}
"""Sigma's correlation types (https://sigmahq.io/sigma-specification)."""

OPERATORS: dict[str, Callable[[int | Fraction, int | Fraction], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "eq": operator.eq,
    "neq": operator.ne,
}
"""Operators of conditions by name."""

SECOND = 1_000_000
"""In the unit of all times here, microseconds."""


@dataclass(frozen=True, slots=True)
class Condition:
    """When a window fires.

    Attributes:
        limits: operator (a key of `OPERATORS`) and number; what the window measures must keep to all of them.
        fields: fields whose values are measured; empty where events or rules are counted.
        percentile: from 0 to 100, for value_percentile and value_median.
        expression: a condition over the rules present instead, `("ref", position)` being a member.
    """

    limits: tuple[tuple[str, int | Fraction], ...] = (("gte", 1),)
    fields: tuple[str, ...] = ()
    percentile: Fraction = Fraction(50)
    expression: Node | None = None

    def holds(self, measured: int | Fraction) -> bool:
        """Whether a measure keeps to the limits."""
        return all(OPERATORS[name](measured, limit) for name, limit in self.limits)


@dataclass(frozen=True, slots=True, eq=False)
class Correlation:
    """One correlation rule that can run.

    Attributes:
        members: ids of the rules and correlations that it refers to, in the rule's order.
        group_by: names of fields or aliases whose equal values make a group.
        aliases: name -> member's position -> the field that it stands for there.
        span: length of the window in microseconds.
        key: identity of the definition: changes when the rule or one that it refers to says something else.
        text: condition and window as a person reads them.
    """

    id: str
    title: str
    level: str
    status: str
    description: str
    tags: tuple[str, ...]
    path: Path
    kind: str
    members: tuple[str, ...]
    group_by: tuple[str, ...]
    aliases: Mapping[str, Mapping[int, str]]
    span: int
    condition: Condition
    generate: bool
    key: str
    text: str = field(default="")
    name: str = ""
    line: int | None = None
    response: tuple[str, ...] = ()

    def group_fields(self, member: int) -> tuple[str, ...]:
        """The member's fields that make the group, in the order of `group_by`."""
        return tuple(self.aliases.get(name, {}).get(member, name) for name in self.group_by)

    def value_fields(self, member: int) -> tuple[str, ...]:
        """The member's fields that are measured."""
        return tuple(self.aliases.get(name, {}).get(member, name) for name in self.condition.fields)


def condition_from(stored: Mapping[str, Any], positions: Mapping[str, int]) -> Condition:
    """A condition as the cache keeps it (see `correlate.parse`), names of rules becoming positions."""
    expression = stored["expression"]
    return Condition(
        limits=tuple((name, _exact(limit)) for name, limit in stored["limits"]),
        fields=tuple(stored["fields"]),
        percentile=Fraction(stored["percentile"]),
        expression=None if expression is None else _placed(expression, positions),
    )


def _exact(text: str) -> int | Fraction:
    """Whole numbers as such: they compare much faster."""
    found = Fraction(text)
    return found.numerator if found.denominator == 1 else found


def _placed(node: list[Any], positions: Mapping[str, int]) -> Node:
    if node[0] == "ref":
        return ("ref", positions[node[1]])
    return (node[0], *(_placed(part, positions) for part in node[1:]))
