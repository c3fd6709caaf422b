"""An incident as a Markdown document; whatever a log says stays text in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from watchfloor.incidents.story import entity_name, evidence

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#!|<>~&:@$]|(?<=www)\.)", re.IGNORECASE)
"""Characters of markup, and those that make links of addresses and names."""
_MANY = 50
"""Rows of a table; the JSON export has all."""


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
    if incident["response"]:
        yield from ("", "## First steps", "")
        yield from (f"{number}. {text(step)}" for number, step in enumerate(incident["response"], start=1))
    yield from ("", "## Timeline", "", "| Time (UTC) | Level | Alert | Events | Evidence | Why it belongs here |")
    yield "| --- | --- | --- | --- | --- | --- |"
    for step in incident["timeline"]:
        cells = (_moment(step["timestamp"]), step["rule"]["level"], step["rule"]["title"], step["count"])
        yield _row(*cells, "; ".join(evidence(each) for each in step["why"]), step["join"]["text"])
    yield from ("", "## Who and what", "", "| Kind | Value | Alerts | Side |", "| --- | --- | --- | --- |")
    for entity in incident["entities"][:_MANY]:
        if entity["kind"] != "event":
            yield _row(entity["kind"], entity_name(entity), entity["alerts"], ", ".join(entity["sides"]))
    if incident["changes"]:
        yield from ("", "## What was done", "", "| Time (UTC) | Who | What | Note |", "| --- | --- | --- | --- |")
        for change in incident["changes"]:
            what = f"{change['kind']} {change['value']}".strip()
            yield _row(_moment(change["at"]), change["by"], what, change["note"])


def text(value: object) -> str:
    """Text that means itself: no markup, no line break, no control or invisible character."""
    shown = "".join(each if each.isprintable() else " " for each in str(value))
    return _SPECIAL.sub(r"\\\1", shown)


def _row(*cells: object) -> str:
    return f"| {' | '.join(text(cell) for cell in cells)} |"


def _moment(given: str) -> str:
    return given[:19].replace("T", " ")
