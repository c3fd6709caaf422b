"""`watchfloor rules`: what can be detected, and whether it is tested."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from watchfloor.alerts.levels import rank
from watchfloor.app.rule_details import places
from watchfloor.app.rule_samples import samples_of
from watchfloor.app.rule_tests import RuleTest, run_rule_tests
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
from watchfloor.cli.rules_exceptions import end_exception_command, exception_command, exceptions_command
from watchfloor.cli.rules_explain import explain_command
from watchfloor.cli.rules_lint import lint_command
from watchfloor.cli.rules_show import show_command
from watchfloor.cli.ruleset import load, report_problems, table, why_blind
from watchfloor.cli.styles import STYLES
from watchfloor.cli.terminal import plain, print_columns
from watchfloor.detect.sigma import BehaviorRule, Correlation, Rule, RuleSet

app = typer.Typer(help="What can be detected, and whether it is tested.", no_args_is_help=True)


@app.callback()
def rules() -> None:
    """What can be detected, and whether it is tested."""


@app.command("list")
def list_command(
    rules: RulesOption = None,
    no_builtin_rules: NoBuiltinOption = False,
    pipeline: PipelineOption = None,
    placeholders: PlaceholdersOption = None,
    policy: PolicyOption = None,
    as_json: JsonOption = False,
) -> int:
    """Every rule, and every file that could not be taken as one."""
    loaded = load(rules, chosen_context(pipeline, placeholders, policy), builtin=not no_builtin_rules)
    unserved = _unserved(loaded)
    ordered = sorted(loaded.every, key=lambda rule: (-rank(rule.level), rule.title))
    if as_json:
        sys.stdout.buffer.writelines(json_line(_as_json(rule, loaded, unserved)) for rule in ordered)
    else:
        _print_rules(ordered, loaded, unserved)
    return report_problems(loaded)


@app.command("test")
def test_command(
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="[DIR]…", help="Rules to test; the bundled ones by default.")
    ] = None,
    pipeline: PipelineOption = None,
    placeholders: PlaceholdersOption = None,
    policy: PolicyOption = None,
    as_json: JsonOption = False,
) -> int:
    """Run each rule over its own samples, and all rules over each look-alike, through the parsers installed now."""
    loaded = load(folders, chosen_context(pipeline, placeholders, policy), builtin=not folders)
    results = list(run_rule_tests(loaded))
    if as_json:
        sys.stdout.buffer.writelines(json_line(_test_as_json(result)) for result in results)
    else:
        _print_tests(results)
    code = report_problems(loaded)
    return 1 if any(result.faults for result in results) else code


app.command("lint")(lint_command)
app.command("show")(show_command)
app.command("explain")(explain_command)
app.command("exception")(exception_command)
app.command("exceptions")(exceptions_command)
app.command("end-exception")(end_exception_command)


def _unserved(rules: RuleSet) -> set[str]:
    """Ids of the rules that can see no event yet; of correlations those that refer to such a rule."""
    unserved = {rule.id for found in rules.unserved().values() for rule in found}
    for behavior in rules.behaviors:
        if not any(place.scope.served for place in places(behavior.selection)):
            unserved.add(behavior.id)
    for correlation in rules.correlations:
        if not unserved.isdisjoint(correlation.members):
            unserved.add(correlation.id)
    return unserved


def _source(rule: Rule | Correlation | BehaviorRule) -> str:
    if isinstance(rule, Rule):
        return "/".join(part for part in rule.logsource if part)
    return rule.kind


def _print_rules(rules: list[Rule | Correlation | BehaviorRule], loaded: RuleSet, unserved: set[str]) -> None:
    rows = []
    for rule in rules:
        source = _source(rule) or "any"
        note = " (no data source yet)" if rule.id in unserved else ""
        note += " (only for correlations)" if rule.id in loaded.silent else ""
        blind = "" if isinstance(rule, Correlation) else why_blind(rule)
        note += f" ({blind})" if blind else ""
        level = plain(rule.level or "none", STYLES.get(rule.level, ""))
        rows.append((level, plain(rule.title), plain(source + note), plain(rule.path.name, "dim")))
    console = Console(highlight=False)
    print_columns(console, ("level", "rule", "log source", "file"), rows)
    console.print(plain(f"{len(rules):,} rules, {len(unserved):,} of them without a data source yet", "dim"))


def _print_tests(results: list[RuleTest]) -> None:
    rows = table("", "rule", "fires", "holds")
    for result in results:
        mark = ("✗", "red") if result.faults else ("✓", "green") if result.tested else ("–", "yellow")
        rows.add_row(plain(*mark), plain(result.rule.title), str(result.fired), str(result.held))
    console = Console(highlight=False)
    console.print(rows)
    for result in results:
        for fault in result.faults:
            console.print(plain(f"  ✗ {result.rule.title}: {fault}", "red"))
    passed = sum(result.tested and not result.faults for result in results)
    failed = sum(bool(result.faults) for result in results)
    untested = len(results) - passed - failed
    console.print(plain(f"{passed} passed, {failed} failed, {untested} without samples of both kinds"))


def _as_json(rule: Rule | Correlation | BehaviorRule, loaded: RuleSet, unserved: set[str]) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "level": rule.level,
        "status": rule.status,
        "tags": rule.tags,
        "logsource": _source(rule) if isinstance(rule, Rule) else "",
        "correlation": rule.text if isinstance(rule, Correlation) else "",
        "behavior": rule.text if isinstance(rule, BehaviorRule) else "",
        "alerts": rule.id not in loaded.silent,
        "path": str(rule.path),
        "served": rule.id not in unserved,
        "samples": samples_of(rule).is_dir(),
        "blind": [] if isinstance(rule, Correlation) else rule.blind,
    }


def _test_as_json(result: RuleTest) -> dict[str, object]:
    return {
        "id": result.rule.id,
        "title": result.rule.title,
        "fires": result.fired,
        "holds": result.held,
        "faults": result.faults,
    }
