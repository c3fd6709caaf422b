"""Counts lines by shape in bounded memory, and joins shapes that are nearly the same.

What is found does not depend on the order of the lines: of too many shapes those stay whose digests are lowest, and the
others are counted by a coarser shape, at last as `other`.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from watchfloor.parsers.shapes import Shape, agreeing, coarse, leading, opened, plain, shape

_MOST_SHAPES = 4096
LONGEST_EXAMPLE = 16_384
"""Characters of an example that are kept."""
_ALIKE = 0.6
"""Share of words that two shapes have in common to be one."""
_MOST_OF_A_GROUP = 64
"""Clusters of one group that further shapes are compared with."""
Place = tuple[str, int]
_Key = tuple[str, tuple[str, ...]]


@dataclass(slots=True)
class Cluster:
    """Lines that look the same.

    Attributes:
        group: what the caller told of them, such as their program.
        words: their shape (see `shapes.Shape.words`).
        count: lines.
        examples: the first lines by place, with (path, number of the record).
        cut: whether some go on after the shape.
    """

    group: str
    words: tuple[str, ...]
    count: int = 0
    examples: list[tuple[Place, str]] = field(default_factory=list)
    cut: bool = False

    def take(self, other: Cluster, examples: int) -> None:
        """Count the other's lines, too, and keep so many examples."""
        self.count += other.count
        self.cut |= other.cut
        self.examples = heapq.nsmallest(examples, [*self.examples, *other.examples])


@dataclass(slots=True)
class _Kept:
    """At most so many clusters: those whose digests are lowest, whatever came when."""

    most: int
    examples: int
    held: dict[_Key, Cluster] = field(default_factory=dict)
    order: list[tuple[int, _Key]] = field(default_factory=list)

    def add(self, cluster: Cluster) -> Cluster | None:
        """The cluster that finds no place: this one, or another one instead."""
        key = (cluster.group, cluster.words)
        known = self.held.get(key)
        if known is not None:
            known.take(cluster, self.examples)
            return None
        digest = -_digest(key)
        if len(self.held) < self.most:
            heapq.heappush(self.order, (digest, key))
        else:
            if digest < self.order[0][0]:
                return cluster
            _, gone = heapq.heapreplace(self.order, (digest, key))
            self.held[key] = cluster
            return self.held.pop(gone)
        self.held[key] = cluster
        return None


def _digest(key: _Key) -> int:
    text = "\0".join((key[0], *key[1])).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big")


class Clusters:
    """Lines as they come, counted by shape."""

    def __init__(self, most: int = _MOST_SHAPES, examples: int = 1) -> None:
        self._examples = examples
        self._exact = _Kept(most, examples)
        self._coarse = _Kept(max(most // 4, 1), examples)
        self.lines = 0
        self.other = 0
        """Lines of shapes that are too many to be counted."""

    def add(self, line: str, place: Place, group: str = "", shape_of: Shape | None = None) -> None:
        """Count a line."""
        self.lines += 1
        found = shape_of or shape(line)
        given = Cluster(group, found.words, 1, [(place, line[:LONGEST_EXAMPLE])], found.cut)
        left = self._exact.add(given)
        if left is not None:
            left.words = coarse(left.words)
            left = self._coarse.add(left)
        if left is not None:
            self.other += left.count

    def found(self, *, close: bool = False) -> list[Cluster]:
        """Shapes that are nearly the same as one; the most frequent first.

        Args:
            close: whether only plain words may differ in one cluster, and no values of different kinds.
        """
        groups: dict[tuple[str, int, str], list[Cluster]] = {}
        for cluster in (*self._exact.held.values(), *self._coarse.held.values()):
            words = cluster.words
            lead = words[leading(words)] if words else ""
            groups.setdefault((cluster.group, len(words), lead), []).append(cluster)
        joined = [cluster for group in groups.values() for cluster in _joined(group, self._examples, close=close)]
        return sorted(joined, key=_frequent)


def _frequent(cluster: Cluster) -> tuple[int, str, tuple[str, ...]]:
    return -cluster.count, cluster.group, cluster.words


def _joined(group: Iterable[Cluster], examples: int, *, close: bool) -> Iterator[Cluster]:
    """The clusters of a group: each shape goes to the first more frequent one that it is like."""
    seeds: list[tuple[tuple[str, ...], Cluster]] = []
    for cluster in sorted(group, key=_frequent):
        into = next((one for words, one in seeds if _alike(words, cluster.words, close=close)), None)
        if into is None and len(seeds) < _MOST_OF_A_GROUP:
            copy = Cluster(cluster.group, cluster.words)
            copy.take(cluster, examples)
            seeds.append((cluster.words, copy))
            continue
        into = into or seeds[-1][1]
        into.words = opened(into.words, cluster.words)
        into.take(cluster, examples)
    yield from (cluster for _, cluster in seeds)


def _alike(one: tuple[str, ...], other: tuple[str, ...], *, close: bool) -> bool:
    if agreeing(one, other) < _ALIKE * len(one):
        return False
    return not close or all(left == right or plain(left + right) for left, right in zip(one, other, strict=True))
