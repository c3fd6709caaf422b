"""Incidents on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from watchfloor.cli.styles import STYLES
from watchfloor.cli.terminal import plain, print_columns, safe, shorten
from watchfloor.incidents.story import entity_name, evidence

_ID = 12
"""Characters of an id on the screen; any unique beginning is accepted back."""
_ENTITIES = 12
_WHY = 3
_WIDE = 80
"""Columns of a terminal below which a list leaves the status and the number of alerts to the title."""


def listed(console: Console, found: Sequence[Mapping[str, Any]], *, more: int = 0) -> None:
    """A line for each incident."""
    if not found:
        console.print(plain("No incidents.", "dim"))
        return
    rows = [
        [
            plain(each["id"][:_ID], "bold"),
            Text(each["severity"], style=STYLES[each["severity"]]),
            plain(each["status"]),
            plain(each["first"][:16].replace("T", " ")),
            plain(f"{each['alerts']:,}"),
            plain(shorten(safe(each["title"]), max(console.width - (60 if console.width >= _WIDE else 43), 16))),
        ]
        for each in found
    ]
    names = ("Incident", "Severity", "Status", "Since (UTC)", "Alerts", "Title")
    kept = range(len(names)) if console.width >= _WIDE else (0, 1, 3, 5)
    print_columns(console, [names[at] for at in kept], [[row[at] for at in kept] for row in rows])
    if more:
        console.print(plain(f"… and {more:,} more: --limit N", "dim"))


def shown(console: Console, incident: Mapping[str, Any]) -> None:
    """Everything about one incident."""
    head = Text.assemble((f" {incident['severity']} ", STYLES[incident["severity"]]), " ")
    head.append(safe(incident["title"]), "bold")
    console.print(head)
    verdict = f" as {incident['verdict']}" if incident["verdict"] else ""
    owner = f" · owner {incident['owner']}" if incident["owner"] else ""
    console.print(plain(f"{incident['id']} · {incident['status']}{verdict}{owner}", "dim"))
    console.print()
    console.print(plain(incident["summary"]))
    _heading(console, "What happened")
    for step in incident["timeline"]:
        _step(console, step)
    _heading(console, "Who and what")
    named = [entity for entity in incident["entities"] if entity["kind"] != "event"]
    rows = [
        [
            plain(entity["kind"]),
            plain(entity_name(entity)),
            plain(f"{entity['alerts']:,}"),
            plain(", ".join(entity["sides"])),
        ]
        for entity in named[:_ENTITIES]
    ]
    print_columns(console, ("Kind", "Value", "Alerts", "Side"), rows)
    if len(named) > _ENTITIES:
        console.print(plain(f"… and {len(named) - _ENTITIES:,} more: --json", "dim"))
    if incident["response"]:
        _heading(console, "What to do first")
        for number, step in enumerate(incident["response"], start=1):
            console.print(Padding(plain(f"{number}. {step}"), (0, 0, 0, 2)))
    if incident["changes"]:
        _heading(console, "What was done")
        for change in incident["changes"]:
            what = f"{change['kind']} {change['value']}".strip()
            text = f"{change['at'][:16].replace('T', ' ')}  {change['by']}: {what}  {change['note']}"
            console.print(Padding(plain(text), (0, 0, 0, 2)))


def _step(console: Console, step: Mapping[str, Any]) -> None:
    line = Text.assemble((f"  {step['timestamp'][:19].replace('T', ' ')}  ", "dim"))
    line.append(f"{step['rule']['level']:13}", STYLES.get(step["rule"]["level"], ""))
    line.append(safe(step["rule"]["title"]), "bold")
    if step["count"] > 1:
        line.append(f"  ×{step['count']:,}", "dim")
    console.print(line)
    console.print(Padding(plain(f"alert {step['id'][:_ID]}: {step['join']['text']}", "dim"), (0, 0, 0, 23)))
    for why in step["why"][:_WHY]:
        console.print(Padding(plain(shorten(safe(evidence(why)), max(console.width - 24, 40)), "dim"), (0, 0, 0, 23)))


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold underline"))
