"""Moments in few bytes: sorted, distinct, each as its distance from the one before in LEB128.

https://dwarfstd.org/doc/DWARF5.pdf, 7.6 (unsigned LEB128); the first moment is its distance from 1970, zigzag-coded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt


def pack(moments: Iterable[int], most: int) -> bytes:
    """The earliest distinct moments, at most so many."""
    found = bytearray()
    before = None
    for moment in sorted(set(moments))[:most]:
        _append(found, moment - before if before is not None else _zigzag(moment))
        before = moment
    return bytes(found)


def unpack(data: bytes | None) -> list[int]:
    """The moments, rising."""
    found: list[int] = []
    for delta in _numbers(data or b""):
        found.append(found[-1] + delta if found else _unzigzag(delta))
    return found


def union(one: bytes | None, other: bytes | None, most: int) -> bytes:
    """The earliest moments of both, at most so many: the same whatever was united first."""
    return pack([*unpack(one), *unpack(other)], most)


def packed(
    moments: npt.NDArray[np.int64],
    starts: Sequence[int] | npt.NDArray[np.int64],
    counts: npt.NDArray[np.int64],
    most: int,
) -> list[bytes]:
    """Several groups at once, each rising.

    Args:
        moments: of all groups, one after the other.
        starts: where each group starts.
        counts: how many each has.
        most: moments that are kept of each.
    """
    known = moments.tolist()
    return [
        pack(known[start : start + count], most)
        for start, count in zip(np.asarray(starts).tolist(), counts.tolist(), strict=True)
    ]


def _zigzag(moment: int) -> int:
    return moment * 2 if moment >= 0 else -moment * 2 - 1


def _unzigzag(number: int) -> int:
    return number // 2 if number % 2 == 0 else -(number // 2) - 1


def _append(data: bytearray, number: int) -> None:
    while number >= 0x80:
        data.append(number & 0x7F | 0x80)
        number >>= 7
    data.append(number)


def _numbers(data: bytes) -> Iterator[int]:
    number = shift = 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield number
            number = shift = 0
