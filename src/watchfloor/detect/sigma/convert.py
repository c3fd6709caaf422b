"""pySigma's parsed rule -> conditions over atoms (`detect.sigma.rules.Node`)."""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import re2
from sigma.conditions import (
    ConditionAND,
    ConditionIdentifier,
    ConditionNOT,
    ConditionOR,
    ConditionSelector,
)
from sigma.modifiers import SigmaEndswithModifier, SigmaStartswithModifier
from sigma.rule import SigmaDetection, SigmaDetectionItem, SigmaDetections
from sigma.types import (
    Placeholder,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SigmaTimestampPart,
    SigmaType,
    SpecialChars,
)

from watchfloor.core.errors import RuleError
from watchfloor.detect.sigma.atoms import ANY, ONE, check
from watchfloor.detect.sigma.bounds import MAX_TEXT
from watchfloor.detect.sigma.policy import POLICY
from watchfloor.detect.sigma.rules import Node

Placeholders = Mapping[str, Sequence[str]]

NOTHING = r"[^\x00-\x{10FFFF}]"
"""An expression that no text has: what is on an empty list."""
_WILDCARDS = {SpecialChars.WILDCARD_MULTI: ANY, SpecialChars.WILDCARD_SINGLE: ONE}
_TOO_LARGE = 2**63
_FLAGS = {"IGNORECASE": "i", "MULTILINE": "m", "DOTALL": "s"}


def selection_of(found: SigmaDetection, placeholders: Placeholders) -> Node:
    """One selection of a rule.

    Raises:
        RuleError: a value cannot be compiled, for instance a placeholder that has no values.
    """
    return _detection(found, placeholders)


def condition_of(detections: SigmaDetections) -> Node:
    """The rule's condition over its selections; of several conditions any one will do.

    Raises:
        SigmaError: a condition cannot be parsed or names no selection.
    """
    parsed = [condition.parse(postprocess=False) for condition in detections.parsed_condition]
    return _joined("or", [_condition(item, detections) for item in parsed])


def _condition(item: Any, detections: SigmaDetections) -> Node:
    if isinstance(item, ConditionIdentifier):
        return _reference(item.identifier, detections)
    if isinstance(item, ConditionSelector):
        names = [found.identifier for found in item.resolve_referenced_detections(detections)]
        if not names:
            raise RuleError(f"'{item.args[0]} of {item.pattern}' names no selection")
        operator = "and" if item.cond_class is ConditionAND else "or"
        return _joined(operator, [_reference(name, detections) for name in names])
    if isinstance(item, ConditionNOT):
        return ("not", _condition(item.args[0], detections))
    if isinstance(item, (ConditionAND, ConditionOR)):
        operator = "and" if isinstance(item, ConditionAND) else "or"
        return _joined(operator, [_condition(argument, detections) for argument in item.args])
    raise RuleError(f"unknown part {type(item).__name__} in the condition")


def _reference(name: str, detections: SigmaDetections) -> Node:
    if name not in detections.detections:
        raise RuleError(f"the condition names the selection {name!r}, which does not exist")
    return ("ref", name)


def _detection(found: SigmaDetection, placeholders: Placeholders) -> Node:
    nodes = [
        _item(item, placeholders) if isinstance(item, SigmaDetectionItem) else _detection(item, placeholders)
        for item in found.detection_items
    ]
    return _joined("and" if found.item_linking is ConditionAND else "or", nodes)


def _item(item: SigmaDetectionItem, placeholders: Placeholders) -> Node:
    values = item.value or [SigmaNull()]
    nodes = [_value(item.field, _anchored(item, value), placeholders) for value in values]
    node = _joined("and" if item.value_linking is ConditionAND else "or", nodes)
    return ("not", node) if item.negated else node


def _anchored(item: SigmaDetectionItem, value: SigmaType) -> SigmaType:
    """An expression is searched for: `startswith` or `endswith` must hold it to an end of the value (both do not)."""
    starts, ends = SigmaStartswithModifier in item.modifiers, SigmaEndswithModifier in item.modifiers
    if isinstance(value, SigmaRegularExpression) and starts is not ends:
        text = SigmaString.from_str(r"\A" if starts else r"\z")
        value.regexp = text + value.regexp if starts else value.regexp + text
    return value


def _value(field: str | None, value: SigmaType, placeholders: Placeholders) -> Node:
    if isinstance(value, SigmaExpansion):
        return _joined("or", [_value(field, each, placeholders) for each in value.values])
    if isinstance(value, (SigmaString, SigmaRegularExpression)) and value.contains_placeholder():
        return _joined("or", [_value(field, each, placeholders) for each in _filled(value, placeholders)])
    if field is None and isinstance(value, (SigmaNumber, SigmaBool)):
        return _text(None, SigmaString(str(value)))
    if isinstance(value, SigmaString):
        return _text(field, value)
    for type_, arguments in _ARGUMENTS.items():
        if isinstance(value, type_):
            if field is None and type_ is not SigmaRegularExpression:
                raise RuleError(f"a value of type {type_.__name__} needs a field")
            return _checked(("atom", field, *arguments(value)))
    raise RuleError(f"unknown type of value {type(value).__name__}")


