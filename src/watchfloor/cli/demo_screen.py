"""On a terminal: what was planted in the demo's week, and what was found of it."""

from __future__ import annotations

from rich.console import Console

from watchfloor.cli.terminal import plain
from watchfloor.testing.company.score import MEDIUM_A_DAY, AttackFound, Score


def show_score(console: Console, score: Score) -> None:
    """Each attack with its steps, then what was raised without one."""
    console.print()
    console.print(plain("What was planted, and what was found of it", "bold"))
    for attack in score.attacks:
        _show_attack(console, attack)
    for name in score.mixed:
        console.print(plain(f"incident {name[:12]} mixes two attacks", "red"))
    for name in score.stray:
        console.print(plain(f"incident {name[:12]} has nothing to do with any attack", "red"))
    for rule, count in score.loud.items():
        console.print(plain(f"{count} of level high or above without an attack: {rule}", "red"))
    for day, rules in sorted(score.medium.items()):
        count = sum(rules.values())
        listed = ", ".join(f"{rule} ({number})" for rule, number in rules.items())
        style = "red" if count > MEDIUM_A_DAY else "dim"
        console.print(plain(f"{day}: {count} of level medium without an attack: {listed}", style))
    console.print(plain("as it should be" if score.right else "not as it should be", "bold"))


def _show_attack(console: Console, attack: AttackFound) -> None:
    told = ", ".join(name[:12] for name in attack.incidents) or "none"
    verdict = "right" if attack.right else "wrong"
    wanted = "one incident" if attack.expected == "incident" else "nothing above low"
    line = f"{attack.id}: {verdict}; {wanted} expected; incidents: {told}; highest level: {attack.highest or 'none'}"
    console.print(plain(line, "" if attack.right else "red"))
    if attack.expected != "incident":
        return
    if not attack.ordered:
        console.print(plain("  its steps are not in order", "red"))
    for step in attack.steps:
        mark = "+" if step.alerts else "-" if step.expected else " "
        found = ", ".join(step.alerts) or ", ".join(f"{rule} (elsewhere)" for rule in step.elsewhere)
        console.print(plain(f"  {mark} {step.what}: {found or 'no alert'}", "red" if mark == "-" else ""))
