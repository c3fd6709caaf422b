"""IP addresses as numbers: many texts at once, and which of many networks each address is in."""

from __future__ import annotations

import functools
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Network = IPv4Network | IPv6Network
NOWHERE = -1
"""The value of an address that is in no network."""
_LOCAL = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
    *("224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8"),
)
"""Networks that no packet from the internet comes from: private, shared, loopback, link-local, multicast, reserved
(https://www.iana.org/assignments/iana-ipv4-special-registry). Those kept for documentation are not among them, since
examples use them as the internet."""
_MAPPED = bytes(10) + b"\xff\xff"
"""Start of an IPv4 address written as IPv6: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2."""
_LONGEST = 128
"""Characters beyond which a text is not looked at: 45 of an address, and a zone."""

_WIDTH = 16
"""Characters of an IPv4 address, and one."""


def packed(text: str) -> bytes | None:
    """An address as its 4 or 16 bytes, whichever it is; None for other text.

    An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is IPv4; a zone (`fe80::1%eth0`) is left out. Octets with
    leading zeros are no address, since programs read them differently.
    """
    if len(text) > _LONGEST:
        return None
    try:
        if ":" not in text:
            return socket.inet_pton(socket.AF_INET, text)
        sixth = socket.inet_pton(socket.AF_INET6, text.partition("%")[0])
    except (OSError, ValueError):
        return None
    return sixth[12:] if sixth.startswith(_MAPPED) else sixth


@dataclass(frozen=True, slots=True, eq=False)
class Addresses:
    """Texts that may be addresses, as numbers.

    Attributes:
        size: how many texts there are.
        rows: per version (4, 6) the positions of its addresses in the texts, ascending.
        keys: per version the addresses in that order: uint32, and 16 bytes (`S16`), both in the order of the numbers.
    """

    size: int
    rows: tuple[NDArray[np.int64], NDArray[np.int64]]
    keys: tuple[NDArray[np.uint32], NDArray[np.bytes_]]

    @classmethod
    def of(cls, texts: pa.Array | Sequence[str | None]) -> Addresses:
        """The addresses among these texts, each as `packed` reads it."""
        array = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string())
        with_colon = pc.fill_null(pc.match_substring(array, ":"), False)
        rows = np.flatnonzero(with_colon.to_numpy(zero_copy_only=False))
        others = [packed(text) for text in array.take(pa.array(rows)).to_pylist()]
        valid, keys = _octets(array)
        mapped = [
            (row, address) for row, address in zip(rows.tolist(), others, strict=True) if len(address or b"") == 4
        ]
        for row, address in mapped:
            valid[row], keys[row] = True, int.from_bytes(address or b"")
        sixth = [address for address in others if address and len(address) == 16]
        long = np.array([len(address or b"") == 16 for address in others], bool)
        fourth_rows = np.flatnonzero(valid)
        return cls(len(array), (fourth_rows, rows[long]), (keys[fourth_rows], _sixth(b"".join(sixth))))


def _octets(texts: pa.Array) -> tuple[NDArray[np.bool_], NDArray[np.uint32]]:
    """Which texts are four octets with dots between, and their numbers; character by character, all texts at once."""
    letters = _letters(texts)
    size = len(texts)
    good = letters[-1] == 0  # longer texts are no addresses
    key = np.zeros(size, np.uint32)
    octet = np.zeros(size, np.uint16)
    digits, octets = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    going_on = np.ones(size, bool)
    for column in letters:
        value = column - np.uint8(ord("0"))  # of what is no digit 10 or more
        digit = value < 10
        end = (column == ord(".")) | ((column == 0) & going_on)
        good &= digit | end | ~going_on
        good &= ~(digit & (digits > 0) & (octet == 0))  # no leading zeros
        good &= ~(end & (digits == 0))
        octet = octet * np.where(digit, np.uint16(10), np.uint16(1)) + value * digit
        good &= octet < 256
        key = np.where(end, (key << 8) | octet, key)
        octets += end
        digits += digit
        octet *= ~end
        digits *= ~end
        going_on &= column != 0
    return good & (octets == 4), key


