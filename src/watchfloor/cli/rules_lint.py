"""`watchfloor rules lint`: what is doubtful about rules."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from watchfloor.cli.options import JsonOption, PipelineOption, PlaceholdersOption, PolicyOption, chosen_context
from watchfloor.cli.output import json_line
from watchfloor.cli.progress import counting_bar
from watchfloor.cli.ruleset import load, table
from watchfloor.cli.terminal import plain
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma.lint import SEVERITIES, Finding, lint

_STYLES = {"error": "red", "warning": "yellow", "info": "dim"}
FAILED_ON = 3


def lint_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]…", help="Rule files and folders; the bundled rules by default."),
    ] = None,
    pipeline: PipelineOption = None,
    placeholders: PlaceholdersOption = None,
    policy: PolicyOption = None,
    severity: Annotated[
        str, typer.Option("--severity", metavar="S", help="Lowest severity that is listed: info, warning or error.")
    ] = "warning",
    fail_on: Annotated[
        str, typer.Option("--fail-on", metavar="S", help="Exit with 3 when a finding is of this severity or above.")
    ] = "",
    as_json: JsonOption = False,
) -> int:
    """Check rules for what makes them wrong, blind, slow or hard to keep."""
    lowest, failing = _rank(severity), _rank(fail_on) if fail_on else len(SEVERITIES)
    context = chosen_context(pipeline, placeholders, policy)
    rules = load(paths, context, builtin=not paths)
    with counting_bar(Console(stderr=True), "checking rules") as progress:
        found = lint(rules, context=context, cache_dir=Settings.from_environment().cache_dir, progress=progress)
    listed = [finding for finding in found if _rank(finding.severity) >= lowest]
    if as_json:
        sys.stdout.buffer.writelines(json_line(_as_json(finding)) for finding in listed)
    else:
        _print(listed, found, len(rules.every))
    if any(_rank(finding.severity) >= failing for finding in found):
        return FAILED_ON
    return 1 if any(not problem.runs for problem in rules.problems) else 0


def _rank(severity: str) -> int:
    if severity not in SEVERITIES:
        raise UsageError(f"no such severity: {severity!r}", way_out=f"One of: {', '.join(SEVERITIES)}")
    return SEVERITIES.index(severity)


def _print(listed: list[Finding], found: list[Finding], rules: int) -> None:
    console = Console(highlight=False)
    if listed:
        rows = table("severity", "check", "file", "found")
        for finding in listed:
            place = f"{finding.path.name}:{finding.line}" if finding.line else finding.path.name
            style = _STYLES[finding.severity]
            rows.add_row(
                plain(finding.severity, style), plain(finding.check), plain(place, "dim"), plain(finding.detail)
            )
        console.print(rows)
        recommended = table("check", "what to do")
        for check in dict.fromkeys(finding.check for finding in listed):
            advice = next(finding.recommendation for finding in listed if finding.check == check)
            recommended.add_row(plain(check), plain(advice))
        console.print(recommended)
    counts = Counter(finding.severity for finding in found)
    told = ", ".join(f"{counts[name]:,} {name}" for name in reversed(SEVERITIES))
    console.print(plain(f"{rules:,} rules: {told}", "dim"))


def _as_json(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check,
        "severity": finding.severity,
        "path": str(finding.path),
        "line": finding.line,
        "rule": finding.rule,
        "detail": finding.detail,
        "recommendation": finding.recommendation,
    }
