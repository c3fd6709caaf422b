"""Writes small databases of addresses in MaxMind's format: https://maxmind.github.io/MaxMind-DB/."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from typing import Any

_MARKER = b"\xab\xcd\xefMaxMind.com"
_TEXT, _DOUBLE, _SHORT, _NUMBER, _MAP, _LONG, _LIST = 2, 3, 5, 6, 7, 9, 11


def database(networks: Mapping[str, Any], bits: int = 24, version: int = 4) -> bytes:
    """A database with what is known of each network, with records of 24, 28 or 32 bits; networks do not nest.

    One of IPv6 has IPv4 networks below `::/96`.
    """
    length = 32 if version == 4 else 128
    nodes: list[list[int | None]] = [[None, None]]
    data = bytearray()
    places: dict[bytes, int] = {}
    leaves: list[tuple[int, int, int]] = []
    for text, known in networks.items():
        network = ip_network(text)
        long = network.prefixlen + length - network.max_prefixlen
        node = 0
        for depth in range(long):
            bit = int(network.network_address) >> (length - 1 - depth) & 1
            if depth == long - 1:
                leaves.append((node, bit, _kept(_encoded(known), data, places)))
                break
            following = nodes[node][bit]
            if following is None:
                following = nodes[node][bit] = len(nodes)
                nodes.append([None, None])
            node = following
    for node, bit, offset in leaves:
        nodes[node][bit] = len(nodes) + 16 + offset
    tree = b"".join(_node([len(nodes) if each is None else each for each in node], bits) for node in nodes)
    metadata = {
        "node_count": (_NUMBER, len(nodes)), "record_size": (_SHORT, bits), "ip_version": (_SHORT, version),
        "database_type": "Test", "languages": [], "description": {}, "build_epoch": (_LONG, 1),
        "binary_format_major_version": (_SHORT, 2), "binary_format_minor_version": (_SHORT, 0),
    }  # fmt: skip
    return tree + bytes(16) + bytes(data) + _MARKER + _encoded(metadata)


def _kept(record: bytes, data: bytearray, places: dict[bytes, int]) -> int:
    """Where a record is in the data; equal ones are there once."""
    if record not in places:
        places[record] = len(data)
        data += record
    return places[record]


def _node(records: Sequence[int], bits: int) -> bytes:
    first, second = records
    if bits == 28:
        between = first >> 24 << 4 | second >> 24
        return (first & 0xFFFFFF).to_bytes(3) + bytes((between,)) + (second & 0xFFFFFF).to_bytes(3)
    return first.to_bytes(bits // 8) + second.to_bytes(bits // 8)


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
