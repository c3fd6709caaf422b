"""Behaviours in `rules show` and `rules explain`."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from watchfloor.cli.ruleset import table
from watchfloor.cli.terminal import plain
from watchfloor.detect.behaviors.words import spelt
from watchfloor.detect.sigma import BehaviorRule


def print_behavior(console: Console, rule: BehaviorRule) -> None:
    """Kind and parameters of a behaviour, also those that its file leaves to their defaults."""
    console.print(plain(rule.kind, "bold"))
    rows = table("parameter", "value", "")
    for name, value in _parameters(rule).items():
        rows.add_row(plain(name), plain(value), plain("" if name in rule.given else "default", "dim"))
    console.print(rows)
    if rule.learning:
        console.print(plain(f"learns for {spelt(rule.learning)} from the first event of each entity on"))


def behavior_as_json(rule: BehaviorRule) -> dict[str, Any]:
    """The same as data."""
    return {
        "behavior": rule.text,
        "kind": rule.kind,
        "parameters": _parameters(rule),
        "learning_seconds": rule.learning // 1_000_000,
    }


def _parameters(rule: BehaviorRule) -> dict[str, str]:
    """Each parameter as its file would write it."""
    return {name: rule.written(name) for name in type(rule.parameters).model_fields}
