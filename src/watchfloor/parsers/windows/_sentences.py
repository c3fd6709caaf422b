"""EventData from texts that are sentences, without labels: PowerShell's scripts, the service control manager."""

from __future__ import annotations

import re
from collections.abc import Callable

_SCRIPT = re.compile(r"[^:(]{1,80}\((\d+) \S{1,16} (\d+)\):\s{0,2}")
_SCRIPT_ID = re.compile(r"\s*([0-9A-Fa-f-]{36})\s*(?:Path:\s*(.*))?", re.DOTALL)
_SHELLS = frozenset({"Microsoft-Windows-PowerShell", "PowerShellCore"})
_SERVICES = {
    "7000": re.compile(r"The (?P<param1>.{1,256}?) service failed to start due to the following error:"),
    "7009": re.compile(
        r"A timeout was reached \((?P<param1>\d+) milliseconds\) while waiting for the "
        r"(?P<param2>.{1,256}?) service to connect"
    ),
    "7031": re.compile(r"The (?P<param1>.{1,256}?) service terminated unexpectedly"),
    "7034": re.compile(r"The (?P<param1>.{1,256}?) service terminated unexpectedly"),
    "7036": re.compile(r"The (?P<param1>.{1,256}?) service entered the (?P<param2>.{1,64}?) state\.?\s*\Z"),
    "7040": re.compile(
        r"The start type of the (?P<param1>.{1,256}?) service was changed "
        r"from (?P<param2>[\w ]{1,32}) to (?P<param3>[\w ]{1,32})"
    ),
}
"""Sentences of the service control manager, by event id."""


def sentence_of(provider: str, event_id: str) -> Callable[[str], dict[str, str]] | None:
    """What reads the text of such an event; None for other events."""
    if event_id == "4104" and provider in _SHELLS:
        return _script
    pattern = _SERVICES.get(event_id) if provider == "Service Control Manager" else None
    return (lambda text: _named(pattern, text)) if pattern else None


def _named(pattern: re.Pattern[str], text: str) -> dict[str, str]:
    match = pattern.match(text.strip())
    return match.groupdict() if match else {}


def _script(text: str) -> dict[str, str]:
    """PowerShell's 4104: number, total, script, id and path; a script may hold the words that stand behind it."""
    head = _SCRIPT.match(text)
    if not head:
        return {}
    script, label, tail = text[head.end() :].rpartition("ScriptBlock ID:")
    end = _SCRIPT_ID.match(tail) if label else None
    if not end:
        script, end = text[head.end() :], None
    values = {"MessageNumber": head[1], "MessageTotal": head[2], "ScriptBlockText": script.rstrip()}
    if end:
        values |= {"ScriptBlockId": end[1], "Path": (end[2] or "").strip()}
    return {name: value for name, value in values.items() if value}
