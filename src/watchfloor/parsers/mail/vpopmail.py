"""Messages of vchkpw (vpopmail, as used by qmail) and of Perdition, a proxy for IMAP and POP3: log-ins."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.mail._parts import CLOSED, CONNECTED, LOGIN_DONE, LOGIN_FAILED, with_client, with_login
from watchfloor.parsers.plugin import MessageParser, Pattern

_IP = r":(?P<source.address>[0-9.]*)"
_ROUTE = (
    r"(?P<source.address>[0-9A-Fa-f.]+):(?P<source.port>\d+)->(?P<destination.address>[0-9A-Fa-f.]+):"
    r"(?P<destination.port>\d+)"
)
_USER = r'user="(?P<user.name>.*?)"'


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The user and both sides."""
    return with_login(with_client(with_client(frame), "destination", "_none"))


PARSER = MessageParser(
    reference="https://github.com/horms/perdition/blob/devel/perdition/perdition.8",
    programs=frozenset({"vpopmail", "vchkpw", "perdition", "perdition.imap4", "perdition.imaps", "perdition.pop3"}),
    patterns=(
        Pattern(
            rf"^vchkpw-(?P<network.protocol>\w+): \(?[A-Z-]*\)? ?login success (?P<user.name>.*){_IP}\s*$", LOGIN_DONE
        ),
        Pattern(
            r"^vchkpw-(?P<network.protocol>\w+): (?P<event.reason>password fail"
            r"|vpopmail user not found|null password given"
            r"|no auth|account locked|user not found|relay denied)(?: \(pass: '.*?'\)| \(.*?\))?,? ?"
            rf"(?P<user.name>.*){_IP}\s*$",
            LOGIN_FAILED,
        ),
        Pattern(
            rf'^Auth: {_ROUTE} (?:client-secure=\S+ authorisation_id=\S+ authentication_id=)?{_USER}.* status="ok".*$',
            LOGIN_DONE,
        ),
        Pattern(rf'^Auth: {_ROUTE} .*?{_USER}.* status="(?P<event.reason>[^"]*)".*$', LOGIN_FAILED),
        Pattern(rf"^Connect: {_ROUTE}.*$", CONNECTED),
        Pattern(rf"^(?:Closing|Close): {_ROUTE}.*$", CLOSED),
    ),
    finish=_finish,
)
