"""Runs rules over their own samples, through the parsers installed now, and every look-alike past all rules.

Every record of `fires.*` must fire the rule, none of `holds.*` may. For a correlation or behaviour it is every file of
`fires.*` that must fire it, and no file of `holds.*` may; rules of its file that a correlation refers to are tested by
that. A record fires a rule also when an event does that joins made of it. No other rule of the set may fire on a
look-alike unless `may_fire.yml` names it, and each field that the rule reads must have a value in some sample. See
`rule_samples`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from watchfloor.app.behaving import matches_of
from watchfloor.app.look_alikes import LookAlikes
from watchfloor.app.rule_details import places
from watchfloor.app.rule_samples import Sample, knowledge_of, read_sample, sample_files, samples_of
from watchfloor.detect.sigma import BehaviorRule, Context, Correlation, Detector, Rule, RuleSet
from watchfloor.detect.sigma.correlate.matches import uses_of
from watchfloor.enrich.enrich import enrichments
from watchfloor.enrich.plugin import Knowledge
from watchfloor.policy.policy import FILE_NAME, read_policy
from watchfloor.schema.sigma_derive import inputs

_Tested = Rule | Correlation | BehaviorRule


@dataclass(frozen=True, slots=True)
class RuleTest:
    """How a rule did on its samples.

    Attributes:
        fired: records (for a correlation or behaviour, files) of `fires.*`, all of which should fire it.
        held: those of `holds.*`.
        faults: what went wrong, one sentence each; empty when the rule passed.
    """

    rule: _Tested
    fired: int = 0
    held: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def tested(self) -> bool:
        """Whether the rule has records of both kinds."""
        return bool(self.fired and self.held)


def run_rule_tests(rules: RuleSet) -> Iterator[RuleTest]:
    """Test every rule, file by file, reading each file of samples once."""
    correlated = {(correlation.path, member) for correlation in rules.correlations for member in correlation.members}
    tested = [rule for rule in rules.every if (rule.path, rule.id) not in correlated]
    look_alikes = LookAlikes(rules)
    for path, found in groupby(sorted(tested, key=attrgetter("path")), key=attrgetter("path")):
        yield from _tested(path, list(found), rules, look_alikes)


def by_its_policy(rule: Rule | BehaviorRule | Correlation, rules: RuleSet) -> RuleSet:
    """The rules of its file, and those it refers to, as the policy of its samples has them, where there is one."""
    own = samples_of(rule) / FILE_NAME
    if not own.exists():
        return rules
    others = rules.serving(rule).every if isinstance(rule, Correlation) else ()
    paths = dict.fromkeys((rule.path, *(each.path for each in others)))
    return RuleSet.load(paths, context=Context(policy=read_policy(own)))


def _tested(path: Path, tested: Sequence[_Tested], rules: RuleSet, look_alikes: LookAlikes) -> Iterator[RuleTest]:
    """Test the rules of one file."""
    folder = samples_of(tested[0])
    runs = [_Run(rule, _alone(rule, by_its_policy(rule, rules))) for rule in tested]
    files = sample_files(folder)
    filled: set[str] = set()
    knowledge = knowledge_of(folder)
    for file in files:
        sample = read_sample(file, rules.fields, knowledge)
        filled.update(sample.filled())
        for run in runs:
            run.take(sample)
        if not sample.must_fire:
            runs[0].faults.extend(look_alikes.faults(path, sample))
    for run in runs:
        if files:
            run.faults.extend(_unfilled(run.rules, filled, knowledge))
        if run.faults and (lists := sorted({name for each in run.rules.blind for name in each.blind})):
            run.faults.append(f"it is blind without {', '.join(lists)} in a {FILE_NAME} beside its samples")
        yield RuleTest(run.rule, run.fired, run.held, run.faults)


def _alone(rule: _Tested, rules: RuleSet) -> RuleSet:
    """What one rule needs to run, and nothing else."""
    if isinstance(rule, Rule):
        return rules.where(lambda other: (other.path, other.id) == (rule.path, rule.id))
    if isinstance(rule, BehaviorRule):
        return rules.observing(lambda other: (other.path, other.id) == (rule.path, rule.id))
    same = next((each for each in rules.correlations if each.id == rule.id), None)
    return (
        rules.where(lambda _: False) if same is None else rules.serving(same)
    )  # none where its policy leaves it blind


@dataclass(slots=True)
class _Run:
    """One rule's way through its samples."""

    rule: _Tested
    rules: RuleSet
    fired: int = 0
    held: int = 0
    faults: list[str] = field(default_factory=list)
    detector: Detector = field(init=False)

    def __post_init__(self) -> None:
        self.detector = Detector(self.rules)

    def take(self, sample: Sample) -> None:
        """Count the sample and note what is wrong about it."""
        if isinstance(self.rule, Rule):
            count, faults = _checked(sample, self.detector)
        else:
            count, faults = 1, []
            if self._fires(sample) is not sample.must_fire:
                faults = [f"{sample.file.name} {_wrong(must_fire=sample.must_fire)}"]
        self.fired += count if sample.must_fire else 0
        self.held += 0 if sample.must_fire else count
        self.faults += [*faults, *map(str, sample.problems)]

    def _fires(self, sample: Sample) -> bool:
        from watchfloor.detect.behaviors.trial import trial as trial_of_behaviors  # noqa: PLC0415 - the store is slow to import
        from watchfloor.detect.sigma.correlate.trial import fired  # noqa: PLC0415

        found = [self.detector.detect(batch) for batch in sample.batches]
        observed = [each.observations for each in found]
        changes = trial_of_behaviors(self.rules.behaviors, observed).changes if self.rules.behaviors else []
        if isinstance(self.rule, BehaviorRule):
            return bool(changes)
        matches = [*(each.matches for each in found), matches_of(changes, self.rules)]
        return any(each.id == self.rule.id for each in fired(self.rules.correlations, matches))


