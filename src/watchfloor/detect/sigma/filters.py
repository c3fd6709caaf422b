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

MAX_ADDED = 1 << 28
"""Most characters of compiled filters that one rule set adds to its rules, each filter counting once per rule."""

Entry = dict[str, Any]
"""A rule or filter as `parse.ParsedFile` has it."""


def apply_filters(
    rules: Sequence[tuple[Path, Entry]], filters: Sequence[tuple[Path, Entry]], problems: list[RuleProblem]
) -> list[tuple[Path, Entry]]:
    """The rules with every filter that is for them; given entries are not changed.

    Args:
        rules: with their files.
        filters: with their files; of those with the same id the first one counts.
        problems: gets what is wrong, for instance that a filter names a rule that does not exist.
    """
    found = list(rules)
    added, labels = 0, set[str]()
    names: dict[str, list[int]] = {}
    for position, (_, entry) in enumerate(found):
        for name in {entry["id"], entry["name"]} - {""}:
            names.setdefault(name, []).append(position)
    seen: dict[str, Path] = {}
    for path, entry in filters:
        report = _reporter(path, entry, problems)
        if entry["id"] in seen:
            report(f"same id as in {seen[entry['id']]}, which is used", runs=False)
            continue
        seen[entry["id"]] = path
        positions = _meant(entry, found, names, report)
        added += len(entry["compiled"]) * len(positions)
        if added > MAX_ADDED:
            report("the filters together are too large for so many rules", runs=False)
            return found
        label = entry["name"] if entry["name"] and entry["name"] not in labels else entry["id"]
        labels.add(label)
        for position in positions:
            where, rule = found[position]
            found[position] = where, filtered(rule, entry, label)
    return found


def filtered(rule: Entry, added: Entry, label: str) -> Entry:
    """A rule with one filter, which is called `label` in the names of its selections."""
    selections, condition = orjson.loads(rule["compiled"])
    extra, extra_condition = orjson.loads(added["compiled"])
    names: dict[str, str] = {}
    for name, node in extra.items():
        new = f"filter_{label}/{name}"
        while new in selections:
            new += "'"
        names[name] = new
        selections[new] = node
    both = ["and", condition, _renamed(extra_condition, names)]
    return {
        **rule,
        "fields": sorted({*rule["fields"], *added["fields"]}),
        "event_ids": sorted({*rule["event_ids"], *added["event_ids"]}),
        "compiled": orjson.dumps([selections, both]).decode(),
        "filters": [*rule.get("filters", ()), label],
    }


def _meant(
    entry: Entry, rules: Sequence[tuple[Path, Entry]], names: Mapping[str, Sequence[int]], report: Callable[..., None]
) -> list[int]:
    """Positions of the rules that a filter is for, ascending."""
    if entry["rules"] is None:
        return [position for position, (_, rule) in enumerate(rules) if _covers(entry, rule)]
    positions: set[int] = set()
    for name in entry["rules"]:
        named = names.get(name, ())
        covered = [position for position in named if _covers(entry, rules[position][1])]
        if not named:
            report(f"the filter names the rule {name[:100]!r}, which does not exist", runs=True)
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
