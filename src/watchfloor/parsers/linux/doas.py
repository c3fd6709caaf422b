"""Messages of doas: which command was run as whom, and what was refused."""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_RUN: Fields = {"event.category": ["process"], "event.type": ["start"], "event.outcome": "success"}
_REFUSED: Fields = {"event.category": ["process"], "event.type": ["info"], "event.outcome": "failure"}
_WRONG: Fields = {"event.category": ["authentication"], "event.type": ["info"], "event.outcome": "failure"}

PARSER = MessageParser(
    reference="https://man.openbsd.org/doas.1",
    programs=frozenset({"doas"}),
    patterns=(
        Pattern(
            r"^(?P<user.name>\S+) ran command (?P<process.command_line>(?s:.*)) as (?P<user.effective.name>\S+)"
            r" from (?P<process.working_directory>.*?)\s*$",
            _RUN,
        ),
        Pattern(
            r"^(?P<user.name>\S+) ran command as (?P<user.effective.name>[^\s:]+): (?P<process.command_line>(?s:.*))$",
            _RUN,
        ),
        Pattern(
            r"^(?P<event.reason>command not permitted) for (?P<user.name>[^\s:]+): (?P<process.command_line>(?s:.*))$",
            _REFUSED,
        ),
        Pattern(r"^(?P<event.reason>failed auth|password required) for (?P<user.name>\S+)\s*$", _WRONG),
    ),
)
