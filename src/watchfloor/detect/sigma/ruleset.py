"""RuleSet: every rule below some paths, compiled, with what is wrong about the others."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watchfloor.core.ids import stable_id
from watchfloor.detect.sigma import cache
from watchfloor.detect.sigma.behave.rules import BehaviorRule, behavior_from
from watchfloor.detect.sigma.context import Context
from watchfloor.detect.sigma.correlate.link import link
from watchfloor.detect.sigma.correlate.matches import uses_of
from watchfloor.detect.sigma.correlate.rules import Correlation
from watchfloor.detect.sigma.filters import apply_filters
from watchfloor.detect.sigma.rules import Rule, RuleProblem, head_of
from watchfloor.schema.sigma_derive import inputs
from watchfloor.schema.sigma_fields import LogSource, scopes

MAX_BYTES = 1 << 20
"""Largest rule file that is read; the largest of SigmaHQ has 295 kB."""
SUFFIXES = (".yml", ".yaml")
SAMPLES = ".samples"
"""What the name of a folder ends with in which no rules are, but samples of one."""
Progress = Callable[[int, int], None]
_STEP = 25
"""Files between two words about the progress."""


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """Compiled rules.

    Attributes:
        rules: those that can run, by file and position in it.
        correlations: correlation rules that can run, those that others refer to first.
        silent: ids of rules that raise no alerts of their own, because they only serve correlations.
        problems: everything about the files that is wrong or not supported.
        fields: event columns that the rules read; parsers must give them a column of their own.
        behaviors: behaviours that can run, by file and position in it.
    """

    rules: tuple[Rule, ...]
    problems: tuple[RuleProblem, ...]
    fields: frozenset[str]
    correlations: tuple[Correlation, ...] = ()
    silent: frozenset[str] = frozenset()
    behaviors: tuple[BehaviorRule, ...] = ()

    @classmethod
    def load(
        cls,
        paths: Iterable[Path],
        *,
        cache_dir: Path | None = None,
        context: Context | None = None,
        progress: Progress | None = None,
    ) -> RuleSet:
        """Read rule files and folders (`*.yml`, `*.yaml`, searched deeply).

        Args:
            paths: files and folders; of rules with the same id the first one counts.
            cache_dir: folder for compiled rules, private to the user; without one everything is parsed.
            context: placeholders and pipelines that rules are compiled with.
            progress: hears now and then how many of how many files are done.
        """
        roots = [Path(path) for path in paths]
        context = context or Context()
        known, store = {}, None
        if cache_dir is not None:
            store = cache_dir / f"sigma-{stable_id(context.key, *(str(root.resolve()) for root in roots))}.json"
            known = cache.load(store)
        problems: list[RuleProblem] = []
        compiled, used = [], {}
        files = _all_files(roots, problems)
        for done, (path, data) in enumerate(_contents(files, problems)):
            if progress is not None and not done % _STEP:
                progress(done, len(files))
            key = cache.content_hash(data)
            if key not in used:
                used[key] = known.get(key) or _parsed(data, context)
            compiled.append((path, used[key]))
        if store is not None and used.keys() != known.keys():
            cache.save(store, used)
        return _linked(compiled, problems, context.levels)

    @property
    def every(self) -> tuple[Rule | Correlation | BehaviorRule, ...]:
        """The rules, then the correlations, then the behaviours."""
        return (*self.rules, *self.correlations, *self.behaviors)

    @property
    def blind(self) -> tuple[Rule | BehaviorRule, ...]:
        """Those that do not run, because they read a list about which nobody has said anything."""
        found: tuple[Rule | BehaviorRule, ...] = (*self.rules, *self.behaviors)
        return tuple(rule for rule in found if rule.blind)

    def where(self, keep: Callable[[Rule], bool]) -> RuleSet:
        """The same set with only the rules that satisfy `keep`, and no correlations or behaviours."""
        rules = tuple(rule for rule in self.rules if keep(rule))
        return RuleSet(rules, self.problems, _fields_of(rules, (), ()))

    def observing(self, keep: Callable[[BehaviorRule], bool]) -> RuleSet:
        """The same set with only the behaviours that satisfy `keep`."""
        behaviors = tuple(behavior for behavior in self.behaviors if keep(behavior))
        return RuleSet((), self.problems, _fields_of((), (), behaviors), behaviors=behaviors)

    def learning(self, behaviors: Collection[str], correlations: Collection[str]) -> RuleSet:
        """The same set with only some behaviours and correlations, by id, and the rules that these refer to.

        What is blind is left out, and no rule raises alerts of its own.
        """
        kept = tuple(each for each in self.correlations if each.id in correlations)
        members = frozenset(member for each in kept for member in each.members)
        rules = tuple(rule for rule in self.rules if rule.id in members and not rule.blind)
        chosen = tuple(each for each in self.behaviors if each.id in behaviors and not each.blind)
        return RuleSet(rules, self.problems, _fields_of(rules, kept, chosen), kept, members, chosen)

    def serving(self, correlation: Correlation) -> RuleSet:
        """The same set with only one correlation and what it refers to."""
        return self.summing({correlation.id})

    def summing(self, ids: Collection[str]) -> RuleSet:
        """The same set with only some behaviours and correlations, and what these refer to."""
        wanted = set(ids)
        correlations = []
        for each in reversed(self.correlations):
            if each.id in wanted:
                wanted.update(each.members)
                correlations.append(each)
        rules = tuple(rule for rule in self.rules if rule.id in wanted)
        kept = tuple(reversed(correlations))
        behaviors = tuple(behavior for behavior in self.behaviors if behavior.id in wanted)
        fields = _fields_of(rules, kept, behaviors)
        return RuleSet(rules, self.problems, fields, kept, self.silent, behaviors)

    def unserved(self) -> dict[LogSource, tuple[Rule, ...]]:
        """Rules for which no data source exists yet, by log source."""
        found: dict[LogSource, list[Rule]] = {}
        for rule in self.rules:
            if not any(scope.served for scope in scopes(rule.logsource, rule.taxonomy)):
                found.setdefault(rule.logsource, []).append(rule)
        return {logsource: tuple(rules) for logsource, rules in sorted(found.items())}


def _parsed(data: bytes, context: Context) -> dict[str, Any]:
    from watchfloor.detect.sigma.parse import ParsedFile, parse_file  # noqa: PLC0415 - pySigma is slow to import; cached rules need none

    if len(data) > MAX_BYTES:
        problem = {"reason": f"larger than {MAX_BYTES >> 20} MiB", "line": 1}
        return ParsedFile(problems=[problem]).as_json()
    return parse_file(data, context).as_json()


def _all_files(roots: list[Path], problems: list[RuleProblem]) -> list[Path]:
    """Every rule file, each once."""
    problems.extend(RuleProblem(root, "does not exist") for root in roots if not root.exists())
    return list(dict.fromkeys(path for root in roots for path in _files(root, problems)))


def _contents(paths: list[Path], problems: list[RuleProblem]) -> Iterator[tuple[Path, bytes]]:
    for path in paths:
        try:
            with path.open("rb") as file:
                yield path, file.read(MAX_BYTES + 1)
        except OSError as error:
            problems.append(RuleProblem(path, f"cannot be read: {error.strerror}"))


def _files(root: Path, problems: list[RuleProblem]) -> list[Path]:
    if not root.is_dir():
        return [root] if root.exists() else []
    return sorted(map(Path, _below(str(root), problems)))


def _below(folder: str, problems: list[RuleProblem]) -> Iterator[str]:
    """The rule files of a folder; Path.rglob takes twice as long, a tenth of the start with all of SigmaHQ."""
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except OSError as error:
        problems.append(RuleProblem(Path(folder), f"cannot be read: {error.strerror}"))
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name.endswith(SAMPLES):
                continue
            yield from _below(entry.path, problems)
        elif entry.name.lower().endswith(SUFFIXES) and entry.is_file():
            yield entry.path


def _linked(
    compiled: list[tuple[Path, dict[str, Any]]], problems: list[RuleProblem], levels: Mapping[str, str]
) -> RuleSet:
    """Filters meet their rules, and correlations the rules that they refer to, in whatever file these are."""
    for path, parsed in compiled:
        problems.extend(RuleProblem(path=path, **problem) for problem in parsed["problems"])
    found, behaviors, filters, correlations = (
        [(path, entry) for path, parsed in compiled for entry in parsed[section]]
        for section in ("rules", "behaviors", "filters", "correlations")
    )
    found.extend(behaviors)
    filtered = apply_filters(found, filters, problems) if filters else found
    unique = [
        (path, {**entry, "level": levels.get(entry["id"], entry["level"])})
        for path, entry in _unique([*filtered, *correlations], problems)
    ]
    names = {entry["id"]: entry["id"] for _, entry in unique}  # ids first: a rule called like another's id is not it
    for _, entry in unique:
        names.setdefault(entry["name"] or entry["id"], entry["id"])
    rules = tuple(_rule(path, entry) for path, entry in unique if "compiled" in entry and "parameters" not in entry)
    observed = tuple(behavior_from(path, entry) for path, entry in unique if "parameters" in entry)
    linked = link([(path, entry) for path, entry in unique if "compiled" not in entry], rules, names, observed)
    problems.extend(linked.problems)
    problems.sort(key=lambda problem: (str(problem.path), problem.line or 0))
    return RuleSet(
        rules,
        tuple(problems),
        _fields_of(rules, linked.correlations, observed),
        linked.correlations,
        _silent(linked.correlations),
        observed,
    )


def _unique(
    entries: Iterable[tuple[Path, dict[str, Any]]], problems: list[RuleProblem]
) -> Iterator[tuple[Path, dict[str, Any]]]:
    first: dict[str, Path] = {}
    for path, entry in entries:
        if entry["id"] in first:
            reason = f"same id as in {first[entry['id']]}, which is used"
            problems.append(RuleProblem(path, reason, entry["line"], entry["id"]))
        else:
            first[entry["id"]] = path
            yield path, entry


def _silent(correlations: Iterable[Correlation]) -> frozenset[str]:
    """Rules that some correlation refers to, none of them with `generate: true`; one that cannot run mutes nobody."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for correlation in correlations:
        found[correlation.generate].update(correlation.members)
    return frozenset(found[False] - found[True])


