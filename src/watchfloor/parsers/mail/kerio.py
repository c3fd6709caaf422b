"""Kerio Connect's security log: failed log-ins, refused messages and clients."""

from __future__ import annotations

from watchfloor.parsers.mail._parts import DENIED, LOGIN_FAILED, REJECTED, with_client, with_login
from watchfloor.parsers.plugin import LineParser, Pattern

_HEAD = r"^\[(?P<_time>\d\d/[A-Z][a-z]{2}/\d{4} \d\d:\d\d:\d\d)\] "
_IP = r"(?P<source.address>[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]*[0-9A-Fa-f])"

PARSER = LineParser(
    reference="https://manuals.gfi.com/en/kerio/connect/content/server-configuration/logs/using-logs-1181.html",
    patterns=(
        Pattern(
            rf"{_HEAD}Failed (?P<network.protocol>\w+) login from {_IP}(?: with SASL method "
            r"(?P<kerio.method>[\w-]+))?\.?\s*$",
            LOGIN_FAILED,
        ),
        Pattern(
            rf"{_HEAD}(?P<network.protocol>[A-Z0-9]+): (?P<event.reason>Invalid password for user"
            r"|User) (?P<user.name>.*?)"
            rf"(?: doesn't exist)?\. Attempt from (?:IP address )?{_IP}\.\s*$",
            LOGIN_FAILED,
        ),
        Pattern(
            rf"{_HEAD}Administration login into .* from {_IP} (?P<event.reason>failed: .*)$",
            LOGIN_FAILED,
        ),
        Pattern(
            rf"{_HEAD}(?P<event.reason>Attempt to deliver to unknown recipient) <(?P<email.to.address>[^<>]*)>, from"
            rf" <(?P<email.from.address>[^<>]*)>, IP address {_IP}\s*$",
            REJECTED,
        ),
        Pattern(
            rf"{_HEAD}IP address {_IP} (?P<event.reason>found in DNS blacklist .*?)(?:, mail from"
            r" <(?P<email.from.address>[^<>]*)> to <(?P<email.to.address>[^<>]*)> rejected)?\s*$",
            REJECTED,
        ),
        Pattern(
            rf"{_HEAD}(?P<event.reason>Relay attempt|Message|SMTP Spam attack detected|Client with"
            r"|Directory harvest attack)"
            rf" (?:detected )?(?:from |IP address |from IP address ){_IP}(?:[ ,.].*)?$",
            DENIED,
        ),
    ),
    times=("%d/%b/%Y %H:%M:%S",),
    sieve=r"^\[\d\d/[A-Z][a-z]{2}/\d{4} \d\d:\d\d:\d\d\] [A-Z]",
    finish=lambda frame: with_login(with_client(frame)),
)