def _letters(texts: pa.Array) -> NDArray[np.uint8]:
    """The first 16 bytes of each text, one column per text, 0 where it is shorter."""
    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return np.zeros((_WIDTH, len(texts)), np.uint8)
    bounds = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    content = np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]
    padded = np.concatenate((content, np.zeros(_WIDTH, np.uint8)))
    found = np.lib.stride_tricks.sliding_window_view(padded, _WIDTH)[bounds[:-1] - bounds[0]]
    found *= np.arange(_WIDTH) < np.diff(bounds)[:, None]
    return np.ascontiguousarray(found.T)


def _sixth(data: bytes) -> NDArray[np.bytes_]:
    return np.frombuffer(data, "S16")


@dataclass(frozen=True, slots=True, eq=False)
class Ranges:
    """A value for each address: a number from 0, or `NOWHERE`.

    Attributes:
        starts: per version the first address of each range, ascending, the first one 0; a range ends before the next.
        values: per version the value of each range.
    """

    starts: tuple[NDArray[np.uint32], NDArray[np.bytes_]]
    values: tuple[NDArray[np.int32], NDArray[np.int32]]

    @classmethod
    def of(cls, networks: Iterable[tuple[Network, int]]) -> Ranges:
        """Ranges from networks; where they nest the smallest one decides, of equal ones the last."""
        found: tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]] = ([], [])
        for network, value in networks:
            first, last = int(network.network_address), int(network.broadcast_address)
            found[network.version == 6].append((first, last, value))
        fourth, sixth = (
            _flat(sorted(each, key=lambda range_: (range_[0], -range_[1])), 1 << bits)
            for each, bits in zip(found, (32, 128), strict=True)
        )
        return cls(
            (np.array(fourth[0], np.uint32), _sixth(b"".join(start.to_bytes(16) for start in sixth[0]))),
            (np.array(fourth[1], np.int32), np.array(sixth[1], np.int32)),
        )

    def find(self, addresses: Addresses) -> NDArray[np.int32]:
        """The value of each text; `NOWHERE` also for what is no address."""
        found = np.full(addresses.size, NOWHERE, np.int32)
        for starts, values, rows, keys in zip(self.starts, self.values, addresses.rows, addresses.keys, strict=True):
            if len(rows):
                found[rows] = values[np.searchsorted(starts, keys, side="right") - 1]
        return found

    def find_one(self, text: str) -> int:
        """As `find`, for one text, without what it costs to look at many."""
        address = packed(text)
        if address is None:
            return NOWHERE
        version = len(address) == 16
        key = np.frombuffer(address, "S16")[0] if version else np.uint32(int.from_bytes(address))
        return int(self.values[version][np.searchsorted(self.starts[version], key, side="right") - 1])


def _flat(ranges: Iterable[tuple[int, int, int]], end: int) -> tuple[list[int], list[int]]:
    """Starts below `end` and values, without overlaps, from nested (first, last, value), outer before inner ones."""
    starts, values = [0], [NOWHERE]

    def begin(start: int, value: int) -> None:
        if starts[-1] == start:
            values[-1] = value
        else:
            starts.append(start)
            values.append(value)

    around: list[tuple[int, int]] = [(-1, NOWHERE)]
    for first, last, value in ranges:
        while len(around) > 1 and around[-1][0] < first:
            begin(around.pop()[0] + 1, around[-1][1])
        begin(first, value)
        around.append((last, value))
    while len(around) > 1:
        begin(around.pop()[0] + 1, around[-1][1])
    if starts[-1] == end:
        return starts[:-1], values[:-1]
    return starts, values


@functools.cache
def local_ranges() -> Ranges:
    """Value 0 for addresses that no packet from the internet comes from."""
    return Ranges.of((ip_network(text), 0) for text in _LOCAL)
