"""One document with a `correlation` -> plain data that can be cached; `correlate.link` makes a `Correlation` of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionItem,
    CorrelationConditionNOT,
    SigmaCorrelationCondition,
    SigmaCorrelationRule,
    SigmaExtendedCorrelationCondition,
    SigmaRuleReference,
)

from watchfloor.core.errors import RuleError
from watchfloor.detect.sigma.correlate.rules import OPERATORS, TEMPORAL
from watchfloor.detect.sigma.described import described

MAX_DAYS = 366
"""Longest window."""
MAX_RULES = 1_000
"""Most rules that one correlation refers to."""
MAX_NAMES = 50
"""Most names in `group-by`, fields of a condition, and aliases."""
MAX_EXPRESSION = 4_096
"""Longest condition over rules, in characters."""
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,20})?", re.ASCII)
_METADATA = ("date", "modified", "author", "references", "falsepositives", "fields", "related", "license", "scope")


def correlation_of(document: dict[str, Any]) -> dict[str, Any]:
    """The correlation that a document describes.

    Raises:
        RuleError: it is not one, or says something that cannot be judged.
        SigmaError: pySigma refuses it.
    """
    definition = document["correlation"]
    if not isinstance(definition, dict):
        raise RuleError("'correlation' is not a mapping")
    _check_names(definition)
    percentile = _percentile(definition)
    generate = _generate(document)
    # What is wrong about the metadata does not keep a rule from running; what it does is read strictly.
    limits = _limits(definition)
    rule = SigmaCorrelationRule.from_dict({name: value for name, value in _single(document) if name not in _METADATA})
    kind = str(rule.type)
    members = _members(rule)
    if not rule.title:
        raise RuleError("a correlation rule without a title")
    if rule.timespan.seconds > MAX_DAYS * 86_400:
        raise RuleError(f"a timespan above {MAX_DAYS} days")
    condition = _condition(rule, kind, percentile, limits)
    group_by = list(dict.fromkeys(rule.group_by or []))
    # YAML keys may be numbers or dates; names of fields are texts, and so is JSON's idea of a key.
    aliases = {
        str(alias.alias): {str(ref.reference): str(name) for ref, name in alias.mapping.items()}
        for alias in rule.aliases
    }
    for alias, mapping in aliases.items():
        if strangers := sorted(set(mapping) - set(members)):
            raise RuleError(f"the alias {alias!r} names {strangers[0]!r}, which is not among the rules")
    return {
        **described(rule, "sigma correlation", kind, *members),
        "kind": kind,
        "members": members,
        "group_by": group_by,
        "aliases": aliases,
        "seconds": rule.timespan.seconds,
        "condition": condition,
        "generate": generate,
        "text": _text(rule, kind, condition, group_by),
    }


def _generate(document: dict[str, Any]) -> bool:
    """Sigma's text and schema have `generate` beside `correlation`, pySigma inside it, where it checks it."""
    found = document.get("generate", False)
    if not isinstance(found, bool | None):
        raise RuleError("'generate' is neither true nor false")
    return bool(found) or document["correlation"].get("generate") is True


def _check_names(definition: dict[str, Any]) -> None:
    """Refuse what pySigma would stumble over or take for something else."""
    condition = definition.get("condition")
    if isinstance(condition, str) and len(condition) > MAX_EXPRESSION:
        raise RuleError(f"a condition longer than {MAX_EXPRESSION:,} characters")
    if not isinstance(definition.get("type", ""), str):
        raise RuleError("the type is not a text")
    values = condition if isinstance(condition, dict) else {}
    if named := next((name for name, value in values.items() if isinstance(value, bool)), None):
        raise RuleError(f"the condition's {named!r} is neither a number nor a name")
    _check_list("group-by", definition.get("group-by"), MAX_NAMES)
    _check_list("field", values.get("field"), MAX_NAMES)
    _check_list("rules", definition.get("rules"), MAX_RULES)
    aliases = definition.get("aliases")
    if isinstance(aliases, dict) and len(aliases) > MAX_NAMES:
        raise RuleError(f"more than {MAX_NAMES} aliases")


def _check_list(key: str, value: Any, most: int) -> None:
    names = value if isinstance(value, list) else [] if value is None else [value]
    if len(names) > most:
        raise RuleError(f"more than {most:,} names in {key!r}")
    # YAML may read a name as a number or a date.
    if any(name is None or name == "" or isinstance(name, bool | list | dict) for name in names):
        raise RuleError(f"{key!r} has a value that is not a name")


