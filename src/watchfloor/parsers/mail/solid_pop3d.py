"""Messages of solid-pop3d: log-ins, their ends, and failures."""

from __future__ import annotations

from watchfloor.parsers.mail._parts import CONNECTED, LOGIN_DONE, LOGIN_FAILED, SESSION_END, with_client, with_login
from watchfloor.parsers.plugin import MessageParser, Pattern

_FROM = r" - (?:(?P<_name>[^\s\[\]]+)\[)?(?P<source.address>[0-9A-Fa-f.:]+)\]?\s*$"


PARSER = MessageParser(
    reference="https://manpages.debian.org/jessie/solid-pop3d/solid-pop3d.8.en.html",
    programs=frozenset({"solid-pop3d", "spop3d"}),
    patterns=(
        Pattern(
            r"^authentication failed: (?P<event.reason>(?:no such user|can't map user name"
            r"|can't find APOP secret for user"
            rf"|.*?)): (?P<user.name>.*){_FROM}",
            LOGIN_FAILED,
        ),
        Pattern(rf"^(?P<event.reason>(?:authentication failed|user unknown).*?){_FROM}", LOGIN_FAILED),
        Pattern(rf"^user (?P<user.name>.*) authenticated{_FROM}", LOGIN_DONE),
        Pattern(r"^connect from (?P<source.address>[0-9A-Fa-f.:]+).*$", CONNECTED),
        Pattern(rf"^session ended for user (?P<user.name>.*){_FROM}", SESSION_END),
    ),
    finish=lambda frame: with_login(with_client(frame)),
)
