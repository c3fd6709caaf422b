"""Correlations find the rules that they refer to, in whatever file these are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from watchfloor.core.ids import stable_id
from watchfloor.detect.sigma.correlate.rules import SECOND, Correlation, condition_from
from watchfloor.detect.sigma.rules import Rule, RuleProblem

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Linked:
    """Correlations that can run, those that others refer to first, and what is wrong about the others."""

    correlations: tuple[Correlation, ...]
    problems: tuple[RuleProblem, ...]


def link(entries: Sequence[tuple[Path, Entry]], rules: Iterable[Rule], names: Mapping[str, str]) -> Linked:
    """Resolve the references of parsed correlations.

    Args:
        entries: file and data of each (see `correlate.parse.correlation_of`), with distinct ids.
        rules: the rules that can run.
        names: name of a rule or correlation -> its id.
    """
    linker = _Linker({entry["id"]: (path, entry) for path, entry in entries}, {rule.id: rule for rule in rules}, names)
    for path, entry in entries:
        linker.link(path, entry)
    return Linked(tuple(linker.done.values()), tuple(linker.problems))


class _Linker:
    def __init__(
        self, entries: Mapping[str, tuple[Path, Entry]], rules: Mapping[str, Rule], names: Mapping[str, str]
    ) -> None:
        self._entries = entries
        self._rules = rules
        self._names = names
        self._open: set[str] = set()
        self._refused: set[str] = set()
        self.done: dict[str, Correlation] = {}
        self.problems: list[RuleProblem] = []

    def link(self, path: Path, entry: Entry) -> bool:
        """Whether the correlation can run; those that it refers to are linked before it."""
        identity = entry["id"]
        if identity in self.done or identity in self._refused:
            return identity in self.done
        self._open.add(identity)
        reason = next(self._faults(entry), None)
        self._open.discard(identity)
        if reason is not None:
            self._refused.add(identity)
            self.problems.append(RuleProblem(path, reason, entry["line"], identity))
            return False
        self.done[identity] = self._made(path, entry)
        return True

    def _faults(self, entry: Entry) -> Iterator[str]:
        found: dict[str, str] = {}
        for reference in entry["members"]:
            member = self._names.get(reference, reference)
            if member in found:
                yield f"refers to one rule twice, as {found[member]!r} and as {reference!r}"
            found[member] = reference
            if member in self._rules:
                continue
            if member in self._open:
                yield f"refers to itself through {reference!r}"
            elif member not in self._entries:
                yield f"refers to {reference!r}, which does not exist or cannot run"
            elif not self.link(*self._entries[member]):
                yield f"refers to {reference!r}, which cannot run"

    def _made(self, path: Path, entry: Entry) -> Correlation:
        positions = {reference: number for number, reference in enumerate(entry["members"])}
        members = tuple(self._names.get(reference, reference) for reference in entry["members"])
        below = [_meaning(self._rules[each]) if each in self._rules else self.done[each].key for each in members]
        definition = {name: entry[name] for name in ("kind", "members", "group_by", "aliases", "seconds", "condition")}
        return Correlation(
            id=entry["id"],
            title=entry["title"],
            level=entry["level"],
            status=entry["status"],
            description=entry["description"],
            tags=tuple(entry["tags"]),
            path=path,
            kind=entry["kind"],
            members=members,
            group_by=tuple(entry["group_by"]),
            aliases={
                alias: {positions[reference]: name for reference, name in mapping.items()}
                for alias, mapping in entry["aliases"].items()
            },
            span=entry["seconds"] * SECOND,
            condition=condition_from(entry["condition"], positions),
            generate=entry["generate"],
            key=stable_id("correlation", entry["id"], orjson.dumps(definition).decode(), *below),
            text=entry["text"],
            name=entry["name"],
            line=entry["line"],
        )


def _meaning(rule: Rule) -> str:
    return f"{rule.logsource} {rule.taxonomy} {rule.compiled}"
