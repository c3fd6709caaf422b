"""Checks of rules beside each other, and against the log sources that exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from watchfloor.detect.sigma.lint.correlations import check_correlations
from watchfloor.detect.sigma.lint.findings import Finding
from watchfloor.detect.sigma.plan import sources_of
from watchfloor.detect.sigma.rules import Detection, Node, Rule
from watchfloor.detect.sigma.ruleset import RuleSet
from watchfloor.schema.sigma_fields import Scope, scopes

_REPLACES = frozenset({"obsolete", "renamed"})
_COMMON = 10
"""How much more often the other spelling of a field must be used to call one a mistake."""


def check_set(ruleset: RuleSet) -> Iterator[Finding]:
    """Everything about the rules together."""
    yield from _problems(ruleset)
    yield from _repeated(ruleset.rules, ruleset.silent)
    yield from _obsolete(ruleset.rules)
    read = {each.id: each.selection.fields | each.fields for each in ruleset.behaviors}
    chosen = [replace(each.selection, id=each.id, fields=read[each.id]) for each in ruleset.behaviors]
    yield from _fields((*ruleset.rules, *chosen))
    yield from check_correlations(ruleset)
    for rule in (*ruleset.rules, *chosen):
        if not rule.path.with_suffix(".samples").is_dir():
            yield _finding("samples-missing", rule, "")


def _problems(ruleset: RuleSet) -> Iterator[Finding]:
    for problem in ruleset.problems:
        check = "loaded-with-problem" if problem.runs else "not-loaded"
        if problem.reason.startswith("same id as in "):
            check = "id-repeated"
        yield Finding(check, problem.path, problem.line, problem.rule, problem.reason)


def _repeated(rules: Iterable[Rule], silent: frozenset[str]) -> Iterator[Finding]:
    names, titles, detections = dict[str, Rule](), dict[object, Rule](), dict[object, Rule]()
    for rule in rules:
        if rule.name and names.setdefault(rule.name, rule) is not rule:
            yield _finding("name-repeated", rule, f"{rule.name}, as {names[rule.name].path}")
        key = (rule.title.casefold(), rule.logsource)
        if titles.setdefault(key, rule) is not rule:
            yield _finding("title-repeated", rule, f"{rule.title}, as {titles[key].path}")
        same = (rule.compiled, rule.logsource, rule.taxonomy)
        if rule.id not in silent and detections.setdefault(same, rule) is not rule:
            yield _finding("detection-repeated", rule, f"as {detections[same].path}")


def _obsolete(rules: Sequence[Rule]) -> Iterator[Finding]:
    active = {rule.id: rule for rule in rules}
    for rule in rules:
        for kind, other in rule.related:
            if kind in _REPLACES and other in active and other != rule.id:
                yield _finding("obsolete-active", active[other], f"replaced by {rule.title} ({rule.id})")


def _fields(rules: Sequence[Rule]) -> Iterator[Finding]:
    used = Counter((rule.logsource.product, field) for rule in rules for field in rule.fields)
    spellings: dict[tuple[str, str], str] = {}
    for (product, field), _ in sorted(used.items(), key=lambda item: item[1]):
        spellings[product, field.lower()] = field
    for rule in rules:
        served = [scope for scope in scopes(rule.logsource, rule.taxonomy) if scope.served]
        if not served:
            yield _finding("log-source-unserved", rule, str(rule.logsource))
            continue
        product = rule.logsource.product
        for field in sorted(rule.fields):
            usual = spellings[product, field.lower()]
            if not any(sources_of(field, scope) for scope in served):
                yield _finding("field-unknown", rule, field)
            elif used[product, usual] >= _COMMON * used[product, field]:
                yield _finding("field-case", rule, f"{field} instead of {usual}")
        if _is_blind(rule, served):
            yield _finding("rule-blind", rule, ", ".join(sorted(rule.fields)))


def _is_blind(rule: Rule, served: Sequence[Scope]) -> bool:
    known = {field: [scope for scope in served if sources_of(field, scope)] for field in rule.fields}
    if all(len(found) == len(served) for found in known.values()):
        return False
    detection = rule.detection
    return all(_decided(detection.condition, detection, scope) is False for scope in served)


def _decided(node: Node, detection: Detection, scope: Scope) -> bool | None:
    """What is sure about a node in a scope, because the scope's events lack fields."""
    operator = node[0]
    if operator == "ref":
        return _decided(detection.selections[node[1]], detection, scope)
    if operator == "not":
        known = _decided(node[1], detection, scope)
        return None if known is None else not known
    if operator == "atom":
        if sources_of(node[1], scope):
            return None
        return bool(node[2] == "null" or (node[2] == "exists" and not node[3]))
    parts = [_decided(part, detection, scope) for part in node[1:]]
    absorbing: bool = operator == "or"
    if absorbing in parts:
        return absorbing
    return None if None in parts else not absorbing


def _finding(check: str, rule: Rule, detail: str) -> Finding:
    return Finding(check, rule.path, rule.line, rule.id, detail)
