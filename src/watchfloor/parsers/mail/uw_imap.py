"""Messages of the University of Washington's IMAP and POP servers: log-ins and their ends."""

from __future__ import annotations

from watchfloor.parsers.mail._parts import CONNECTED, LOGIN_DONE, LOGIN_FAILED, SESSION_END, with_client, with_login
from watchfloor.parsers.plugin import MessageParser, Pattern

_HOST = r"host=(?P<_name>[^\s\[\]]+)? ?\[?(?P<source.address>[0-9A-Fa-f.:]+)\]?"
_USER = r"user=(?P<user.name>.*?)(?: auth=\S*)?"

PARSER = MessageParser(
    reference="https://github.com/uw-imap/imap/blob/master/docs/CONFIG",
    programs=frozenset({"ipop3d", "ipop2d", "uw-imapd"}),
    starts=r"^(?:Login(?: failed| disabled| excessive login failures)? user=|AUTHENTICATE \S+ failure host="
    r"|(?:Logout|Autologout|Killed \(.*\)|Moved .*) user=|(?:imap|pop3)s SSL service init from )",
    patterns=(
        Pattern(
            rf"^Login (?P<event.reason>failed|disabled|excessive login failures) {_USER} {_HOST}\s*$", LOGIN_FAILED
        ),
        Pattern(rf"^(?P<event.reason>AUTHENTICATE \S+ failure) {_HOST}\s*$", LOGIN_FAILED),
        Pattern(rf"^Login {_USER} {_HOST}(?: nmsgs=\S+)?\s*$", LOGIN_DONE),
        Pattern(rf"^(?P<event.reason>Logout|Autologout|Killed .*?|Moved .*?) {_USER} {_HOST}(?: .*)?$", SESSION_END),
        Pattern(r"^(?:imap|pop3)s SSL service init from (?P<source.address>\S+)\s*$", CONNECTED),
    ),
    finish=lambda frame: with_login(with_client(frame)),
)
