"""Messages of Libreswan's and Openswan's daemon pluto: log-ins by XAUTH, security associations and their end.

Names are the peers' text; the address of the peer stands before what they say.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.linux._log import CLOSED, LOGGED_IN, LOGIN_FAILED, NETWORK, OPENED
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_PEER = (
    r'^"(?P<ipsec.connection>[^"]{1,128})"(?:\[\d+\])? (?P<source.address>[0-9A-Fa-f.:]*[0-9A-Fa-f])'
    r"(?::(?P<source.port>\d{1,5}))? #\d+: "
)
_NAMED = r'^"(?P<ipsec.connection>[^"]{1,128})"(?:\[\d+\])? #\d+: '
_VPN: Fields = {"network.protocol": "ipsec"}
_SHAPES: tuple[tuple[str, Fields], ...] = (
    (
        r"XAUTH: User (?P<user.name>.*): Authentication Successful\s*$",
        {**LOGGED_IN, "event.action": "client-vpn-connected"},
    ),
    (r"XAUTH: User (?P<user.name>.*): Authentication Failed:? ?(?P<event.reason>.*?)\s*$", LOGIN_FAILED),
    (
        r"ESP traffic information: in=\S+ out=\S+ XAUTHuser=(?P<user.name>.*?)\s*$",
        {"event.category": ["network", "session"], "event.type": ["end"], "event.action": "client-vpn-disconnected"},
    ),
    (r"(?P<event.reason>ESP traffic information: .*?)\s*$", {**CLOSED, "event.action": "sa-deleted"}),
    (
        (
            r"(?:STATE_\w+: )?(?P<event.reason>(?:(?:sent|received) \w+, )?(?:(?:IPsec|ISAKMP|IKE|Child|PARENT) SA "
            r"established|(?:(?:initiator|responder) )?established (?:IPsec|ISAKMP|IKE|Child) SA)\b[^{]*?)"
            r" ?(?:\{.*\})?\s*$"
        ),
        {**OPENED, "event.action": "sa-established", "event.outcome": "success"},
    ),
    (r"(?P<event.reason>.*?)\s*$", NETWORK),
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses as IP."""
    return split_address(frame, "source")


PARSER = MessageParser(
    reference="https://libreswan.org/man/pluto.8.html",
    programs=frozenset({"pluto"}),
    patterns=tuple(
        Pattern(f"{head}{regex}", {**fields, **_VPN}) for regex, fields in _SHAPES for head in (_PEER, _NAMED)
    ),
    fields={**NETWORK, **_VPN},
    finish=_finish,
)