def _percentile(definition: dict[str, Any]) -> str:
    """The percentile as text, exactly as written; pySigma would cut off its fraction."""
    condition = definition.get("condition")
    kind = definition.get("type")
    if kind != "value_percentile" or not isinstance(condition, dict):
        return "50"
    found = condition.get("percentile")
    if found is None:
        raise RuleError("value_percentile without a percentile")
    if not _NUMBER.fullmatch(str(found)) or Fraction(str(found)) > 100:
        raise RuleError(f"the percentile {str(found)[:40]!r} is not a number from 0 to 100")
    return str(found)


def _members(rule: SigmaCorrelationRule) -> list[str]:
    if rule.rules is not None:
        members = [str(reference.reference) for reference in rule.rules]
    elif isinstance(rule.condition, SigmaExtendedCorrelationCondition):
        members = rule.condition.get_referenced_rules()
    else:
        members = []
    if not members:
        raise RuleError("refers to no rule")
    if twice := next((name for number, name in enumerate(members) if name in members[:number]), None):
        raise RuleError(f"refers to {twice!r} twice")
    return members


def _limits(definition: dict[str, Any]) -> list[list[str]]:
    """Operators and numbers of a condition; Sigma takes several together as a range, pySigma one.

    Raises:
        SigmaError: one of the numbers is none.
    """
    condition = definition.get("condition")
    found = {name: condition[name] for name in OPERATORS if name in condition} if isinstance(condition, dict) else {}
    single = (SigmaCorrelationCondition.from_dict({name: limit}) for name, limit in found.items())
    return [[each.op.name.lower(), str(each.count)] for each in single]


def _single(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The document with the first limit only, as pySigma wants it."""
    for name, value in document.items():
        if name == "correlation" and isinstance(value.get("condition"), dict):
            others = [each for each in OPERATORS if each in value["condition"]][1:]
            kept = {key: limit for key, limit in value["condition"].items() if key not in others}
            yield name, {**value, "condition": kept}
        else:
            yield name, value


def _condition(rule: SigmaCorrelationRule, kind: str, percentile: str, limits: list[list[str]]) -> dict[str, Any]:
    found = rule.condition
    if isinstance(found, SigmaExtendedCorrelationCondition):
        return _stored(expression=_expression(found.parsed))
    assert isinstance(found, SigmaCorrelationCondition)
    fields = [found.fieldref] if isinstance(found.fieldref, str) else list(found.fieldref or [])
    if kind in TEMPORAL | {"event_count"} and fields:
        raise RuleError(f"{kind} counts without a field, but the condition names {fields[0]!r}")
    if len(fields) > 1 and kind != "value_count":
        raise RuleError(f"{kind} measures one field, not {len(fields)}")
    if not all(isinstance(name, str) and name for name in fields):
        raise RuleError("the condition's field is not a name")
    return _stored(limits or [[found.op.name.lower(), str(found.count)]], fields, percentile)


def _stored(
    limits: list[list[str]] | None = None,
    fields: list[str] | None = None,
    percentile: str = "50",
    expression: Any = None,
) -> dict[str, Any]:
    return {
        "limits": limits or [],
        "fields": fields or [],
        "percentile": percentile,
        "expression": expression,
    }


def _expression(node: CorrelationConditionItem | SigmaRuleReference) -> list[Any]:
    if isinstance(node, SigmaRuleReference):
        return ["ref", node.reference]
    parts = [_expression(argument) for argument in node.args]
    if isinstance(node, CorrelationConditionNOT):
        return ["not", parts[0]]
    return ["and" if isinstance(node, CorrelationConditionAND) else "or", *parts]


def _text(rule: SigmaCorrelationRule, kind: str, condition: dict[str, Any], group_by: list[str]) -> str:
    return " ".join(_pieces(rule, kind, condition, group_by))


def _pieces(rule: SigmaCorrelationRule, kind: str, condition: dict[str, Any], group_by: list[str]) -> Iterator[str]:
    yield kind
    if condition["fields"]:
        yield f"of {', '.join(condition['fields'])}"
    if isinstance(rule.condition, SigmaExtendedCorrelationCondition):
        yield rule.condition.expression
    else:
        if kind == "value_percentile":
            yield f"at {condition['percentile']} %"
        yield " and ".join(f"{name} {limit}" for name, limit in condition["limits"])
    yield f"within {rule.timespan.spec}"
    if group_by:
        yield f"by {', '.join(group_by)}"
