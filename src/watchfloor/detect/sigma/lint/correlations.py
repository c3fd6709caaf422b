"""Checks of correlations and of what they do to the rules that they refer to."""

from __future__ import annotations

from collections.abc import Iterator

from watchfloor.detect.sigma.correlate.rules import TEMPORAL, Correlation
from watchfloor.detect.sigma.lint.findings import Finding
from watchfloor.detect.sigma.plan import sources_of
from watchfloor.detect.sigma.rules import Rule
from watchfloor.detect.sigma.ruleset import RuleSet
from watchfloor.schema.sigma_fields import scopes

_ROLL_UP = 86_400_000_000
"""Who counts from one on over a day or more wants one alert of it all, not a threshold."""
_COUNTS = TEMPORAL | {"event_count", "value_count"}


def check_correlations(ruleset: RuleSet) -> Iterator[Finding]:
    """Everything about the correlations of a set."""
    rules = {rule.id: rule for rule in ruleset.rules}
    for correlation in ruleset.correlations:
        if not correlation.level and correlation.id not in ruleset.silent:
            yield _finding("level-missing", correlation, "")
        if not correlation.path.with_suffix(".samples").is_dir():
            yield _finding("samples-missing", correlation, "")
        yield from _condition(correlation)
        for position, member in enumerate(correlation.members):
            if member in rules:
                yield from _fields(correlation, position, rules[member])
                yield from _silenced(correlation, rules[member], ruleset)


def _condition(correlation: Correlation) -> Iterator[Finding]:
    condition = correlation.condition
    if correlation.kind not in _COUNTS or condition.expression is not None:
        return
    if condition.holds(1) and correlation.span < _ROLL_UP:
        yield _finding("correlation-fires-at-once", correlation, correlation.text)
    near = {int(limit) + step for _, limit in condition.limits for step in (-1, 0, 1, 2)}
    most = len(correlation.members) if correlation.kind in TEMPORAL else max(near)
    if not any(condition.holds(count) for count in {1, most, *near} if 1 <= count <= most):
        yield _finding("correlation-never-fires", correlation, correlation.text)


def _fields(correlation: Correlation, position: int, rule: Rule) -> Iterator[Finding]:
    served = [scope for scope in scopes(rule.logsource, rule.taxonomy) if scope.served]
    for field in dict.fromkeys((*correlation.group_fields(position), *correlation.value_fields(position))):
        if served and not any(sources_of(field, scope) for scope in served):
            yield _finding("correlation-field-unknown", correlation, f"{field} of {rule.title}")


def _silenced(correlation: Correlation, rule: Rule, ruleset: RuleSet) -> Iterator[Finding]:
    """A rule that a correlation beside it refers to, too, was never meant to raise alerts."""
    own = any(each.path == rule.path and rule.id in each.members for each in ruleset.correlations)
    if rule.id in ruleset.silent and rule.path != correlation.path and not own:
        yield _finding("rule-silenced", correlation, f"{rule.title} ({rule.path})")


def _finding(check: str, correlation: Correlation, detail: str) -> Finding:
    return Finding(check, correlation.path, correlation.line, correlation.id, detail)
