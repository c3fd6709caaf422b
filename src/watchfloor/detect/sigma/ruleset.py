"""RuleSet: every rule below some paths, compiled, with what is wrong about the others."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watchfloor.core.ids import stable_id
from watchfloor.detect.sigma import cache
from watchfloor.detect.sigma.columns import inputs
from watchfloor.detect.sigma.context import Context
from watchfloor.detect.sigma.filters import apply_filters
from watchfloor.detect.sigma.rules import Rule, RuleProblem
from watchfloor.schema.sigma_fields import LogSource, scopes

MAX_BYTES = 1 << 20
"""Largest rule file that is read; the largest of SigmaHQ has 295 kB."""
SUFFIXES = {".yml", ".yaml"}


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """Compiled rules.

    Attributes:
        rules: those that can run, by file and position in it.
        problems: everything about the files that is wrong or not supported.
        fields: event columns that the rules read; parsers must give them a column of their own.
    """

    rules: tuple[Rule, ...]
    problems: tuple[RuleProblem, ...]
    fields: frozenset[str]

    @classmethod
    def load(
        cls,
        paths: Iterable[Path],
        *,
        cache_dir: Path | None = None,
        context: Context | None = None,
    ) -> RuleSet:
        """Read rule files and folders (`*.yml`, `*.yaml`, searched deeply).

        Args:
            paths: files and folders; of rules with the same id the first one counts.
            cache_dir: folder for compiled rules, private to the user; without one everything is parsed.
            context: placeholders and pipelines that rules are compiled with.
        """
        roots = [Path(path) for path in paths]
        context = context or Context()
        known, store = {}, None
        if cache_dir is not None:
            store = cache_dir / f"sigma-{stable_id(context.key, *(str(root.resolve()) for root in roots))}.json"
            known = cache.load(store)
        problems: list[RuleProblem] = []
        compiled, used = [], {}
        for path, data in _contents(roots, problems):
            key = cache.content_hash(data)
            if key not in used:
                used[key] = known.get(key) or _parsed(data, context)
            compiled.append((path, used[key]))
        if store is not None and used.keys() != known.keys():
            cache.save(store, used)
        rules = tuple(_unique(_filtered(compiled, problems), compiled, problems))
        problems.sort(key=lambda problem: (str(problem.path), problem.line or 0))
        return cls(rules, tuple(problems), _fields_of(rules))

    def where(self, keep: Callable[[Rule], bool]) -> RuleSet:
        """The same set with only the rules that satisfy `keep`."""
        rules = tuple(rule for rule in self.rules if keep(rule))
        return RuleSet(rules, self.problems, _fields_of(rules))

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


def _contents(roots: list[Path], problems: list[RuleProblem]) -> Iterator[tuple[Path, bytes]]:
    seen: set[Path] = set()
    for root in roots:
        if not root.exists():
            problems.append(RuleProblem(root, "does not exist"))
        for path in _files(root):
            if path in seen:
                continue
            seen.add(path)
            try:
                with path.open("rb") as file:
                    yield path, file.read(MAX_BYTES + 1)
            except OSError as error:
                problems.append(RuleProblem(path, f"cannot be read: {error.strerror}"))


def _files(root: Path) -> list[Path]:
    if root.is_dir():
        return sorted(path for path in root.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return [root] if root.exists() else []


def _filtered(
    compiled: list[tuple[Path, dict[str, Any]]], problems: list[RuleProblem]
) -> list[tuple[Path, dict[str, Any]]]:
    """Every rule with its file, the filters of all files applied."""
    for path, parsed in compiled:
        problems.extend(RuleProblem(path=path, **problem) for problem in parsed["problems"])
    rules = [(path, entry) for path, parsed in compiled for entry in parsed["rules"]]
    filters = [(path, entry) for path, parsed in compiled for entry in parsed["filters"]]
    return apply_filters(rules, filters, problems) if filters else rules


def _unique(
    entries: Iterable[tuple[Path, dict[str, Any]]],
    compiled: list[tuple[Path, dict[str, Any]]],
    problems: list[RuleProblem],
) -> Iterator[Rule]:
    needed = {name for _, parsed in compiled for name in parsed["needed"]}
    first: dict[str, Path] = {}
    for path, entry in entries:
        rule = _rule(path, entry)
        if rule.id in first:
            reason = f"same id as in {first[rule.id]}, which is used"
            problems.append(RuleProblem(path, reason, rule.line, rule.id))
        elif rule.id in needed or rule.name in needed:
            reason = "serves only a correlation rule, not supported yet"
            problems.append(RuleProblem(path, reason, rule.line, rule.id))
        else:
            first[rule.id] = path
            yield rule


def _rule(path: Path, entry: Mapping[str, Any]) -> Rule:
    return Rule(
        id=entry["id"],
        title=entry["title"],
        level=entry["level"],
        status=entry["status"],
        description=entry["description"],
        tags=tuple(entry["tags"]),
        logsource=LogSource(*entry["logsource"]),
        path=path,
        fields=frozenset(entry["fields"]),
        event_ids=frozenset(entry["event_ids"]),
        compiled=entry["compiled"],
        name=entry["name"],
        line=entry["line"],
        taxonomy=entry["taxonomy"],
        related=tuple((kind, other) for kind, other in entry["related"]),
        filters=tuple(entry.get("filters", ())),
    )


def _fields_of(rules: Iterable[Rule]) -> frozenset[str]:
    by_source: dict[tuple[LogSource, str], set[str]] = {}
    for rule in rules:
        by_source.setdefault((rule.logsource, rule.taxonomy), set()).update(rule.fields)
    return frozenset(column for source, fields in by_source.items() for column in _columns(*source, frozenset(fields)))


@functools.lru_cache(maxsize=1_024)
def _columns(logsource: LogSource, taxonomy: str, fields: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    for scope in scopes(logsource, taxonomy):
        if scope.served:
            found.update(scope.where)
            found.update(column for field in fields for source in scope.sources(field) for column in inputs(source))
    return frozenset(found)
