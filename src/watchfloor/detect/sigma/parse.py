"""One rule file -> compiled rules and problems, as plain data that can be cached as JSON.

pySigma reads the rules (https://sigmahq-pysigma.readthedocs.io); what it refuses, and what this engine cannot run,
becomes a problem. Nothing here raises for the content of a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import yaml
from sigma.collection import SigmaCollection
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import (
    SigmaCollectionError,
    SigmaConditionError,
    SigmaDetectionError,
    SigmaError,
    SigmaLogsourceError,
    SigmaModifierError,
    SigmaTitleError,
    SigmaValueError,
)
from sigma.modifiers import modifier_mapping
from sigma.rule import SigmaLevel, SigmaRule, SigmaStatus

from watchfloor.core.errors import RuleError
from watchfloor.core.ids import stable_id
from watchfloor.detect.sigma.convert import Placeholders, condition_of, selections_of
from watchfloor.detect.sigma.rules import Detection, Node

MAX_CONDITION = 8_192
"""Longest condition in characters."""
MAX_REFERENCES = 10_000
"""Most selections that the conditions of one rule may name, `1 of them` counting each."""
MAX_ATOMS = 100_000
"""Most atoms of one rule, after modifiers have expanded its values."""
MAX_DEPTH = 50
"""Deepest nesting of a condition or a selection."""

_FATAL = (
    SigmaCollectionError,
    SigmaConditionError,
    SigmaDetectionError,
    SigmaLogsourceError,
    SigmaModifierError,
    SigmaTitleError,
    SigmaValueError,
)
"""Errors without which a rule means nothing; others are about its metadata."""


@dataclass(slots=True)
class ParsedFile:
    """What one file gave.

    Attributes:
        rules: arguments of `rules.Rule` but for the path, as JSON can hold them.
        problems: arguments of `rules.RuleProblem` but for the path.
        needed: ids or names of rules that only serve a correlation rule of this file.
    """

    rules: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    needed: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain data for the cache."""
        return asdict(self)


