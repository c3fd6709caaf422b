"""`watchfloor rules`: what can be detected, and whether it is tested."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from watchfloor.alerts.levels import rank
from watchfloor.app.rule_tests import RuleTest, run_rule_tests, samples_of
from watchfloor.app.rules import load_rules, rule_context, rule_roots
from watchfloor.cli.options import JsonOption, NoBuiltinOption, PipelineOption, PlaceholdersOption, RulesOption
from watchfloor.cli.output import json_line
from watchfloor.cli.progress import rules_bar
from watchfloor.cli.screen import STYLES
from watchfloor.cli.terminal import plain, print_columns, safe
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import Context, Rule, RuleSet

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
    as_json: JsonOption = False,
) -> int:
    """Every rule, and every file that could not be taken as one."""
    loaded = _load(rules, rule_context(pipeline or [], placeholders), builtin=not no_builtin_rules)
    unserved = {rule.id for found in loaded.unserved().values() for rule in found}
    ordered = sorted(loaded.rules, key=lambda rule: (-rank(rule.level), rule.title))
    if as_json:
        sys.stdout.buffer.writelines(json_line(_as_json(rule, unserved)) for rule in ordered)
    else:
        _print_rules(ordered, unserved)
    for problem in loaded.problems:
        sys.stderr.write(f"watchfloor: {safe(problem)}\n")
    return 1 if any(not problem.runs for problem in loaded.problems) else 0


@app.command("test")
def test_command(
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="[DIR]…", help="Rules to test; the bundled ones by default.")
    ] = None,
    pipeline: PipelineOption = None,
    placeholders: PlaceholdersOption = None,
    as_json: JsonOption = False,
) -> int:
    """Run each rule over its own samples, through the parsers installed now."""
    loaded = _load(folders, rule_context(pipeline or [], placeholders), builtin=not folders)
    results = list(run_rule_tests(loaded))
    if as_json:
        sys.stdout.buffer.writelines(json_line(_test_as_json(result)) for result in results)
    else:
        _print_tests(results)
    for problem in loaded.problems:
        sys.stderr.write(f"watchfloor: {safe(problem)}\n")
    return 1 if any(result.faults for result in results) or _broken(loaded) else 0


def _load(folders: list[Path] | None, context: Context, *, builtin: bool) -> RuleSet:
    roots = rule_roots(folders or [], builtin=builtin)
    with rules_bar(Console(stderr=True)) as progress:
        return load_rules(roots, Settings.from_environment().cache_dir, context, progress)


def _broken(loaded: RuleSet) -> bool:
    return any(not problem.runs for problem in loaded.problems)


def _print_rules(rules: list[Rule], unserved: set[str]) -> None:
    rows = []
    for rule in rules:
        source = "/".join(part for part in rule.logsource if part) or "any"
        note = " (no data source yet)" if rule.id in unserved else ""
        level = plain(rule.level or "none", STYLES.get(rule.level, ""))
        rows.append((level, plain(rule.title), plain(source + note), plain(rule.path.name, "dim")))
    console = Console(highlight=False)
    print_columns(console, ("level", "rule", "log source", "file"), rows)
    console.print(plain(f"{len(rules):,} rules, {len(unserved):,} of them without a data source yet", "dim"))


def _print_tests(results: list[RuleTest]) -> None:
    table = _table("", "rule", "fires", "holds")
    for result in results:
        mark = ("✗", "red") if result.faults else ("✓", "green") if result.tested else ("–", "yellow")
        table.add_row(plain(*mark), plain(result.rule.title), str(result.fired), str(result.held))
    console = Console(highlight=False)
    console.print(table)
    for result in results:
        for fault in result.faults:
            console.print(plain(f"  ✗ {result.rule.title}: {fault}", "red"))
    passed = sum(result.tested and not result.faults for result in results)
    failed = sum(bool(result.faults) for result in results)
    untested = len(results) - passed - failed
    console.print(plain(f"{passed} passed, {failed} failed, {untested} without samples of both kinds"))


def _table(*names: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def _as_json(rule: Rule, unserved: set[str]) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "level": rule.level,
        "status": rule.status,
        "tags": rule.tags,
        "logsource": "/".join(part for part in rule.logsource if part),
        "path": str(rule.path),
        "served": rule.id not in unserved,
        "samples": samples_of(rule).is_dir(),
    }


def _test_as_json(result: RuleTest) -> dict[str, object]:
    return {
        "id": result.rule.id,
        "title": result.rule.title,
        "fires": result.fired,
        "holds": result.held,
        "faults": result.faults,
    }