def _rule(path: Path, entry: Mapping[str, Any]) -> Rule:
    return Rule(
        **head_of(path, entry),
        logsource=LogSource(*entry["logsource"]),
        fields=frozenset(entry["fields"]),
        event_ids=frozenset(entry["event_ids"]),
        compiled=entry["compiled"],
        taxonomy=entry["taxonomy"],
        related=tuple((kind, other) for kind, other in entry["related"]),
        filters=tuple(entry.get("filters", ())),
        blind=tuple(entry["blind"]),
    )


def _fields_of(
    rules: Iterable[Rule], correlations: Sequence[Correlation], behaviors: Iterable[BehaviorRule]
) -> frozenset[str]:
    uses = uses_of(correlations)
    by_source: dict[tuple[LogSource, str], set[str]] = {}
    for rule in rules:
        fields = by_source.setdefault((rule.logsource, rule.taxonomy), set())
        fields.update(rule.fields)
        for use in uses.get(rule.id, ()):
            fields.update(use.correlation.group_fields(use.member), use.correlation.value_fields(use.member))
    for behavior in behaviors:
        chosen = behavior.selection
        fields = by_source.setdefault((chosen.logsource, chosen.taxonomy), set())
        fields.update(chosen.fields, behavior.fields)
    return frozenset(column for source, fields in by_source.items() for column in _columns(*source, frozenset(fields)))


@functools.lru_cache(maxsize=1_024)
def _columns(logsource: LogSource, taxonomy: str, fields: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    for scope in scopes(logsource, taxonomy):
        if scope.served:
            found.update(scope.where)
            found.update(column for field in fields for source in scope.sources(field) for column in inputs(source))
    return frozenset(found)
