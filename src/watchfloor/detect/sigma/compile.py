"""A detection as pySigma read it -> selections and condition over atoms, bounded, and what they read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sigma.rule import SigmaDetections

from watchfloor.core.errors import RuleError
from watchfloor.detect.sigma.bounds import MAX_VALUES, PlacedError
from watchfloor.detect.sigma.convert import Placeholders, condition_of, selection_of
from watchfloor.detect.sigma.rules import Node

MAX_REFERENCES = 10_000
"""Most selections that the conditions of one rule may name, `1 of them` counting each."""
MAX_DEPTH = 50
"""Deepest nesting of a condition or a selection."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled detection.

    Attributes:
        fields: Sigma fields that it reads, sorted.
        event_ids: values that it compares EventID with for equality, as text, sorted.
    """

    selections: dict[str, Node]
    condition: Node
    fields: list[str]
    event_ids: list[str]


def compile_detection(
    detections: SigmaDetections, placeholders: Placeholders, *, section: str = "detection"
) -> Compiled:
    """Compile a detection.

    Raises:
        PlacedError: a selection or the condition cannot be compiled; the path starts with `section`.
        SigmaError: the condition cannot be parsed.
    """
    selections: dict[str, Node] = {}
    for name, found in detections.detections.items():
        try:
            selections[name] = selection_of(found, placeholders)
            _check_depth(selections[name])
        except RuleError as error:
            raise PlacedError(error.thing, (section, name)) from error
    try:
        condition = condition_of(detections)
        _check_depth(condition)
    except RuleError as error:
        raise PlacedError(error.thing, (section, "condition")) from error
    except RecursionError as error:
        raise PlacedError("the condition is nested too deep", (section, "condition")) from error
    if count(condition, "ref") > MAX_REFERENCES:
        raise PlacedError(f"the condition names more than {MAX_REFERENCES:,} selections", (section, "condition"))
    if sum(count(node, "atom") for node in selections.values()) > MAX_VALUES:
        raise PlacedError(f"more than {MAX_VALUES:,} values", (section,))
    atoms = [atom for node in selections.values() for atom in atoms_of(node)]
    fields = {atom[1] for atom in atoms if atom[1]} | {atom[3] for atom in atoms if atom[2] == "ref"}
    event_ids = {text for atom in atoms if atom[1] == "EventID" for text in _plain(atom)}
    return Compiled(selections, condition, sorted(fields), sorted(event_ids))


def atoms_of(node: Node) -> Iterator[Node]:
    """Every atom below a node, from left to right."""
    stack = [node]
    while stack:
        found = stack.pop()
        if found[0] == "atom":
            yield found
        elif found[0] == "not":
            stack.append(found[1])
        elif found[0] != "ref":
            stack.extend(reversed(found[1:]))


def count(node: Node, kind: str) -> int:
    """How many nodes of a kind there are at and below a node."""
    total, stack = 0, [node]
    while stack:
        found = stack.pop()
        total += found[0] == kind
        if found[0] in {"and", "or", "not"}:
            stack.extend(found[1:])
    return total


def _check_depth(node: Node) -> None:
    stack = [(node, 1)]
    while stack:
        found, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise RuleError(f"nested more than {MAX_DEPTH} levels deep")
        if found[0] in {"and", "or", "not"}:
            stack.extend((part, depth + 1) for part in found[1:])


def _plain(atom: Node) -> list[str]:
    if atom[2] == "number":
        return [str(atom[3])]
    if atom[2] == "text" and len(atom) == 5 and isinstance(atom[4], str):
        return [atom[4]]
    return []
