"""Messages of polkit: who was let do what for which process, agents that ask, and commands run with pkexec."""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_DONE: Fields = {"event.category": ["authentication"], "event.type": ["info"], "event.outcome": "success"}
_FAILED: Fields = {**_DONE, "event.outcome": "failure"}
_RUN: Fields = {"event.category": ["process"], "event.type": ["start"], "event.outcome": "success"}
_REFUSED: Fields = {"event.category": ["process"], "event.type": ["info"], "event.outcome": "failure"}
_AGENT: Fields = {"event.category": ["session"], "event.type": ["info"]}
_OPERATOR = r"^Operator of \S+ "
_FOR = (
    r"authorization for action (?P<polkit.action>\S+) for (?:unix-process:(?P<process.pid>\d+):\d+|\S+)"
    r"(?: \[(?P<process.command_line>(?s:.*))\])? \(owned by unix-user:(?P<user.name>[^()\s]+)\)\s*$"
)
_COMMAND = (
    r"\[USER=(?P<user.effective.name>[^\]]*)\] \[TTY=[^\]]*\]"
    r" \[CWD=(?P<process.working_directory>[^\]]*)\] \[COMMAND=(?P<process.command_line>(?s:.*))\]\s*$"
)

PARSER = MessageParser(
    reference="https://polkit.pages.freedesktop.org/polkit/polkit.8.html",
    programs=frozenset({"polkitd", "polkit", "pkexec"}),
    patterns=(
        Pattern(
            rf"{_OPERATOR}successfully authenticated as unix-user:(?P<user.effective.name>\S+) to gain "
            rf"(?:ONE-SHOT|TEMPORARY) {_FOR}",
            _DONE,
        ),
        Pattern(rf"{_OPERATOR}(?P<event.reason>FAILED to authenticate) to gain {_FOR}", _FAILED),
        Pattern(
            r"^Registered Authentication Agent for \S+ .*$",
            {**_AGENT, "event.action": "agent-registered"},
        ),
        Pattern(
            r"^Unregistered Authentication Agent for \S+ .*$",
            {**_AGENT, "event.action": "agent-unregistered"},
        ),
        Pattern(rf"^(?P<user.name>[^\s:]+): Executing command {_COMMAND}", _RUN),
        Pattern(rf"^(?P<user.name>[^\s:]+): (?P<event.reason>[A-Z][^\[]*?) {_COMMAND}", _REFUSED),
    ),
)
