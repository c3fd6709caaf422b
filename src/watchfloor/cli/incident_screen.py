"""Incidents on a terminal."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from watchfloor.cli.styles import STYLES
from watchfloor.cli.terminal import plain, print_columns, safe, shorten
from watchfloor.incidents.story import belonging, entity_name, numbers, reasons, told_change

_ID = 12
"""Characters of an id on the screen; any unique beginning is accepted back."""
_STATE = 20
"""Characters of the status and who works on it."""
_ENTITIES = 12
_WHY = 3
_INDENT = 23
_LINES = 2
"""Of a record."""
_FORMS = "{<"
"""What records begin with whose first lines tell nothing to a person: JSON and XML."""
_WIDE = 80
"""Columns of a terminal below which a list leaves the status and the number of alerts to the title."""


def listed(console: Console, found: Sequence[Mapping[str, Any]], *, more: int = 0) -> None:
    """A line for each incident."""
    if not found:
        console.print(plain("No incidents.", "dim"))
        return
    states = [shorten(safe(", ".join(filter(None, (each["status"], each.get("owner"))))), _STATE) for each in found]
    fixed = 54 + max(6, *map(len, states)) if console.width >= _WIDE else 43
    rows = [
        [
            plain(each["id"][:_ID], "bold"),
            Text(each["severity"], style=STYLES[each["severity"]]),
            plain(state),
            plain(each["first"][:16].replace("T", " ")),
            plain(f"{each['alerts']:,}"),
            plain(shorten(safe(each["title"]), max(console.width - fixed, 16))),
        ]
        for each, state in zip(found, states, strict=True)
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
    numbered = numbers(incident)
    for step in incident["timeline"]:
        _step(console, step, numbered)
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
    if incident["connections"]:
        _heading(console, "Who acted on whom")
        pairs = incident["connections"]
        ends = [[f"{each[end]['kind']} {each[end]['value']}" for end in ("from", "to")] for each in pairs[:_ENTITIES]]
        rows = [[*map(plain, both), plain(f"{each['alerts']:,}")] for both, each in zip(ends, pairs, strict=False)]
        print_columns(console, ("From", "To", "Alerts"), rows)
        if len(pairs) > _ENTITIES:
            console.print(plain(f"… and {len(pairs) - _ENTITIES:,} more: --json", "dim"))
    if incident["first_steps"]:
        _heading(console, "What to do first")
    numbered_steps = itertools.count(1)
    for each in incident["first_steps"]:
        console.print(Padding(plain(each["rule"], "dim"), (0, 0, 0, 2)))
        for step in each["steps"]:
            console.print(Padding(plain(f"{next(numbered_steps)}. {step}"), (0, 0, 0, 4)))
    if incident["changes"]:
        _heading(console, "What was done")
        for change in incident["changes"]:
            text = f"{change['at'][:16].replace('T', ' ')}  {change['by']}: {told_change(change)}  {change['note']}"
            console.print(Padding(plain(text), (0, 0, 0, 2)))


def _step(console: Console, step: Mapping[str, Any], numbered: Mapping[str, int]) -> None:
    line = Text.assemble((f"  {numbered[step['id']]}. {step['timestamp'][:19].replace('T', ' ')}  ".rjust(26), "dim"))
    line.append(f"{step['rule']['level']:13}", STYLES.get(step["rule"]["level"], ""))
    line.append(safe(step["rule"]["title"]), "bold")
    if step["count"] > 1:
        line.append(f"  ×{step['count']:,}", "dim")
    console.print(line)
    room = max(console.width - _INDENT - 1, 40)
    who = "  ".join(f"{entity['kind']} {entity['value']}" for entity in step["entities"])
    for text in (who, f"alert {step['id'][:_ID]}: {belonging(step, numbered)}"):
        if text:
            console.print(Padding(plain(text, "" if text is who else "dim"), (0, 0, 0, _INDENT)))
    for text in reasons(step)[:_WHY]:
        console.print(Padding(plain(shorten(safe(text), room), "dim"), (0, 0, 0, _INDENT)))
    for text in (record for record in step["records"] if record[:1] not in _FORMS):
        console.print(Padding(plain(shorten(f"> {safe(text)}", _LINES * room), "dim"), (0, 0, 0, _INDENT)))


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold underline"))