def _checked(sample: Sample, detector: Detector) -> tuple[int, list[str]]:
    fired: set[str] = set()
    for batch in sample.batches:
        for firing in detector.match(batch):
            fired.add(batch.table["event.id"][firing.row].as_py())
            if batch is sample.joined:
                fired.update(batch.table["watchfloor.joined"][firing.row].as_py())
    records = list(sample.places())
    words = _wrong(must_fire=sample.must_fire)
    return len(records), [f"{place} {words}" for each, place in records if (each in fired) is not sample.must_fire]


def _wrong(*, must_fire: bool) -> str:
    return "should fire it and does not" if must_fire else "fires it and should not"


def _unfilled(rules: RuleSet, filled: set[str], knowledge: Knowledge) -> Iterator[str]:
    """The fields that no sample has a value for: what the rules say about them is not tested by any.

    Nobody can expect what only an inventory or a database could tell, where the samples come without.
    """
    told = {
        column
        for enrichment in enrichments().values()
        if not enrichment.needed(knowledge)
        for place in enrichment.places
        for column in place.outputs.values()
    }
    for rule in _reading(rules):
        served = [place for place in places(rule) if place.scope.served]
        for name in sorted(rule.fields):
            sources = [source for place in served for source in place.fields[name]]
            if sources and not any((filled | told).issuperset(inputs(source)) for source in sources):
                columns = ", ".join(dict.fromkeys(sources))
                yield f"no sample has a value for {name} ({columns}), which {rule.title!r} reads"


def _reading(rules: RuleSet) -> Iterator[Rule]:
    """The rules with all the fields that anybody reads of their events."""
    measured: dict[str, set[str]] = {}
    for key, uses in uses_of(rules.correlations).items():
        for use in uses:
            found = (*use.correlation.group_fields(use.member), *use.correlation.value_fields(use.member))
            measured.setdefault(key, set()).update(found)
    for rule in rules.rules:
        yield replace(rule, fields=rule.fields | measured.get(rule.id, set()))
    for behavior in rules.behaviors:
        yield replace(behavior.selection, fields=behavior.selection.fields | behavior.fields)
