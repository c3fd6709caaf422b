"""Messages of sudo: which command was run as whom, and what was refused."""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_RUN: Fields = {"event.category": ["process"], "event.type": ["start"], "event.outcome": "success"}
_REFUSED: Fields = {"event.category": ["process"], "event.type": ["info"], "event.outcome": "failure"}
_WRONG: Fields = {"event.category": ["authentication"], "event.type": ["info"], "event.outcome": "failure"}
_DETAILS = (
    r"(?:HOST=\S+ ; )?(?:TTY=(?P<sudo.tty>\S+) ; )?(?:CHROOT=.*? ; )?(?:CWD=.*? ; )?"
    r"PWD=(?P<process.working_directory>.*?) ; (?:USER=(?P<user.effective.name>\S+) ; )?"
    r"(?:GROUP=(?P<user.group.name>\S+) ; )?(?:TSID=\S+ ; )?(?:ENV=.*? ;"
    r" )?COMMAND=(?P<process.command_line>(?s:.*?))\s*$"
)
_WHO = r"^\s*(?P<user.name>\S+) : "

PARSER = MessageParser(
    reference="https://www.sudo.ws/docs/man/sudoers.man/#EVENT_LOGGING",
    programs=frozenset({"sudo", "sudoedit"}),
    patterns=(
        Pattern(rf"{_WHO}{_DETAILS}", _RUN),
        Pattern(
            rf"{_WHO}(?P<event.reason>\d+ incorrect password attempts?|a password is required) ; {_DETAILS}", _WRONG
        ),
        Pattern(rf"{_WHO}(?P<event.reason>[^;=]*?) ; {_DETAILS}", _REFUSED),
        Pattern(
            r"^\s*(?P<user.name>\S+) : \(command continued\) (?P<process.command_line>(?s:.*))$",
            {"event.category": ["process"], "event.type": ["info"]},
        ),
        Pattern(
            rf"{_WHO}(?P<event.reason>(?:user NOT in sudoers|command not allowed|problem|unable|unknown).*?)\s*$",
            _REFUSED,
        ),
    ),
)
