"""Messages of su: who became whom, or tried to."""

from __future__ import annotations

from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_LOGIN: Fields = {"event.category": ["authentication"], "event.type": ["info"]}
_DONE: Fields = {**_LOGIN, "event.outcome": "success"}
_FAILED: Fields = {**_LOGIN, "event.outcome": "failure"}
_TTY = r"(?:on (?P<su.tty>\S+)|from (?P<source.address>\S+))"

PARSER = MessageParser(
    reference="https://man7.org/linux/man-pages/man1/su.1.html",
    programs=frozenset({"su", "su-l", "runuser"}),
    patterns=(
        Pattern(r"^Successful su for (?P<user.effective.name>\S+) by (?P<user.name>\S+)\s*$", _DONE),
        Pattern(r"^FAILED su for (?P<user.effective.name>\S+) by (?P<user.name>\S+)\s*$", _FAILED),
        Pattern(rf"^FAILED SU \(to (?P<user.effective.name>[^)]*)\) (?P<user.name>\S+) {_TTY}\s*$", _FAILED),
        Pattern(rf"^\(to (?P<user.effective.name>[^)]*)\) (?P<user.name>\S+) {_TTY}\s*$", _DONE),
        Pattern(r"^\+ (?P<su.tty>\S+) (?P<user.name>[^\s:]+):(?P<user.effective.name>\S+)\s*$", _DONE),
        Pattern(r"^- (?P<su.tty>\S+) (?P<user.name>[^\s:]+):(?P<user.effective.name>\S+)\s*$", _FAILED),
        Pattern(r"^BAD SU (?P<user.name>\S+) to (?P<user.effective.name>\S+) on (?P<su.tty>\S+)\s*$", _FAILED),
        Pattern(r"^(?P<user.name>\S+) to (?P<user.effective.name>\S+) on (?P<su.tty>\S+)\s*$", _DONE),
        Pattern(r"^'su (?P<user.effective.name>\S+)' failed for (?P<user.name>\S+) on (?P<su.tty>\S+)\s*$", _FAILED),
        Pattern(r"^'su (?P<user.effective.name>\S+)' succeeded for (?P<user.name>\S+) on (?P<su.tty>\S+)\s*$", _DONE),
    ),
)
