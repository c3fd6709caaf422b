"""Messages of Horde and its mail client IMP in syslog: log-ins and log-outs."""

from __future__ import annotations

from watchfloor.parsers.mail._parts import LOGIN_DONE, LOGIN_FAILED, SESSION_END, with_client, with_login
from watchfloor.parsers.plugin import MessageParser, Pattern

_APP = r"^\[(?P<log.logger>\w+)\] "
_WHO = r"(?:for )?(?:user )?(?P<user.name>\S.*?) (?:\(|\[)(?P<source.address>[0-9A-Fa-f.:]+)(?:\)|\])"
_WHERE = (
    r"(?: \((?:forwarded|X-Forwarded)[^)]*\))?(?: (?:to|from) \{(?P<destination.domain>[^\s:}\[]+).*"
    r"| to \w+)?(?: \[.*)?$"
)

PARSER = MessageParser(
    reference="https://wiki.horde.org/Doc/Admin",
    programs=frozenset({"horde", "imp", "httpd-horde", "hordelog"}),
    patterns=(
        Pattern(rf"{_APP}(?:FAILED LOGIN|Login failed|FAILED) {_WHO}{_WHERE}", LOGIN_FAILED),
        Pattern(rf"{_APP}(?:Login success|Login) {_WHO}{_WHERE}", LOGIN_DONE),
        Pattern(rf"{_APP}(?:Logout|User .* logged out) {_WHO}{_WHERE}", SESSION_END),
        Pattern(rf"{_APP}(?P<event.reason>.*)$"),
    ),
    finish=lambda frame: with_login(with_client(frame)),
)
