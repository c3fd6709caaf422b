"""Behaviours in `rules show` and `rules explain`."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from watchfloor.app.rule_details import Behaved
from watchfloor.cli.ruleset import table
from watchfloor.cli.terminal import plain
from watchfloor.detect.behaviors.engine import Learning
from watchfloor.detect.behaviors.words import moment, spelt
from watchfloor.detect.sigma import BehaviorRule

_ENTITIES, _FINDINGS = 50, 20
"""Entities with findings, and findings of each, that are printed."""


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


def print_behaved(console: Console, rule: BehaviorRule, behaved: Behaved) -> None:
    """What a behaviour found, entity by entity."""
    console.print(plain(f"{rule.title}: {rule.text}", "bold"))
    if behaved.learning is None:
        console.print(plain("  no record takes part: finds nothing", "red"))
        return
    console.print(plain(f"  {learning_text(behaved.learning)}"))
    for entity, findings in behaved.findings[:_ENTITIES]:
        name = ", ".join(f"{field} {value}" for field, value in entity.items()) or "the organisation"
        console.print(plain(f"{name}  ", "bold").append_text(plain(f"fires {len(findings):,}×", "green")))
        for finding in findings[:_FINDINGS]:
            console.print(plain(f"  {moment(finding.time)}  {finding.measured}: {finding.why}"), soft_wrap=True)
    if not behaved.findings:
        console.print(plain("  finds nothing", "red"))
    if len(behaved.findings) > _ENTITIES:
        console.print(plain(f"… and {len(behaved.findings) - _ENTITIES:,} more; --json has every one", "dim"))


def learning_text(learning: Learning) -> str:
    """How far a behaviour has got with learning, in one sentence."""
    seen = f"{learning.entities:,} entit{'y' if learning.entities == 1 else 'ies'} since {moment(learning.since)}"
    still = f"{learning.learning:,} of them still learnt from" if learning.learning else "none still learnt from"
    return f"{seen}, {still}" if learning.behavior.learning else seen


def behaved_as_json(rule: BehaviorRule, behaved: Behaved) -> dict[str, Any]:
    """The same as data."""
    learning = behaved.learning
    return {
        "id": rule.id,
        "title": rule.title,
        "behavior": rule.text,
        "fires": bool(behaved.findings),
        "entities": learning.entities if learning else 0,
        "learning": learning.learning if learning else 0,
        "findings": [
            {
                "entity": entity,
                "at": moment(finding.time),
                "events": finding.events,
                "measured": finding.measured,
                "why": finding.why,
            }
            for entity, findings in behaved.findings
            for finding in findings
        ],
    }


def _parameters(rule: BehaviorRule) -> dict[str, str]:
    """Each parameter as its file would write it."""
    return {name: rule.written(name) for name in type(rule.parameters).model_fields}
