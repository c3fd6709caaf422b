"""An incident as a Markdown document; whatever a log says stays text in it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from watchfloor.incidents.story import belonging, entity_name, numbers, reasons, told_change

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#!|<>~&@$]|:(?!\s|(?<=\d\d:)\d\d(?!\d))|(?<=www)\.)", re.IGNORECASE)
"""Characters of markup, and those that make links of addresses and names; no colon of a time or before a space."""
_MANY = 50
"""Entities and connections; the JSON export has all."""


def markdown(incident: Mapping[str, Any]) -> str:
    """The document.

    Args:
        incident: as `story.told` gives it.
    """
    return "\n".join(_lines(incident)) + "\n"


def _lines(incident: Mapping[str, Any]) -> Iterator[str]:
    yield f"# {text(incident['title'])}"
    yield ""
    verdict = f" as {incident['verdict']}" if incident["verdict"] else ""
    owner = f", owner {text(incident['owner'])}" if incident["owner"] else ""
    yield f"Incident {incident['id']}, severity **{incident['severity']}**, {incident['status']}{verdict}{owner}."
    yield ""
    yield text(incident["summary"])
    if incident["first_steps"]:
        yield from ("", "## First steps")
    count = itertools.count(1)
    for each in incident["first_steps"]:
        yield from ("", f"**{text(each['rule'])}**", "")
        yield from (f"{next(count)}. {text(step)}" for step in each["steps"])
    yield from ("", "## Timeline", "")
    yield "| No. | Time (UTC) | Level | Alert | Events | Who | Evidence | Why it belongs here |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    numbered = numbers(incident)
    for step in incident["timeline"]:
        who = "; ".join(f"{entity['kind']} {entity['value']}" for entity in step["entities"])
        cells = (numbered[step["id"]], _moment(step["timestamp"]), step["rule"]["level"], step["rule"]["title"])
        yield _row(*cells, step["count"], who, "; ".join(reasons(step)), belonging(step, numbered))
    yield from _records(incident)
    yield from ("", "## Who and what", "", "| Kind | Value | Alerts | Side |", "| --- | --- | --- | --- |")
    for entity in incident["entities"][:_MANY]:
        if entity["kind"] != "event":
            yield _row(entity["kind"], entity_name(entity), entity["alerts"], ", ".join(entity["sides"]))
    if incident["connections"]:
        yield from ("", "## Who acted on whom", "", "| From | To | Alerts |", "| --- | --- | --- |")
        for each in incident["connections"][:_MANY]:
            ends = (f"{each[end]['kind']} {each[end]['value']}" for end in ("from", "to"))
            yield _row(*ends, each["alerts"])
    if incident["changes"]:
        yield from ("", "## What was done", "", "| Time (UTC) | Who | What | Note |", "| --- | --- | --- | --- |")
        for change in incident["changes"]:
            yield _row(_moment(change["at"]), change["by"], told_change(change), change["note"])


def _records(incident: Mapping[str, Any]) -> Iterator[str]:
    """The records that are at hand, below the number of their step."""
    if any(step["records"] for step in incident["timeline"]):
        yield from ("", "## Records", "", "| No. | Record |", "| --- | --- |")
    for number, step in enumerate(incident["timeline"], start=1):
        for record in step["records"]:
            yield _row(number, record)


def text(value: object) -> str:
    """Text that means itself: no markup, no line break, no control or invisible character."""
    shown = "".join(each if each.isprintable() else " " for each in str(value))
    return _SPECIAL.sub(r"\\\1", shown)


def _row(*cells: object) -> str:
    return f"| {' | '.join(text(cell) for cell in cells)} |"


def _moment(given: str) -> str:
    return given[:19].replace("T", " ")
