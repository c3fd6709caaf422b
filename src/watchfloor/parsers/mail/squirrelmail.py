"""Log of SquirrelMail's plugin squirrel_logger: log-ins, log-outs, failed log-ins."""

from __future__ import annotations

from watchfloor.parsers.mail._parts import LOGIN_DONE, LOGIN_FAILED, SESSION_END, with_client, with_login
from watchfloor.parsers.plugin import LineParser, Pattern

_HEAD = r"^(?P<_time>\d\d/\d\d/\d{4} \d\d:\d\d:\d\d) "
_WHO = r"(?P<user.name>.*) \((?P<squirrelmail.domain>[^()]*)\) from (?P<source.address>[0-9A-Fa-f.:]*[0-9A-Fa-f])"

PARSER = LineParser(
    reference="https://squirrelmail.org/plugin_view.php?id=52",
    patterns=(
        Pattern(rf"{_HEAD}\[LOGIN\] {_WHO}:?.*$", LOGIN_DONE),
        Pattern(rf"{_HEAD}\[LOGIN_ERROR\] {_WHO}: (?P<event.reason>[^\[\]]*)$", LOGIN_FAILED),
        Pattern(rf"{_HEAD}\[(?:LOGOUT|TIMEOUT)\] {_WHO}:?.*$", SESSION_END),
    ),
    times=("%m/%d/%Y %H:%M:%S",),
    sieve=r"^\d\d/\d\d/\d{4} \d\d:\d\d:\d\d \[[A-Z_]+\] ",
    finish=lambda frame: with_login(with_client(frame)),
)
