"""One rule in detail: finding it, what its file says, where its events are, and what it makes of given records."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.core.documents import read_documents
from watchfloor.core.errors import UsageError
from watchfloor.detect.behaviors.engine import Learning
from watchfloor.detect.behaviors.plugin import Finding
from watchfloor.detect.behaviors.words import values
from watchfloor.detect.sigma import BehaviorRule, Correlation, Detector, Rule, RuleSet
from watchfloor.detect.sigma.actions import fold_actions
from watchfloor.detect.sigma.correlate.matches import SCHEMA, group_values
from watchfloor.detect.sigma.correlate.windows import Window
from watchfloor.detect.sigma.trace import Trace, trace
from watchfloor.enrich.enrich import enrich
from watchfloor.enrich.plugin import Knowledge
from watchfloor.joins.groups import settled
from watchfloor.joins.parts import asked, parts_of
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.events import EventBatch
from watchfloor.schema.sigma_fields import Scope, scopes
from watchfloor.sources.files import plan, read
from watchfloor.sources.problems import Problem

_MANY = 5


def find_rule(rules: RuleSet, text: str) -> Rule | Correlation | BehaviorRule:
    """The rule, correlation or behaviour of this id, name, title or file (its path, or its name, its suffix or not).

    Raises:
        UsageError: there is none, or more than one.
    """
    for matches in (
        lambda rule: bool(text) and text in (rule.id, rule.name),
        lambda rule: rule.title.casefold() == text.casefold(),
        lambda rule: str(rule.path) == str(Path(text)) or text in (rule.path.name, rule.path.stem),
    ):
        found = [rule for rule in rules.every if matches(rule)]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(rule.id for rule in found[:_MANY])
            raise UsageError(f"{len(found)} rules are called {text!r}", way_out=f"Name one by its id: {ids}")
    raise UsageError(f"no such rule: {text!r}", way_out="Give its id, name, title or file; see: watchfloor rules list")


def written(rule: Rule | Correlation | BehaviorRule) -> dict[Any, Any]:
    """What the rule's file says about it; nothing when the file has changed beyond recognition."""
    try:
        data = rule.path.read_bytes()
    except OSError:
        return {}
    documents = fold_actions(read_documents(data, _ignore), _ignore)
    return next((document.content for document in documents if document.line == rule.line), {})


@dataclass(frozen=True, slots=True)
class Place:
    """One place where a rule's events are found.

    Attributes:
        scope: the place.
        fields: each field of the rule with its sources in order, columns or functions of columns.
    """

    scope: Scope
    fields: dict[str, tuple[str, ...]]


def places(rule: Rule) -> list[Place]:
    """Where a rule's events are found, and what it reads there."""
    found = scopes(rule.logsource, rule.taxonomy)
    return [Place(scope, {field: scope.sources(field) for field in sorted(rule.fields)}) for scope in found]


@dataclass(frozen=True, slots=True)
class Examination:
    """What a rule made of the records of one batch."""

    events: EventBatch
    traces: list[Trace]


def examinations(
    rules: RuleSet,
    rule: Rule,
    paths: Sequence[str],
    problems: list[Problem],
    stdin: BinaryIO | None = None,
    knowledge: Knowledge | None = None,
) -> Iterator[Examination]:
    """A rule on every record of some files of any kind that `analyze` reads, then on the events joined of them.

    Args:
        rules: the set that the rule is of.
        rule: the rule.
        paths: files; `-` is standard input.
        problems: gets what could not be read.
        stdin: where `-` is read from.
        knowledge: what there is to be known beside the events; nothing by default.
    """
    only = rules.where(lambda other: other is rule)
    inventory = plan(paths)
    problems.extend(inventory.problems)
    knowledge = knowledge or Knowledge()
    parts = []
    for raw in read(inventory, zone=dt.UTC, now=None, stdin=stdin, report=problems.append):
        parsed = parse_records(raw, wanted=only.fields | asked())
        parts.append(parts_of(parsed))
        events = enrich(parsed, knowledge)
        yield Examination(events, trace(only, rule, events))
    joined = settled(parts)
    if joined.rows:
        events = enrich(joined.events(), knowledge)
        yield Examination(events, trace(only, rule, events))


@dataclass(frozen=True, slots=True)
class Correlated:
    """What a correlation made of the records of some files.

    Attributes:
        members: per rule that it refers to, how many records satisfy it (of a correlation, how often it fires).
        windows: group (values by `group-by` name) and the window at each of its points, by time.
    """

    members: dict[str, int]
    windows: list[tuple[dict[str, str], list[Window]]]


def correlate_files(
    rules: RuleSet, correlation: Correlation, paths: Sequence[str], problems: list[Problem], stdin: BinaryIO | None
) -> Correlated:
    """A correlation over all records of some files together, see `examinations`."""
    from watchfloor.detect.sigma.correlate.trial import trial  # noqa: PLC0415 - the store is slow to import

    only = rules.serving(correlation)
    detector = Detector(only)
    inventory = plan(paths)
    problems.extend(inventory.problems)
    matches = [
        detector.detect(enrich(parse_records(raw, wanted=only.fields), Knowledge())).matches
        for raw in read(inventory, zone=dt.UTC, now=None, stdin=stdin, report=problems.append)
    ]
    found = trial(only.correlations, correlation, matches)
    own = pa.concat_tables(matches) if matches else SCHEMA.empty_table()
    own = own.filter(pc.equal(own["key"], correlation.key))
    counts = Counter(own.group_by(["member", "event_id"]).aggregate([])["member"].to_pylist())
    for position, member in enumerate(correlation.members):
        child = next((each for each in only.correlations if each.id == member), None)
        if child is not None:
            lines = trial(only.correlations, child, matches).values()
            counts[position] = sum(window.fires for line in lines for window in line)
    titles = {rule.id: rule.title for rule in only.every}
    return Correlated(
        {titles[member]: counts[position] for position, member in enumerate(correlation.members)},
        [(dict(zip(correlation.group_by, group_values(group), strict=True)), line) for group, line in found.items()],
    )


@dataclass(frozen=True, slots=True)
class Behaved:
    """What a behaviour made of the records of some files.

    Attributes:
        learning: how far it got with learning; None when it saw no record.
        findings: entity (values by field name) and its findings, by time.
    """

    learning: Learning | None
    findings: list[tuple[dict[str, str], list[Finding]]]


def behave_files(
    rules: RuleSet, behavior: BehaviorRule, paths: Sequence[str], problems: list[Problem], stdin: BinaryIO | None
) -> Behaved:
    """A behaviour over all records of some files together, with nothing known before them, see `examinations`."""
    from watchfloor.detect.behaviors.trial import trial  # noqa: PLC0415 - the store is slow to import

    only = rules.observing(lambda other: other is behavior)
    detector = Detector(only)
    inventory = plan(paths)
    problems.extend(inventory.problems)
    found = trial(
        only.behaviors,
        (
            detector.detect(enrich(parse_records(raw, wanted=only.fields), Knowledge())).observations
            for raw in read(inventory, zone=dt.UTC, now=None, stdin=stdin, report=problems.append)
        ),
    )
    names = behavior.keeps.entity
    return Behaved(
        next(iter(found.learning), None),
        [(dict(zip(names, values(each.entity), strict=True)), list(each.came)) for each in found.changes],
    )


def _ignore(reason: str, *, line: int | None = None, rule: str = "", runs: bool = False) -> None:
    """Loading has reported it already."""
