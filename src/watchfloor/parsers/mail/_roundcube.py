"""Shapes of Roundcube's messages, which its own files and syslog share, and what follows from them.

The user's name is what was typed, so the address is the last one that stands where Roundcube writes it.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.mail._parts import EMAIL, LOGIN_DONE, LOGIN_FAILED, with_addresses, with_client, with_login
from watchfloor.parsers.plugin import Pattern

_IP = (
    r"from (?P<source.address>[0-9A-Fa-f.:]*[0-9A-Fa-f])"
    r"(?: ?\((?:X-Real-IP: (?P<network.forwarded_ip>[0-9A-Fa-f.:]+))?[^()]*\))?"
)
_SESSION = r"(?: in session (?P<session.id>\w+))?(?: \((?:error: (?P<error.code>-?\d+))?[^()]*\))?"
_REASONS = r"(?:AUTHENTICATE|LOGIN|Empty|Could not|Connection|Internal|Error|Authentication)"


def patterns(head: str) -> tuple[Pattern, ...]:
    """All shapes behind `head`, an anchored regex."""
    start = rf"{head}(?:<(?P<roundcube.session_short>\w+)> )?"
    against = r" against (?P<destination.domain>\S+)"
    return (
        Pattern(
            rf"{start}Successful login for (?P<user.name>.*) \(ID: (?P<user.id>\d+)\) {_IP}{_SESSION}\s*$", LOGIN_DONE
        ),
        Pattern(rf"{start}(?:Failed|FAILED) login for (?P<user.name>.*) {_IP}{_SESSION}\.?\s*$", LOGIN_FAILED),
        *(
            Pattern(
                rf"{start}(?:IMAP|LOGIN) Error: Login failed for (?P<user.name>.*){server} {_IP}"
                rf"(?:\.?\s*|{mark} (?P<event.reason>{reason}.*))$",
                LOGIN_FAILED,
            )
            for mark, reason in ((r"\.", _REASONS), (r"[.:]", ""))
            for server in (against, "")
        ),
        Pattern(
            rf"{start}User (?P<user.name>.*?) \[(?P<source.address>[0-9A-Fa-f.:]+)\]; Message"
            r"(?: <(?P<email.message_id>[^<>]*)>)? for (?P<_to>[^;]+); "
            r"(?P<event.reason>(?:(?P<smtp.reply_code>\d{3}): )?.*)$",
            {**EMAIL, "event.action": "sent"},
        ),
        Pattern(
            rf"{start}(?P<log.logger>IMAP|SMTP|PHP|DB|LDAP|Plugin|XML|JS|CSRF|MANAGESIEVE) (?:Error|Warning|Notice):"
            r" (?P<event.reason>.*)$",
            {"event.category": ["web"], "event.type": ["error"]},
        ),
    )


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The client, the user, and all recipients."""
    return with_addresses(with_login(with_client(frame)))
