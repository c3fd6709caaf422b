"""Messages of the kernel's WireGuard with its dynamic debugging on: handshakes, peers, refused packets."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.linux._log import ADDRESS_PORT, BROKEN, CLOSED, NETWORK, OPENED, REFUSED
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_HEAD = r"^(?:\[ *\d+\.\d+\] )?wireguard: (?P<wireguard.interface>[^\s:]+): "
_PEER = rf"peer (?P<wireguard.peer>\d+)(?: \({ADDRESS_PORT}\))?"
_KNOWN: tuple[tuple[str, Fields], ...] = (
    (rf"Receiving handshake initiation from {_PEER}\s*$", {**OPENED, "event.action": "handshake-initiation"}),
    (rf"Receiving handshake response from {_PEER}\s*$", {**OPENED, "event.action": "handshake-response"}),
    (rf"Sending handshake (?:initiation|response) to {_PEER}\s*$", {**OPENED, "event.action": "handshake-sent"}),
    (
        rf"(?P<event.reason>Handshake for {_PEER} did not complete .*)$",
        {**BROKEN, "event.action": "handshake-incomplete"},
    ),
    (
        rf"Keypair \d+ created for {_PEER}\s*$",
        {**OPENED, "event.action": "keypair-created", "event.outcome": "success"},
    ),
    (rf"Keypair \d+ destroyed for {_PEER}\s*$", {**CLOSED, "event.action": "keypair-destroyed"}),
    (
        (
            rf"(?P<event.reason>Invalid (?:handshake initiation|handshake response|MAC of handshake.*?|.*?))"
            rf" from {ADDRESS_PORT}\s*$"
        ),
        {**REFUSED, "event.action": "invalid-handshake"},
    ),
    (
        rf"(?P<event.reason>Packet has unallowed src IP) \((?P<wireguard.inner_address>[^)]*)\) from {_PEER}\s*$",
        {**REFUSED, "event.action": "unallowed-source"},
    ),
    (rf"(?P<event.reason>.*?) (?:from|to|for) {_PEER}(?P<_rest>.*)$", NETWORK),
    (
        r"Peer (?P<wireguard.peer>\d+) (?P<event.reason>created|destroyed)\s*$",
        {"event.category": ["configuration"], "event.type": ["change"]},
    ),
    (
        r"Interface (?P<event.reason>created|destroyed)\s*$",
        {"event.category": ["configuration"], "event.type": ["change"]},
    ),
    (r"(?P<event.reason>.*?)\s*$", NETWORK),
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses as IP or name."""
    return split_address(frame, "source")


PARSER = MessageParser(
    reference="https://github.com/torvalds/linux/blob/master/drivers/net/wireguard/receive.c",
    starts=r"^(?:\[ *\d+\.\d+\] )?wireguard: \S+: ",
    patterns=tuple(Pattern(_HEAD + regex, {**fields, "network.protocol": "wireguard"}) for regex, fields in _KNOWN),
    finish=_finish,
)