def _text(field: str | None, value: SigmaString) -> Node:
    parts: list[str | int] = []
    for part in value.s:
        found = _WILDCARDS[part] if isinstance(part, SpecialChars) else str(part)
        if found == ANY and parts and parts[-1] == ANY:
            continue
        if isinstance(found, str) and parts and isinstance(parts[-1], str):
            parts[-1] += found
        elif found != "":
            parts.append(found)
    if any(isinstance(part, str) and not part.isprintable() and _has_surrogate(part) for part in parts):
        raise RuleError("a value contains half of a surrogate pair, which no event can")
    if sum(len(part) for part in parts if isinstance(part, str)) > MAX_TEXT:
        raise RuleError(f"a value longer than {MAX_TEXT:,} characters")
    if field is None:  # a keyword is looked for anywhere
        parts = [*([] if parts[:1] == [ANY] else [ANY]), *parts, *([] if parts[-1:] == [ANY] else [ANY])]
    if not parts:
        return ("atom", field, "null")
    if parts == [ANY] and field is not None:
        return ("atom", field, "exists", True)
    atom = ("atom", field, "text", isinstance(value, SigmaCasedString), *parts)
    return _checked(atom) if ONE in parts else atom


def _checked(node: Node) -> Node:
    """The node, once it is sure that its test can be made and kept."""
    kind, *arguments = node[2:]
    if kind in {"number", "compare", "time"}:
        number = arguments[-1]
        if not math.isfinite(number) or abs(number) >= _TOO_LARGE:
            raise RuleError("a number that is not between -2^63 and 2^63")
    elif kind in {"re", "text"}:
        try:
            check(node[2:])
        except re2.error as error:
            raise RuleError(f"a pattern that the engine refuses: {error}") from error
    return node


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def _filled(
    value: SigmaString | SigmaRegularExpression, placeholders: Placeholders
) -> Iterator[SigmaString | SigmaRegularExpression]:
    """The value once per combination of its placeholders' values, in which wildcards count as in a rule.

    A placeholder whose list is empty makes a value that nothing has.
    """
    parts = value.s if isinstance(value, SigmaString) else value.regexp.s
    names = [part.name for part in parts if isinstance(part, Placeholder)]
    for name in names:
        if name not in placeholders:
            raise RuleError(f"the placeholder %{name}% has no values")
    if not all(placeholders[name] for name in names):
        yield SigmaRegularExpression(NOTHING, policy=POLICY)
    for chosen in itertools.product(*(placeholders[name] for name in names)):
        given = iter(chosen)
        if isinstance(value, SigmaString):
            filled = copy.copy(value)
            filled.s = [
                piece for part in parts for piece in (SigmaString(next(given)).s if _is_placeholder(part) else (part,))
            ]
            yield filled
        else:
            pattern = "".join(next(given) if _is_placeholder(part) else _pattern(part) for part in parts)
            yield SigmaRegularExpression(pattern, value.flags, policy=POLICY)


def _is_placeholder(part: object) -> bool:
    return isinstance(part, Placeholder)


def _pattern(part: object) -> str:
    if isinstance(part, SpecialChars):
        return "*" if part is SpecialChars.WILDCARD_MULTI else "?"
    return str(part)


def _joined(operator: str, nodes: list[Node]) -> Node:
    if not nodes:
        raise RuleError("an empty selection or condition")
    return nodes[0] if len(nodes) == 1 else (operator, *nodes)


_ARGUMENTS: dict[type[SigmaType], Callable[[Any], list[Any]]] = {
    # A time part is a number too and comes first.
    SigmaTimestampPart: lambda value: ["time", value.timestamp_part.name.lower(), value.number],
    SigmaNumber: lambda value: ["number", value.number],
    SigmaBool: lambda value: ["bool", value.boolean],
    SigmaNull: lambda _: ["null"],
    SigmaExists: lambda value: ["exists", value.exists],
    SigmaRegularExpression: lambda value: [
        "re",
        str(value.regexp),
        "".join(sorted(_FLAGS[flag.name] for flag in value.flags)),
    ],
    SigmaCIDRExpression: lambda value: ["cidr", str(value.network)],
    SigmaCompareExpression: lambda value: ["compare", value.op.name.lower(), value.number.number],
    SigmaFieldReference: lambda value: ["ref", value.field, value.starts_with, value.ends_with],
}
