"""RuleSet: every rule below some paths, compiled, with what is wrong about the others."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watchfloor.core.ids import stable_id
from watchfloor.detect.sigma import cache
from watchfloor.detect.sigma.columns import inputs
from watchfloor.detect.sigma.rules import Rule, RuleProblem
from watchfloor.schema.sigma_fields import LogSource, scopes

MAX_BYTES = 1 << 20
"""Largest rule file that is read; the largest of SigmaHQ has 295 kB."""
SUFFIXES = (".yml", ".yaml")


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
        placeholders: Mapping[str, Sequence[str]] | None = None,
    ) -> RuleSet:
        """Read rule files and folders (`*.yml`, `*.yaml`, searched deeply).

        Args:
            paths: files and folders; of rules with the same id the first one counts.
            cache_dir: folder for compiled rules, private to the user; without one everything is parsed.
            placeholders: name -> values for the `expand` modifier.
        """
        roots = [Path(path) for path in paths]
        values = {name: list(found) for name, found in (placeholders or {}).items()}
        context = stable_id("placeholders", *(f"{name}={found}" for name, found in sorted(values.items())))
        known, store = {}, None
        if cache_dir is not None:
            store = cache_dir / f"sigma-{stable_id(context, *(str(root.resolve()) for root in roots))}.json"
            known = cache.load(store)
        problems: list[RuleProblem] = []
        compiled, used = [], {}
        for path, data in _contents(roots, problems):
            key = cache.content_hash(data)
            if key not in used:
                used[key] = known.get(key) or _parsed(data, values)
            compiled.append((path, used[key]))
        if store is not None and used.keys() != known.keys():
            cache.save(store, used)
        rules = tuple(_unique(compiled, problems))
        return cls(rules, tuple(problems), _fields_of(rules))

    def where(self, keep: Callable[[Rule], bool]) -> RuleSet:
        """The same set with only the rules that satisfy `keep`."""
        rules = tuple(rule for rule in self.rules if keep(rule))
        return RuleSet(rules, self.problems, _fields_of(rules))

    def unserved(self) -> dict[LogSource, tuple[Rule, ...]]:
        """Rules for which no data source exists yet, by log source."""
        found: dict[LogSource, list[Rule]] = {}
        for rule in self.rules:
            if not any(scope.served for scope in scopes(rule.logsource)):
                found.setdefault(rule.logsource, []).append(rule)
        return {logsource: tuple(rules) for logsource, rules in sorted(found.items())}


def _parsed(data: bytes, placeholders: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    from watchfloor.detect.sigma.parse import parse_file  # noqa: PLC0415 - pySigma is slow to import; cached rules need none

    if len(data) > MAX_BYTES:
        return {"rules": [], "problems": [{"reason": f"larger than {MAX_BYTES >> 20} MiB"}], "needed": []}
    return parse_file(data, placeholders).as_json()


def _contents(roots: list[Path], problems: list[RuleProblem]) -> Iterator[tuple[Path, bytes]]:
    seen: set[Path] = set()
    for root in roots:
        if not root.exists():
            problems.append(RuleProblem(root, "does not exist"))
        for path in _files(root, problems):
            if path in seen:
                continue
            seen.add(path)
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
            yield from _below(entry.path, problems)
        elif entry.name.lower().endswith(SUFFIXES) and entry.is_file():
            yield entry.path


def _unique(compiled: list[tuple[Path, dict[str, Any]]], problems: list[RuleProblem]) -> Iterator[Rule]:
    needed = {name for _, parsed in compiled for name in parsed["needed"]}
    first: dict[str, Path] = {}
    for path, parsed in compiled:
        problems.extend(RuleProblem(path=path, **problem) for problem in parsed["problems"])
        for entry in parsed["rules"]:
            rule = _rule(path, entry)
            if rule.id in first:
                problems.append(RuleProblem(path, f"same id as in {first[rule.id]}, which is used", rule=rule.id))
            elif rule.id in needed or entry["name"] in needed:
                problems.append(RuleProblem(path, "serves only a correlation rule, not supported yet", rule=rule.id))
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
    )


def _fields_of(rules: Iterable[Rule]) -> frozenset[str]:
    by_logsource: dict[LogSource, set[str]] = {}
    for rule in rules:
        by_logsource.setdefault(rule.logsource, set()).update(rule.fields)
    return frozenset(
        column for logsource, fields in by_logsource.items() for column in _columns(logsource, frozenset(fields))
    )


@functools.lru_cache(maxsize=1_024)
def _columns(logsource: LogSource, fields: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    for scope in scopes(logsource):
        if scope.served:
            found.update(scope.where)
            found.update(column for field in fields for source in scope.sources(field) for column in inputs(source))
    return frozenset(found)
