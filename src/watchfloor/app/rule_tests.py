"""Runs rules over their own samples, through the parsers installed now.

The samples of `NAME.yml` lie beside it in `NAME.samples/`: every record of `fires.*` must fire the rule, none of
`holds.*` may. The files are raw logs of any kind that `analyze` reads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from watchfloor.detect.sigma import Detector, Rule, RuleSet
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.events import EventBatch
from watchfloor.sources.files import plan, read
from watchfloor.sources.problems import Problem

_REFERENCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class RuleTest:
    """How a rule did on its samples.

    Attributes:
        fired: records of `fires.*`, all of which should fire it.
        held: records of `holds.*`.
        faults: what went wrong, one sentence each; empty when the rule passed.
    """

    rule: Rule
    fired: int = 0
    held: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def tested(self) -> bool:
        """Whether the rule has records of both kinds."""
        return bool(self.fired and self.held)


def run_rule_tests(rules: RuleSet) -> Iterator[RuleTest]:
    """Test every rule, one after the other."""
    for rule in rules.rules:
        yield _tested(rule, rules)


def samples_of(rule: Rule) -> Path:
    """The folder of the rule's samples, whether it exists or not."""
    return rule.path.with_suffix(".samples")


def _tested(rule: Rule, rules: RuleSet) -> RuleTest:
    folder = samples_of(rule)
    only = rules.where(lambda other: other is rule)
    detector = Detector(only)
    result: dict[str, int] = {}
    faults: list[str] = []
    for kind, must_fire in (("fires", True), ("holds", False)):
        files = sorted(folder.glob(f"{kind}.*"))
        result[kind], found = _checked(files, detector, only.fields, must_fire=must_fire)
        faults.extend(found)
    return RuleTest(rule, result["fires"], result["holds"], faults)


def _checked(
    files: Sequence[Path], detector: Detector, wanted: frozenset[str], *, must_fire: bool
) -> tuple[int, list[str]]:
    count = 0
    faults: list[str] = []
    problems: list[Problem] = []
    inventory = plan([str(file) for file in files])
    for raw in read(inventory, zone=dt.UTC, now=_REFERENCE, report=problems.append):
        events = parse_records(raw, wanted=wanted)
        fired = {firing.row for firing in detector.match(events)}
        count += len(events)
        wrong = [row for row in range(len(events)) if (row in fired) is not must_fire]
        faults.extend(_fault(events, row, must_fire=must_fire) for row in wrong)
    return count, [*faults, *map(str, problems)]


def _fault(events: EventBatch, row: int, *, must_fire: bool) -> str:
    table = events.table
    place = f"{table['log.file.path'][row]} record {table['log.line'][row]} ({table['event.dataset'][row]})"
    return f"{place} {'should fire it and does not' if must_fire else 'fires it and should not'}"
