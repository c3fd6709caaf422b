"""The search tree of a database in MaxMind's format, asked for many addresses at once.

https://maxmind.github.io/MaxMind-DB/#binary-search-tree-section: a node has a record for each value of the next bit;
a record is another node, `nodes` for nothing, or more than that for a place in the data.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from watchfloor.core.addresses import NOWHERE, Addresses

_SHIFTS = {24: (40, 16, 0xFFFFFF), 28: (40, 8, 0xFFFFFF), 32: (32, 0, 0xFFFFFFFF)}
"""Bits of a record -> how far the first and the second one are from the end of a node's eight bytes, and their size."""
_BEFORE_IPV4 = 96
"""Zeros in front of an IPv4 address in a tree of IPv6."""
_EIGHT = 8


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """The tree of one file, which stays on disk.

    Attributes:
        words: of each node the eight bytes that begin with it, as a number.
        bits: of a record: 24, 28 or 32.
        sixth: whether its addresses are of IPv6.
    """

    words: NDArray[np.uint64]
    bits: int
    sixth: bool

    @classmethod
    def of(cls, path: Path, metadata: Any) -> Tree:
        """Look at a file, whose metadata the library has read.

        Raises:
            ValueError: its tree is not of the format, or longer than the file.
            OSError: it cannot be read.
        """
        bits, nodes = metadata.record_size, metadata.node_count
        if bits not in _SHIFTS:
            raise ValueError(f"records of {bits} bits")
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if not 0 < nodes <= (len(content) - _EIGHT) // (bits // 4):
            raise ValueError(f"{nodes:,} nodes in {len(content):,} bytes")
        return cls(np.ndarray((nodes,), ">u8", content, strides=(bits // 4,)), bits, metadata.ip_version == 6)

    def find(self, addresses: Addresses) -> NDArray[np.int64]:
        """The record of each text, the same for addresses of which the database says the same; else `NOWHERE`.

        Where a damaged tree leads nowhere within the bits of an address that is a record, too, for the library to tell.
        """
        found = np.full(addresses.size, NOWHERE, np.int64)
        for version, rows, keys in zip((4, 6), addresses.rows, addresses.keys, strict=True):
            if len(rows) and (self.sixth or version == 4):
                octets = (keys.astype(">u4") if version == 4 else keys).view(np.uint8).reshape(len(rows), -1)
                found[rows] = self._down(np.full(len(rows), self._start(version), np.int64), octets)
        found[found == len(self.words)] = NOWHERE
        return found

    def _start(self, version: int) -> int:
        node = np.zeros(1, np.int64)
        if version == 4 and self.sixth:
            return int(self._down(node, np.zeros((1, _BEFORE_IPV4 // 8), np.uint8))[0])
        return 0

    def _down(self, at: NDArray[np.int64], octets: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Where the bits of each row lead from a node; a record that is no node stays."""
        going = np.flatnonzero(at < len(self.words))
        for bit in range(octets.shape[1] * 8):
            second = octets[going, bit >> 3] >> (7 - (bit & 7)) & 1
            at[going] = self._following(at[going], second.astype(bool))
            going = going[at[going] < len(self.words)]
            if not len(going):
                break
        return at

    def _following(self, nodes: NDArray[np.int64], second: NDArray[np.bool_]) -> NDArray[np.int64]:
        first_shift, second_shift, size = _SHIFTS[self.bits]
        words = self.words[nodes].astype(np.uint64)
        records = words >> np.where(second, np.uint64(second_shift), np.uint64(first_shift)) & np.uint64(size)
        if self.bits == 28:  # the highest bits of both are in the byte between
            between = words >> np.where(second, np.uint64(32), np.uint64(36)) & np.uint64(0xF)
            records |= between << np.uint64(24)
        return records.astype(np.int64)
