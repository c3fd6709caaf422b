"""Sigma filters: conditions added to rules of any file once all files are compiled.

A rule to which a filter applies fires where its own condition and the filter's hold, as pySigma has it (so a filter
usually says `condition: not selection`). The filter's selections are called `filter_NAME/SELECTION` in the rule, NAME
being the filter's name or id, so that `why` can be read.
https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-filters-specification.md
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from watchfloor.detect.sigma.rules import Node, RuleProblem

MAX_ADDED = 1 << 25
"""Most characters of compiled filters that one rule set adds to its rules, each filter counting once per rule."""

Entry = dict[str, Any]
"""A rule or filter as `parse.ParsedFile` has it."""


class _Filter:
    """A filter that is in use; `label` is what it is called in the names of its selections."""

    def __init__(self, label: str, entry: Entry) -> None:
        self.label = label
        self.entry = entry
        self._selections, self._condition = orjson.loads(entry["compiled"])
        self._usual = self._renamed("")

    def named(self, taken: Mapping[str, Any]) -> tuple[dict[str, Any], Node]:
        """Its selections and condition, under names that are not taken."""
        found, suffix = self._usual, ""
        while not taken.keys().isdisjoint(found[0]):
            suffix += "'"
            found = self._renamed(suffix)
        return found

    def _renamed(self, suffix: str) -> tuple[dict[str, Any], Node]:
        names = {name: f"filter_{self.label}/{name}{suffix}" for name in self._selections}
        return {names[name]: node for name, node in self._selections.items()}, _renamed(self._condition, names)


def apply_filters(
    rules: Sequence[tuple[Path, Entry]], filters: Sequence[tuple[Path, Entry]], problems: list[RuleProblem]
) -> list[tuple[Path, Entry]]:
    """The rules with every filter that is for them; given entries are not changed.

    Args:
        rules: with their files.
        filters: with their files; of those with the same id the first one counts.
        problems: gets what is wrong, for instance that a filter names a rule that does not exist.
    """
    names: dict[str, list[int]] = {}
    sources: dict[object, list[int]] = {}
    for position, (_, entry) in enumerate(rules):
        sources.setdefault((*entry["written"], entry["taxonomy"]), []).append(position)
        for name in {entry["id"], entry["name"]} - {""}:
            names.setdefault(name, []).append(position)
    added, labels = 0, set[str]()
    seen: dict[str, Path] = {}
    chosen: dict[int, list[_Filter]] = {}
    for path, entry in filters:
        report = _reporter(path, entry, problems)
        if entry["id"] in seen:
            report(f"same id as in {seen[entry['id']]}, which is used", runs=False)
            continue
        seen[entry["id"]] = path
        positions = _meant(entry, rules, names, sources, report)
        size = len(entry["compiled"]) * len(positions)
        if added + size > MAX_ADDED:
            report("the filters together are too large for so many rules; this one is left out", runs=False)
            continue
        added += size
        label = entry["name"] if entry["name"] and entry["name"] not in labels else entry["id"]
        labels.add(label)
        found = _Filter(label, entry)
        for position in positions:
            chosen.setdefault(position, []).append(found)
    return [(path, _filtered(rule, chosen.get(position, ()))) for position, (path, rule) in enumerate(rules)]


def _filtered(rule: Entry, filters: Sequence[_Filter]) -> Entry:
    """A rule with its filters, joined in one go: their conditions must not nest."""
    if not filters:
        return rule
    selections, condition = orjson.loads(rule["compiled"])
    conditions: list[Any] = ["and", condition]
    for found in filters:
        extra, extra_condition = found.named(selections)
        selections |= extra
        conditions.append(extra_condition)
    entries = [rule, *(found.entry for found in filters)]
    return {
        **rule,
        "fields": sorted({field for entry in entries for field in entry["fields"]}),
        "event_ids": sorted({event_id for entry in entries for event_id in entry["event_ids"]}),
        "compiled": orjson.dumps([selections, conditions]).decode(),
        "filters": [found.label for found in filters],
        "blind": sorted({name for entry in entries for name in entry["blind"]}),
    }


def _meant(
    entry: Entry,
    rules: Sequence[tuple[Path, Entry]],
    names: Mapping[str, Sequence[int]],
    sources: Mapping[object, Sequence[int]],
    report: Callable[..., None],
) -> list[int]:
    """Positions of the rules that a filter is for, ascending.

    Args:
        entry: the filter.
        rules: all rules.
        names: positions of the rules by id and name.
        sources: positions of the rules by log source as written and taxonomy.
        report: gets names that mean no rule.
    """
    if entry["rules"] is None:
        found = [alike for alike in sources.values() if _covers(entry, rules[alike[0]][1])]
        return sorted(position for alike in found for position in alike)
    positions: set[int] = set()
    for name in dict.fromkeys(entry["rules"]):
        named = names.get(name, ())
        covered = [position for position in named if _covers(entry, rules[position][1])]
        if not named:
            report(
                f"the filter names {name[:100]!r}, which is no rule that runs here (filters are not for correlations)",
                runs=True,
            )
        elif not covered:
            report(
                f"the filter names the rule {name[:100]!r}, whose log source or taxonomy is not the filter's", runs=True
            )
        positions.update(covered)
    return sorted(positions)


def _covers(entry: Entry, rule: Entry) -> bool:
    """Whether the filter's log source, as written, is the rule's or a wider one, and its fields are named alike."""
    alike = all(wanted in ("", given) for wanted, given in zip(entry["written"], rule["written"], strict=True))
    return alike and entry["taxonomy"] == rule["taxonomy"]


def _reporter(path: Path, entry: Entry, problems: list[RuleProblem]) -> Callable[..., None]:
    def report(reason: str, *, runs: bool) -> None:
        problems.append(RuleProblem(path, reason, entry["line"], entry["id"], runs=runs))

    return report


def _renamed(node: Sequence[Any], names: Mapping[str, str]) -> Node:
    if node[0] == "ref":
        return ("ref", names[node[1]])
    return (node[0], *(_renamed(part, names) for part in node[1:]))
