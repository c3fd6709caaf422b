"""Messages of ocserv, the OpenConnect VPN server: log-ins, refused ones, ends of sessions.

Names are the clients' text; the address of the session stands behind the name in brackets.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.linux._log import LOGGED_IN, LOGIN_FAILED, NETWORK
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_IP = r"\[?(?P<source.address>[0-9A-Fa-f.:]*[0-9A-Fa-f])\]?"
_MAIN = rf"^main(?:\[(?P<user.name>.*)\])?: ?{_IP}:(?P<source.port>\d{{1,5}}) "
_WORKER = rf"^worker(?:\[[^\]]*\])?: {_IP} (?:[\w-]+\.c:\d+: )?"
_IN: Fields = {**LOGGED_IN, "event.action": "client-vpn-connected"}
_OUT: Fields = {
    "event.category": ["network", "session"],
    "event.type": ["end"],
    "event.action": "client-vpn-disconnected",
}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses as IP."""
    return split_address(frame, "source")


PARSER = MessageParser(
    reference="https://ocserv.openconnect-vpn.net/ocserv.8.html",
    programs=frozenset({"ocserv", "ocserv-main", "ocserv-worker", "ocserv-sm"}),
    patterns=(
        Pattern(rf"{_MAIN}user logged in\s*$", _IN),
        Pattern(
            rf"{_MAIN}user disconnected \(reason: (?P<event.reason>[^,()]*), rx: (?P<source.bytes>\d+),"
            r" tx: (?P<destination.bytes>\d+)\)\s*$",
            _OUT,
        ),
        Pattern(
            rf"{_WORKER}failed authentication (?:attempt )?for (?:user )?'(?P<user.name>[^\]]*)'\s*$", LOGIN_FAILED
        ),
        # No name stands in front of this address.
        Pattern(
            rf"^worker: {_IP} (?:[\w-]+\.c:\d+: )?failed authentication (?:attempt )?for (?:user )?"
            r"'(?P<user.name>.*)'\s*$",
            LOGIN_FAILED,
        ),
        # A name with a bracket, behind which an address may be the client's invention.
        Pattern(r"^worker\[.*\]: .*(?P<event.reason>failed authentication) (?:attempt )?for .*'\s*$", LOGIN_FAILED),
        Pattern(r"^(?:main|worker|sec-mod)(?:\[(?P<user.name>[^\]]*)\])?: ?(?P<event.reason>.*?)\s*$", NETWORK),
    ),
    fields=NETWORK,
    finish=_finish,
)
