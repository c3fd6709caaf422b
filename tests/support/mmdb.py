"""Writes small databases of addresses in MaxMind's format: https://maxmind.github.io/MaxMind-DB/."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any

_MARKER = b"\xab\xcd\xefMaxMind.com"
_TEXT, _DOUBLE, _SHORT, _NUMBER, _MAP, _LONG, _LIST = 2, 3, 5, 6, 7, 9, 11
_RECORD = 3
"""Bytes of a record; a node has two."""


def database(networks: Mapping[str, Any]) -> bytes:
    """A database of IPv4 with what is known of each network; networks do not nest."""
    nodes: list[list[int | None]] = [[None, None]]
    data = b""
    leaves: list[tuple[int, int, int]] = []
    for text, known in networks.items():
        network = IPv4Network(text)
        node = 0
        for depth in range(network.prefixlen):
            bit = int(network.network_address) >> (31 - depth) & 1
            if depth == network.prefixlen - 1:
                leaves.append((node, bit, len(data)))
                break
            following = nodes[node][bit]
            if following is None:
                following = nodes[node][bit] = len(nodes)
                nodes.append([None, None])
            node = following
        data += _encoded(known)
    for node, bit, offset in leaves:
        nodes[node][bit] = len(nodes) + 16 + offset
    records = (len(nodes) if each is None else each for node in nodes for each in node)
    tree = b"".join(each.to_bytes(_RECORD) for each in records)
    metadata = {
        "node_count": (_NUMBER, len(nodes)), "record_size": (_SHORT, _RECORD * 8), "ip_version": (_SHORT, 4),
        "database_type": "Test", "languages": [], "description": {}, "build_epoch": (_LONG, 1),
        "binary_format_major_version": (_SHORT, 2), "binary_format_minor_version": (_SHORT, 0),
    }  # fmt: skip
    return tree + bytes(16) + data + _MARKER + _encoded(metadata)


def _encoded(value: Any) -> bytes:
    if isinstance(value, str):
        raw = value.encode()
        return _control(_TEXT, len(raw)) + raw
    if isinstance(value, (int, tuple)):
        kind, number = value if isinstance(value, tuple) else (_NUMBER, value)
        raw = int(number).to_bytes(8).lstrip(b"\0")
        return _control(kind, len(raw)) + raw
    if isinstance(value, float):
        return _control(_DOUBLE, 8) + struct.pack(">d", value)
    if isinstance(value, dict):
        return _control(_MAP, len(value)) + b"".join(_encoded(each) for pair in value.items() for each in pair)
    return _control(_LIST, len(value)) + b"".join(map(_encoded, value))


def _control(kind: int, size: int) -> bytes:
    """Kinds above 7 stand in a byte of their own; sizes from 29 on too."""
    low, more = (size, b"") if size < 29 else (29, bytes((size - 29,)))
    return bytes((kind << 5 | low,)) + more if kind < 8 else bytes((low, kind - 7)) + more
