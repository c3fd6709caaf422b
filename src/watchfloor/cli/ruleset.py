"""Loading rules for a command, and saying what is wrong with them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from watchfloor.app.rules import load_rules, rule_roots
from watchfloor.cli.progress import counting_bar
from watchfloor.cli.terminal import safe
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import BehaviorRule, Context, Rule, RuleSet


def load(folders: Sequence[Path] | None, context: Context, *, builtin: bool) -> RuleSet:
    """The rules of some folders and, if wanted, the bundled ones."""
    roots = rule_roots(folders or [], builtin=builtin)
    with counting_bar(Console(stderr=True), "loading rules") as progress:
        return load_rules(roots, Settings.from_environment().cache_dir, context, progress)


def report_problems(rules: RuleSet) -> int:
    """Name every problem on standard error; the exit code: 1 when a rule could not be loaded."""
    for problem in rules.problems:
        sys.stderr.write(f"watchfloor: {safe(problem)}\n")
    return 1 if any(not problem.runs for problem in rules.problems) else 0


def why_blind(rule: Rule | BehaviorRule) -> str:
    """Why a rule does not run, in one clause; empty when it does."""
    names = " and no ".join(name.replace("_", " ") for name in rule.blind)
    return f"blind, because policy.yml names no {names}" if names else ""


def table(*names: str) -> Table:
    """A table without frame whose cells fold."""
    found = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for name in names:
        found.add_column(name, overflow="fold")
    return found
