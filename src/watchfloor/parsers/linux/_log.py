"""Messages of a program in a log file of its own, where another head takes the place of the syslog envelope."""

from __future__ import annotations

from collections.abc import Iterable

from watchfloor.parsers._patterns import REMAINDER
from watchfloor.parsers.plugin import Fields, Pattern

NETWORK: Fields = {"event.category": ["network"], "event.type": ["connection", "info"]}
OPENED: Fields = {"event.category": ["network"], "event.type": ["connection", "start"]}
CLOSED: Fields = {"event.category": ["network"], "event.type": ["connection", "end"]}
REFUSED: Fields = {"event.category": ["network"], "event.type": ["connection", "denied"], "event.outcome": "failure"}
BROKEN: Fields = {"event.category": ["network"], "event.type": ["connection", "error"], "event.outcome": "failure"}
LOGIN: Fields = {"event.category": ["authentication"], "event.type": ["start"], "event.action": "logged-in"}
LOGGED_IN: Fields = {**LOGIN, "event.category": ["authentication", "session"], "event.outcome": "success"}
LOGIN_FAILED: Fields = {**LOGIN, "event.outcome": "failure"}
LOGGED_OUT: Fields = {"event.category": ["session"], "event.type": ["end"], "event.action": "logged-out"}
STARTED: Fields = {"event.category": ["process"], "event.type": ["start"]}
ENDED: Fields = {"event.category": ["process"], "event.type": ["end"]}

ADDRESS_PORT = r"\[?(?P<source.address>[0-9A-Za-z._:%-]+?)\]?:(?P<source.port>\d{1,5})"
"""Address and port of the other side, IPv6 addresses in brackets or not."""


def logged(head: str, patterns: Iterable[Pattern], fields: Fields | None = None) -> tuple[Pattern, ...]:
    """The patterns behind another head, then one for what none of them knows.

    Args:
        head: regex, without anchor, of what stands before the message.
        patterns: of the message; none of them ends with a remainder.
        fields: what holds for a message that no pattern knows.
    """
    known = tuple(Pattern(f"^{head}(?P<message>{each.regex.removeprefix('^')})", each.fields) for each in patterns)
    return (*known, Pattern(f"^{head}{REMAINDER}", fields or {}))