def parse_file(data: bytes, placeholders: Placeholders) -> ParsedFile:
    """Compile every rule of one file.

    Args:
        data: the file's content, YAML in UTF-8.
        placeholders: name -> values for the `expand` modifier.
    """
    parsed = ParsedFile()
    try:
        documents = list(yaml.load_all(data, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _problem(parsed, f"not YAML: {error.problem or error.context}", line=mark.line + 1 if mark else None)
        return parsed
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # dates and numbers out of range are ValueErrors
        _problem(parsed, f"not YAML: {_first_line(error)}")
        return parsed
    for rule in _rules(list(_checked(documents, parsed)), parsed):
        _compile(rule, placeholders, parsed)
    return parsed


def _checked(documents: list[Any], parsed: ParsedFile) -> Iterator[dict[str, Any]]:
    if not any(document is not None for document in documents):
        _problem(parsed, "no rule in it")
    for document in documents:
        if isinstance(document, dict):
            condition = (document.get("detection") or {}) if isinstance(document.get("detection"), dict) else {}
            conditions = condition.get("condition", "")
            texts = conditions if isinstance(conditions, list) else [conditions]
            if sum(len(str(text)) for text in texts) > MAX_CONDITION:
                _problem(parsed, f"condition longer than {MAX_CONDITION} characters", rule=_name(document))
            else:
                yield document
        elif document is not None:
            _problem(parsed, f"not a rule: a {type(document).__name__} instead of a mapping")


def _rules(documents: list[dict[str, Any]], parsed: ParsedFile) -> Iterator[SigmaRule]:
    for document in documents:
        if "correlation" in document:
            _problem(parsed, "correlation rules are not supported yet", rule=_name(document))
            parsed.needed += _needed(document["correlation"])
        elif "filter" in document:
            _problem(parsed, "filters are not supported yet", rule=_name(document))
    modifier_mapping.setdefault("utf16le", modifier_mapping["wide"])  # in Sigma's text, but not in pySigma 2.0
    plain = [document for document in documents if "correlation" not in document and "filter" not in document]
    try:
        collection = SigmaCollection.from_dicts(plain, collect_errors=True, resolve_references=False)
    except Exception as error:  # noqa: BLE001 - the border to the rule parser: what it stumbles over is a listed problem
        _problem(parsed, _stumbled(error))
        return
    own = {id(error) for rule in collection.rules for error in rule.errors}
    for found in collection.errors:
        if id(found) not in own:
            _problem(parsed, _first_line(found))
    for rule in collection.rules:
        if not isinstance(rule, SigmaCorrelationRule):
            yield rule


def _compile(rule: SigmaRule, placeholders: Placeholders, parsed: ParsedFile) -> None:
    name = str(rule.id or rule.title or "")
    fatal = [error for error in rule.errors if isinstance(error, _FATAL)]
    for error in rule.errors:
        _problem(parsed, _first_line(error), rule=name, runs=not fatal)
    if fatal:
        return
    try:
        selections = selections_of(rule.detection, placeholders)
        condition = condition_of(rule.detection)
        _bounded(selections, condition)
        parsed.rules.append(_as_rule(rule, selections, condition))
    except RuleError as error:
        _problem(parsed, error.thing, rule=name)
    except Exception as error:  # noqa: BLE001 - as above: conditions are parsed late
        _problem(parsed, _stumbled(error), rule=name)


def _bounded(selections: dict[str, Node], condition: Node) -> None:
    if _count(condition, "ref") > MAX_REFERENCES:
        raise RuleError(f"the condition names more than {MAX_REFERENCES} selections")
    if sum(_count(node, "atom") for node in selections.values()) > MAX_ATOMS:
        raise RuleError(f"more than {MAX_ATOMS} values")
    if max(_depth(node) for node in (condition, *selections.values())) > MAX_DEPTH:
        raise RuleError(f"nested more than {MAX_DEPTH} levels deep")


def _as_rule(rule: SigmaRule, selections: dict[str, Node], condition: Node) -> dict[str, Any]:
    source = rule.logsource
    logsource = [source.product or "", source.category or "", source.service or ""]
    atoms = [atom for node in selections.values() for atom in atoms_of(node)]
    fields = {atom[1] for atom in atoms if atom[1]} | {atom[3] for atom in atoms if atom[2] == "ref"}
    return {
        "id": str(rule.id) if rule.id else stable_id("sigma rule", rule.title, *logsource),
        "name": rule.name or "",
        "title": rule.title,
        "level": rule.level.name.lower() if isinstance(rule.level, SigmaLevel) else "",
        "status": rule.status.name.lower() if isinstance(rule.status, SigmaStatus) else "",
        "description": rule.description if isinstance(rule.description, str) else "",
        "tags": [str(tag) for tag in rule.tags],
        "logsource": logsource,
        "fields": sorted(fields),
        "event_ids": sorted({text for atom in atoms if atom[1] == "EventID" for text in _plain(atom)}),
        "compiled": Detection(selections, condition).as_json(),
    }


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


def _plain(atom: Node) -> list[str]:
    if atom[2] == "number":
        return [str(atom[3])]
    if atom[2] == "text" and len(atom) == 5 and isinstance(atom[4], str):
        return [atom[4]]
    return []


def _count(node: Node, kind: str) -> int:
    total, stack = 0, [node]
    while stack:
        found = stack.pop()
        total += found[0] == kind
        if found[0] == "not":
            stack.append(found[1])
        elif found[0] in {"and", "or"}:
            stack.extend(found[1:])
    return total


def _depth(node: Node) -> int:
    deepest, stack = 0, [(node, 1)]
    while stack:
        found, depth = stack.pop()
        deepest = max(deepest, depth)
        if found[0] in {"and", "or", "not"}:
            stack.extend((part, depth + 1) for part in found[1:])
    return deepest


def _needed(correlation: Any) -> list[str]:
    if not isinstance(correlation, dict) or correlation.get("generate"):
        return []
    rules = correlation.get("rules") or []
    return [str(name) for name in (rules if isinstance(rules, list) else [rules])]


def _name(document: dict[str, Any]) -> str:
    return str(document.get("id") or document.get("title") or "")


def _first_line(error: Exception) -> str:
    text = str(error.args[0]) if isinstance(error, SigmaError) and error.args else str(error)
    return text.strip().partition("\n")[0][:500]


def _stumbled(error: Exception) -> str:
    known = isinstance(error, SigmaError)
    return _first_line(error) if known else f"cannot be read: {type(error).__name__}: {_first_line(error)}"


def _problem(parsed: ParsedFile, reason: str, *, line: int | None = None, rule: str = "", runs: bool = False) -> None:
    parsed.problems.append({"reason": reason, "line": line, "rule": rule[:200], "runs": runs})
