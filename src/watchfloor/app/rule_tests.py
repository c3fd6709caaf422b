"""Runs rules over their own samples, through the parsers installed now.

The samples of `NAME.yml` lie beside it in `NAME.samples/`: every record of `fires.*` must fire the rule, none of
`holds.*` may. For a correlation or behaviour it is every file of `fires.*` that must fire it, and no file of `holds.*`
may; rules of its file that a correlation refers to are tested by that. The files are raw logs of any kind that
`analyze` reads, or say in `NAME.repeat` what `NAME` would have (see `repeated`). A rule
that reads the policy is tested with the `policy.yml` beside its samples.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from watchfloor.app.behaving import matches_of
from watchfloor.app.repeated import SUFFIX, written_out
from watchfloor.core.errors import SourceError
from watchfloor.detect.sigma import BehaviorRule, Context, Correlation, Detector, Rule, RuleSet
from watchfloor.detect.sigma.ruleset import SAMPLES
from watchfloor.enrich.enrich import enrich
from watchfloor.enrich.plugin import Knowledge
from watchfloor.parsers.dispatch import parse_records
from watchfloor.policy.policy import FILE_NAME, read_policy
from watchfloor.schema.events import EventBatch
from watchfloor.sources.files import plan, read
from watchfloor.sources.problems import Problem

_REFERENCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class RuleTest:
    """How a rule did on its samples.

    Attributes:
        fired: records (for a correlation or behaviour, files) of `fires.*`, all of which should fire it.
        held: those of `holds.*`.
        faults: what went wrong, one sentence each; empty when the rule passed.
    """

    rule: Rule | Correlation | BehaviorRule
    fired: int = 0
    held: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def tested(self) -> bool:
        """Whether the rule has records of both kinds."""
        return bool(self.fired and self.held)


def run_rule_tests(rules: RuleSet) -> Iterator[RuleTest]:
    """Test every rule, one after the other."""
    correlated = {(correlation.path, member) for correlation in rules.correlations for member in correlation.members}
    for rule in rules.rules:
        if (rule.path, rule.id) not in correlated:
            yield _tested(rule, rules)
    for behavior in rules.behaviors:
        if (behavior.path, behavior.id) not in correlated:
            yield _tested_together(behavior, by_its_policy(behavior, rules).observing(_is(behavior)))
    for correlation in rules.correlations:
        if (correlation.path, correlation.id) not in correlated:
            own = by_its_policy(correlation, rules)
            same = next((each for each in own.correlations if each.id == correlation.id), None)
            yield (
                _tested_together(same, own.serving(same))
                if same is not None
                else RuleTest(correlation, 0, 0, [f"blind by the {FILE_NAME} of its samples"])
            )


def _is(rule: BehaviorRule) -> Callable[[BehaviorRule], bool]:
    return lambda other: (other.path, other.id) == (rule.path, rule.id)


def by_its_policy(rule: Rule | Correlation | BehaviorRule, rules: RuleSet) -> RuleSet:
    """The rules of its file as the policy of its samples has them, where there is one."""
    own = samples_of(rule) / FILE_NAME
    return RuleSet.load([rule.path], context=Context(policy=read_policy(own))) if own.exists() else rules


def samples_of(rule: Rule | Correlation | BehaviorRule) -> Path:
    """The folder of the rule's samples, whether it exists or not."""
    return rule.path.with_suffix(SAMPLES)


def _tested(rule: Rule, rules: RuleSet) -> RuleTest:
    folder = samples_of(rule)
    only = by_its_policy(rule, rules).where(lambda other: (other.path, other.id) == (rule.path, rule.id))
    detector = Detector(only)
    result: dict[str, int] = {}
    faults: list[str] = []
    for kind, must_fire in (("fires", True), ("holds", False)):
        result[kind] = 0
        for file in sorted(folder.glob(f"{kind}.*")):
            count, found = _checked(file, detector, only.fields, must_fire=must_fire)
            result[kind] += count
            faults.extend(found)
    return RuleTest(rule, result["fires"], result["holds"], faults)


def _tested_together(rule: Correlation | BehaviorRule, rules: RuleSet) -> RuleTest:
    """Test what looks at all events of a file together; `rules` has what it needs and nothing else."""
    detector = Detector(rules)
    counts: dict[str, int] = {}
    faults: list[str] = []
    for kind, must_fire in (("fires", True), ("holds", False)):
        files = sorted(samples_of(rule).glob(f"{kind}.*"))
        counts[kind] = len(files)
        for file in files:
            events, problems = _events(file, rules.fields)
            faults.extend(map(str, problems))
            if _fires(rule, rules, detector, events) is not must_fire:
                faults.append(
                    f"{file.name} {'should fire it and does not' if must_fire else 'fires it and should not'}"
                )
    return RuleTest(rule, counts["fires"], counts["holds"], faults)


def _fires(rule: Correlation | BehaviorRule, rules: RuleSet, detector: Detector, events: list[EventBatch]) -> bool:
    from watchfloor.detect.behaviors.trial import trial as trial_of_behaviors  # noqa: PLC0415 - the store is slow to import
    from watchfloor.detect.sigma.correlate.trial import trial  # noqa: PLC0415

    found = [detector.detect(batch) for batch in events]
    changes = trial_of_behaviors(rules.behaviors, [each.observations for each in found]).changes
    if isinstance(rule, BehaviorRule):
        return bool(changes)
    matches = [*(each.matches for each in found), matches_of(changes, rules)]
    return any(window.fires for line in trial(rules.correlations, rule, matches).values() for window in line)


def _events(file: Path, wanted: frozenset[str]) -> tuple[list[EventBatch], list[Problem]]:
    problems: list[Problem] = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            path = written_out(file, Path(folder)) if file.name.endswith(SUFFIX) else file
        except SourceError as error:
            return [], [Problem(file.name, error.thing)]
        batches = read(plan([str(path)]), zone=dt.UTC, now=_REFERENCE, report=problems.append)
        return [enrich(parse_records(raw, wanted=wanted), Knowledge()) for raw in batches], problems


def _checked(file: Path, detector: Detector, wanted: frozenset[str], *, must_fire: bool) -> tuple[int, list[str]]:
    count = 0
    faults: list[str] = []
    batches, problems = _events(file, wanted)
    for events in batches:
        fired = {firing.row for firing in detector.match(events)}
        count += len(events)
        wrong = [row for row in range(len(events)) if (row in fired) is not must_fire]
        faults.extend(_fault(events, row, must_fire=must_fire) for row in wrong)
    return count, [*faults, *map(str, problems)]


def _fault(events: EventBatch, row: int, *, must_fire: bool) -> str:
    table = events.table
    place = f"{table['log.file.path'][row]} record {table['log.line'][row]} ({table['event.dataset'][row]})"
    return f"{place} {'should fire it and does not' if must_fire else 'fires it and should not'}"
