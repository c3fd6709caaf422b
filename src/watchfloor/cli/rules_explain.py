"""`watchfloor rules explain`: each test of a rule on given records, true or false."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from watchfloor.app.repeated import with_repeated
from watchfloor.app.rule_details import Examination, behave_files, correlate_files, examinations, find_rule
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
from watchfloor.cli.rules_behaving import behaved_as_json, print_behaved
from watchfloor.cli.rules_correlated import correlated_as_json, print_correlated
from watchfloor.cli.rules_show import OPERATORS, RuleArgument, scope_lines, with_file
from watchfloor.cli.ruleset import load
from watchfloor.cli.terminal import plain, safe, shorten
from watchfloor.detect.sigma import BehaviorRule, Correlation, Rule, RuleSet
from watchfloor.detect.sigma.trace import Step, Trace, leaves
from watchfloor.schema.events import EventBatch
from watchfloor.sources.problems import Problem

_LONGEST = 200
_FEW = 5


def explain_command(
    rule: RuleArgument,
    events: Annotated[
        list[str],
        typer.Argument(metavar="EVENT…", help="Files with raw records of any kind, also samples; - is standard input."),
    ],
    rules: RulesOption = None,
    no_builtin_rules: NoBuiltinOption = False,
    pipeline: PipelineOption = None,
    placeholders: PlaceholdersOption = None,
    policy: PolicyOption = None,
    as_json: JsonOption = False,
) -> int:
    """Why a rule fires on records, or why it does not: every test with its value.

    Of a correlation: its window in each group, at every moment of a match. Of a behaviour: what it finds in the records
    and how far it gets with learning from them, with nothing known before.
    """
    context = chosen_context(pipeline, placeholders, policy)
    loaded = load(with_file(rule, rules), context, builtin=not no_builtin_rules)
    with with_repeated(events) as paths:
        return _explained(loaded, find_rule(loaded, rule), paths, as_json=as_json)


def _explained(loaded: RuleSet, found: Rule | Correlation | BehaviorRule, events: list[str], *, as_json: bool) -> int:
    console = Console(highlight=False)
    problems: list[Problem] = []
    stdin = sys.stdin.buffer if "-" in events else None
    if isinstance(found, Correlation):
        correlated = correlate_files(loaded, found, events, problems, stdin)
        if as_json:
            sys.stdout.buffer.write(json_line(correlated_as_json(found, correlated)))
        else:
            print_correlated(console, found, correlated)
        return _reported(problems)
    if isinstance(found, BehaviorRule):
        behaved = behave_files(loaded, found, events, problems, stdin)
        if as_json:
            sys.stdout.buffer.write(json_line(behaved_as_json(found, behaved)))
        else:
            print_behaved(console, found, behaved)
        return _reported(problems)
    for examination in examinations(loaded, found, events, problems, stdin):
        for traced in examination.traces:
            if as_json:
                sys.stdout.buffer.write(json_line(_as_json(examination, traced)))
            else:
                for line in _lines(examination.events, traced):
                    console.print(line, soft_wrap=True)
    return _reported(problems)


def _reported(problems: list[Problem]) -> int:
    for problem in problems:
        sys.stderr.write(f"watchfloor: {safe(problem)}\n")
    return 1 if problems else 0


def _lines(events: EventBatch, traced: Trace) -> Iterator[Text]:
    place = _place(events, traced.row)
    verdict = ("fires", "green") if traced.fires else ("does not fire", "red")
    head = plain(f"{place['path']} record {place['line']} ({place['dataset'] or 'unparsed'}) ", "bold")
    yield head.append_text(plain(*verdict))
    if traced.outside:
        yield plain(f"  not for this rule: {traced.outside}")
    if traced.scope is not None:
        yield plain(f"  read as: {'; '.join(f'{name} {value}' for name, value in scope_lines(traced.scope))}", "dim")
    if traced.condition is not None:
        yield from _step_lines(traced.condition, 1)


def _step_lines(step: Step, depth: int) -> Iterator[Text]:
    mark = plain(f"{'  ' * depth}{'✓' if step.true else '✗'} ", "green" if step.true else "red")
    if step.kind == "test":
        yield mark.append_text(plain(_test(step)))
        return
    yield mark.append_text(plain(f"{step.name}:" if step.kind == "selection" else OPERATORS[step.kind]))
    parts = _told(step)
    for part in parts:
        yield from _step_lines(part, depth + 1)
    if len(parts) < len(step.parts):
        yield plain(f"{'  ' * (depth + 1)}  … and {len(step.parts) - len(parts):,} more that are false", "dim")


def _told(step: Step) -> tuple[Step, ...]:
    """The parts worth telling: of many false alternatives only some."""
    if step.kind != "or" or len(step.parts) <= _FEW:
        return step.parts
    true = tuple(part for part in step.parts if part.true)
    return true or step.parts[:_FEW]


def _test(step: Step) -> str:
    values = ", ".join(f'"{shorten(value, _LONGEST)}"' for value in step.values[:_FEW])
    if step.column and not values:
        values = "not found" if not step.field else "missing"
    place = f"{step.column} is {values}" if step.column else "these events have no such field"
    return f"{step.field or 'anywhere'}: {step.pattern} — {place}"


def _place(events: EventBatch, row: int) -> dict[str, Any]:
    names = {"path": "log.file.path", "line": "log.line", "dataset": "event.dataset", "id": "event.id"}
    table = events.table
    return {key: table[name][row].as_py() if name in table.column_names else None for key, name in names.items()}


def _as_json(examination: Examination, traced: Trace) -> dict[str, Any]:
    steps = list(leaves(traced.condition)) if traced.condition is not None else []
    return {
        "event": _place(examination.events, traced.row),
        "fires": traced.fires,
        "outside": traced.outside,
        "scope": dict(scope_lines(traced.scope)) if traced.scope is not None else None,
        "condition": _step_as_json(traced.condition) if traced.condition is not None else None,
        "true": sum(step.true for step in steps),
        "tests": len(steps),
    }


def _step_as_json(step: Step) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": step.kind, "true": step.true}
    if step.kind == "test":
        return found | {"field": step.field, "column": step.column, "pattern": step.pattern, "values": step.values}
    if step.name:
        found["name"] = step.name
    return found | {"parts": [_step_as_json(part) for part in step.parts]}
