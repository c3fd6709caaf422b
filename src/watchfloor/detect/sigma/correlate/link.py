"""Correlations find the rules that they refer to, in whatever file these are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from watchfloor.core.ids import stable_id
from watchfloor.detect.sigma.behave.rules import BehaviorRule
from watchfloor.detect.sigma.correlate.rules import SECOND, Correlation, condition_from
from watchfloor.detect.sigma.rules import Rule, RuleProblem, head_of

Entry = Mapping[str, Any]

MAX_LEVELS = 50
"""Most levels of correlations over correlations; whatever follows them down to events may recurse."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Correlations that can run, those that others refer to first, and what is wrong about the others."""

    correlations: tuple[Correlation, ...]
    problems: tuple[RuleProblem, ...]


def link(
    entries: Sequence[tuple[Path, Entry]],
    rules: Iterable[Rule],
    names: Mapping[str, str],
    behaviors: Iterable[BehaviorRule] = (),
) -> Linked:
    """Resolve the references of parsed correlations.

    Args:
        entries: file and data of each (see `correlate.parse.correlation_of`), with distinct ids.
        rules: the rules that can run.
        names: name of a rule, correlation or behaviour -> its id.
        behaviors: the behaviours that can run.
    """
    members: dict[str, Rule | BehaviorRule] = {rule.id: rule for rule in rules}
    members.update((behavior.id, behavior) for behavior in behaviors)
    linker = _Linker({entry["id"]: (path, entry) for path, entry in entries}, members, names)
    for path, entry in linker.inside_out():
        linker.link(path, entry)
    return Linked(tuple(linker.done.values()), tuple(linker.problems))


class _Linker:
    def __init__(
        self,
        entries: Mapping[str, tuple[Path, Entry]],
        rules: Mapping[str, Rule | BehaviorRule],
        names: Mapping[str, str],
    ) -> None:
        self._entries = entries
        self._rules = rules
        self._names = names
        self._refused: set[str] = set()
        self._levels: dict[str, int] = {}
        self.done: dict[str, Correlation] = {}
        self.problems: list[RuleProblem] = []

    def inside_out(self) -> Iterator[tuple[Path, Entry]]:
        """Each entry after those that it refers to, unless these refer to it; no chain is too long for it."""
        seen: set[str] = set()
        for first in self._entries:
            stack = [(first, iter(self._below(first)))] if first not in seen else []
            seen.add(first)
            while stack:
                identity, below = stack[-1]
                following = next((each for each in below if each not in seen), None)
                if following is None:
                    stack.pop()
                    yield self._entries[identity]
                else:
                    seen.add(following)
                    stack.append((following, iter(self._below(following))))

    def link(self, path: Path, entry: Entry) -> None:
        """Make the correlation or say why it cannot run; those that it refers to come before it."""
        identity = entry["id"]
        reason = next(self._faults(entry), None)
        if reason is not None:
            self._refused.add(identity)
            self.problems.append(RuleProblem(path, reason, entry["line"], entry["title"]))
            return
        self._levels[identity] = 1 + self._level(entry)
        self.done[identity] = made = self._made(path, entry)
        for name, child in self._unknown(made):
            why = "it is not grouped by" if isinstance(child, Correlation) else "neither its entity nor its value has"
            reason = f"no match of {child.title!r} takes part: its firings have no {name!r}, which {why}"
            self.problems.append(RuleProblem(path, reason, entry["line"], entry["title"], runs=True))

    def _unknown(self, correlation: Correlation) -> Iterator[tuple[str, Correlation | BehaviorRule]]:
        """Fields that a correlation asks for and that the firings of a member, itself no rule, do not have."""
        for position, member in enumerate(correlation.members):
            child = self.done.get(member) or self._rules[member]
            if isinstance(child, Rule):
                continue
            known = child.group_by if isinstance(child, Correlation) else child.named
            wanted = (*correlation.group_fields(position), *correlation.value_fields(position))
            yield from ((name, child) for name in dict.fromkeys(wanted) if name not in known)

    def _below(self, identity: str) -> list[str]:
        """The correlations that one refers to."""
        members = (self._names.get(reference, reference) for reference in self._entries[identity][1]["members"])
        return [member for member in members if member in self._entries]

    def _level(self, entry: Entry) -> int:
        return max((self._levels.get(member, 0) for member in self._below(entry["id"])), default=0)

    def _faults(self, entry: Entry) -> Iterator[str]:
        found: dict[str, str] = {}
        for reference in entry["members"]:
            member = self._names.get(reference, reference)
            if member in found:
                yield f"refers to one rule twice, as {found[member]!r} and as {reference!r}"
            found[member] = reference
            if member in self._rules or member in self.done:
                continue
            if member not in self._entries:
                yield f"refers to {reference!r}, which does not exist or cannot run"
            elif member in self._refused:
                yield f"refers to {reference!r}, which cannot run"
            else:
                yield f"refers to itself through {reference!r}"
        if self._level(entry) == MAX_LEVELS:
            yield f"more than {MAX_LEVELS} levels of correlations over correlations"

    def _made(self, path: Path, entry: Entry) -> Correlation:
        positions = {reference: number for number, reference in enumerate(entry["members"])}
        members = tuple(self._names.get(reference, reference) for reference in entry["members"])
        below = [self._meaning(each) for each in members]
        definition = {name: entry[name] for name in ("kind", "members", "group_by", "aliases", "seconds", "condition")}
        return Correlation(
            **head_of(path, entry),
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
        )

    def _meaning(self, identity: str) -> str:
        rule = self._rules.get(identity) or self.done[identity]
        return rule.meaning if isinstance(rule, Rule) else rule.key
