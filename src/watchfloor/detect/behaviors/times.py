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


def unions(ones: Sequence[bytes], others: Sequence[bytes], most: int) -> list[bytes]:
    """The same for many pairs at once; none of `others` is empty."""
    (moments, counts), (more, more_counts) = _unpacked(ones), _unpacked(others)
    group = np.concatenate([np.repeat(np.arange(len(each)), each) for each in (counts, more_counts)])
    moments = np.concatenate([moments, more])
    order = np.lexsort((moments, group))
    counts = counts + more_counts
    return packed(moments[order], np.cumsum(counts) - counts, counts, most)


def _unpacked(data: Sequence[bytes]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The moments of all, one after the other, and how many each has."""
    coded = np.frombuffer(b"".join(data), np.uint8)
    ends = np.flatnonzero(coded < 0x80) + 1
    starts = np.concatenate([np.zeros(min(len(ends), 1), np.int64), ends[:-1]])
    place = np.arange(len(coded)) - np.repeat(starts, ends - starts)
    deltas = np.add.reduceat((coded & 0x7F).astype(np.int64) << 7 * place, starts) if len(starts) else starts
    after = np.searchsorted(ends, np.cumsum([len(each) for each in data]), side="right")
    counts = np.diff(after, prepend=0)
    first = (after - counts)[counts > 0]
    deltas[first] = np.where(deltas[first] % 2 == 0, deltas[first] // 2, -(deltas[first] // 2) - 1)
    total = np.cumsum(deltas)
    return total - np.repeat(total[first] - deltas[first], counts[counts > 0]), counts


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
    group = np.repeat(np.arange(len(starts)), counts)
    at = np.repeat(np.asarray(starts) - (np.cumsum(counts) - counts), counts) + np.arange(len(group))
    moments = moments[at]
    begins = np.concatenate(([True], group[1:] != group[:-1]))[: len(group)]
    distinct = begins | np.concatenate(([True], moments[1:] != moments[:-1]))[: len(group)]
    number = np.cumsum(distinct)
    kept = distinct & (number - np.repeat(number[begins], counts) < most)
    moments, begins, group = moments[kept], begins[kept], group[kept]
    deltas = np.where(begins, np.where(moments >= 0, 2 * moments, -2 * moments - 1), np.diff(moments, prepend=0))
    data, ends = _coded(deltas)
    last = ends[np.flatnonzero(np.concatenate((begins[1:], [True]))[: len(ends)])].tolist()
    return [data[start:end] for start, end in zip([0, *last], last, strict=False)]


def _coded(numbers: npt.NDArray[np.int64]) -> tuple[bytes, npt.NDArray[np.int64]]:
    """The numbers one after the other in LEB128, and where each ends."""
    sizes = np.ones(len(numbers), np.int64)
    for size in range(1, 9):
        sizes += numbers >= 1 << 7 * size
    ends = np.cumsum(sizes)
    data = np.zeros(int(sizes.sum()), np.uint8)
    for place in range(int(sizes.max(initial=0))):
        there = sizes > place
        more = np.where(sizes[there] > place + 1, 0x80, 0)
        data[(ends - sizes)[there] + place] = numbers[there] >> 7 * place & 0x7F | more
    return data.tobytes(), ends


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
