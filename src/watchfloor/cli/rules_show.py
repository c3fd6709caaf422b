"""`watchfloor rules show`: one rule as it was compiled, and where it looks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from watchfloor.app.rule_details import Place, find_rule, places, written
from watchfloor.cli.options import (
    JsonOption,
    NoBuiltinOption,
    PipelineOption,
    PlaceholdersOption,
    PolicyOption,
    RulesOption,
    chosen_context,
)
from watchfloor.cli.output import json_line
from watchfloor.cli.rules_behaving import behavior_as_json, print_behavior
from watchfloor.cli.rules_correlated import correlation_lines
from watchfloor.cli.ruleset import load, table, why_blind
from watchfloor.cli.terminal import plain
from watchfloor.detect.sigma import BehaviorRule, Correlation, Rule, RuleSet
from watchfloor.detect.sigma.atoms import shown
from watchfloor.detect.sigma.correlate.rules import SECOND
from watchfloor.detect.sigma.rules import Detection, Node
from watchfloor.schema.sigma_fields import Scope

RuleArgument = Annotated[str, typer.Argument(metavar="RULE", help="Its id, name, title or file.")]
_WRITTEN = ("author", "date", "modified", "license", "references", "falsepositives")


def show_command(
    rule: RuleArgument,
    rules: RulesOption = None,
    no_builtin_rules: NoBuiltinOption = False,
    pipeline: PipelineOption = None,
    placeholders: PlaceholdersOption = None,
    policy: PolicyOption = None,
    as_json: JsonOption = False,
) -> int:
    """What a rule says, what became of it, and which columns it reads."""
    context = chosen_context(pipeline, placeholders, policy)
    loaded = load(with_file(rule, rules), context, builtin=not no_builtin_rules)
    found = find_rule(loaded, rule)
    if as_json:
        sys.stdout.buffer.write(json_line(_as_json(found, loaded)))
    else:
        _print(Console(highlight=False), found, loaded)
    return 0


def with_file(rule: str, folders: list[Path] | None) -> list[Path]:
    """The given folders and, when the rule is named by its file, that file."""
    path = Path(rule)
    return [*(folders or []), *([path] if path.is_file() else [])]


def scope_lines(scope: Scope) -> Iterator[tuple[str, str]]:
    """What a place is, as name and value."""
    for name, values in (
        ("channel", scope.channels),
        ("event id", scope.event_ids),
        ("dataset", scope.datasets),
        ("program", scope.programs),
    ):
        if values:
            yield name, ", ".join(sorted(values))
    for column, wanted in scope.where.items():
        yield column, ", ".join(wanted)


def _print(console: Console, rule: Rule | Correlation | BehaviorRule, rules: RuleSet) -> None:
    rows = table("", "")
    rows.show_header = False
    for name, value in _metadata(rule, rules).items():
        if value:
            shown_value = "\n".join(map(str, value)) if isinstance(value, list) else str(value)
            rows.add_row(plain(name, "bold"), Text("\n").join(map(plain, shown_value.splitlines())))
    console.print(rows)
    if isinstance(rule, Correlation):
        console.print(plain(rule.text, "bold"))
        for line in correlation_lines(rule, rules):
            console.print(plain(line), soft_wrap=True)
        return
    if isinstance(rule, BehaviorRule):
        print_behavior(console, rule)
        rule = rule.selection
    console.print(plain("condition", "bold"))
    for line in tree_lines(rule.detection.condition, rule.detection):
        console.print(plain(line), soft_wrap=True)
    for place in places(rule):
        console.print()
        _print_place(console, place)


def _print_place(console: Console, place: Place) -> None:
    where = "; ".join(f"{name} {value}" for name, value in scope_lines(place.scope)) or "any Windows event"
    console.print(plain(f"events: {where}" if place.scope.served else "events: no data source yet", "bold"))
    rows = table("field", "is read from")
    for field, sources in place.fields.items():
        rows.add_row(plain(field), plain(", else ".join(sources) or "nothing: always missing here"))
    console.print(rows)


def tree_lines(node: Node, detection: Detection, depth: int = 0) -> Iterator[str]:
    """A condition as indented text."""
    indent = "  " * (depth + 1)
    if node[0] == "ref":
        yield f"{indent}{node[1]}:"
        yield from tree_lines(detection.selections[node[1]], detection, depth + 1)
    elif node[0] == "atom":
        yield f"{indent}{node[1] or 'anywhere'}: {shown(node[2:])}"
    else:
        yield f"{indent}{OPERATORS[node[0]]}"
        for part in node[1:]:
            yield from tree_lines(part, detection, depth + 1)


OPERATORS = {"and": "all of", "or": "any of", "not": "not"}


def _metadata(rule: Rule | Correlation | BehaviorRule, rules: RuleSet) -> dict[str, Any]:
    content = written(rule)
    found = {
        "title": rule.title,
        "id": rule.id,
        "name": rule.name,
        "file": f"{rule.path}:{rule.line}",
        "level": rule.level,
        "status": rule.status,
        "description": rule.description,
        **{key: content.get(key) for key in _WRITTEN},
        "tags": list(rule.tags),
    }
    if rule.id in rules.silent:
        found["alerts"] = "none of its own: it serves correlations"
    if isinstance(rule, Correlation):
        return found
    found["runs"] = why_blind(rule)
    if isinstance(rule, BehaviorRule):
        return found | {"log source": str(rule.selection.logsource), "filters": list(rule.filters)}
    known = {other.id: other.title for other in rules.rules}
    related = [f"{kind} {other}{f' ({known[other]})' if other in known else ''}" for kind, other in rule.related]
    return found | {
        "log source": str(rule.logsource),
        "taxonomy": rule.taxonomy,
        "related": related,
        "filters": list(rule.filters),
        "EventID": sorted(rule.event_ids),
    }


def _as_json(rule: Rule | Correlation | BehaviorRule, rules: RuleSet) -> dict[str, Any]:
    found = {name.replace(" ", "_"): value for name, value in _metadata(rule, rules).items()}
    found |= {"file": str(rule.path), "line": rule.line, "alerts": rule.id not in rules.silent}
    if isinstance(rule, Correlation):
        return found | {
            "correlation": rule.text,
            "type": rule.kind,
            "rules": rule.members,
            "group_by": rule.group_by,
            "aliases": {
                name: {rule.members[at]: to for at, to in fields.items()} for name, fields in rule.aliases.items()
            },
            "timespan_seconds": rule.span // SECOND,
            "generate": rule.generate,
        }
    if isinstance(rule, BehaviorRule):
        found |= behavior_as_json(rule)
        rule = rule.selection
    found["selections"] = rule.detection.selections
    found["related"] = [{"type": kind, "id": other} for kind, other in rule.related]
    found["condition"] = rule.detection.condition
    found["scopes"] = [
        {
            "served": place.scope.served,
            "channels": sorted(place.scope.channels),
            "event_ids": sorted(place.scope.event_ids),
            "datasets": sorted(place.scope.datasets),
            "programs": sorted(place.scope.programs),
            "where": place.scope.where,
            "fields": place.fields,
        }
        for place in places(rule)
    ]
    return found
