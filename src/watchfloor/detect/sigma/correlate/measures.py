"""What a window measures, kept up to date as matches enter and leave it. All arithmetic is exact."""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from sortedcontainers import SortedList

from watchfloor.detect.sigma.atoms import number
from watchfloor.detect.sigma.correlate.rules import Correlation
from watchfloor.detect.sigma.rules import Node

Number = int | Fraction


class Measure:
    """Counts matches; the base of all measures.

    The values of `add` and `remove` are those that `prepared` made; `remove` takes the oldest first.
    """

    def __init__(self) -> None:
        self.size = 0

    def prepared(self, member: int, value: str, time: int) -> Any:  # noqa: ARG002 what others need
        """A match in the form that this measure keeps."""
        return None

    def add(self, values: Sequence[Any]) -> None:
        """Matches of one point enter."""
        self.size += len(values)

    def remove(self, values: Sequence[Any]) -> None:
        """The matches of the oldest point leave."""
        self.size -= len(values)

    def clear(self) -> None:
        """Everything leaves."""
        self.size = 0

    def value(self) -> Number:
        """What the condition compares."""
        return self.size

    def shown(self) -> str:
        """The value as a person reads it."""
        value = self.value()
        return str(value) if isinstance(value, int) or value.denominator == 1 else f"{float(value):g}"

    def holds(self) -> bool:
        """Whether the condition's expression holds, for measures that know one."""
        raise NotImplementedError


class Distinct(Measure):
    """The number of distinct values."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[Any] = Counter()

    def prepared(self, member: int, value: str, time: int) -> Any:  # noqa: ARG002
        return value

    def add(self, values: Sequence[Any]) -> None:
        self.counts.update(values)

    def remove(self, values: Sequence[Any]) -> None:
        for value in values:
            if self.counts[value] == 1:
                del self.counts[value]
            else:
                self.counts[value] -= 1

    def clear(self) -> None:
        self.counts.clear()

    def value(self) -> Number:
        return len(self.counts)


class Present(Distinct):
    """The number of distinct rules; an expression asks for their presence."""

    def __init__(self, expression: Node | None) -> None:
        super().__init__()
        self._expression = expression

    def prepared(self, member: int, value: str, time: int) -> Any:  # noqa: ARG002
        return member

    def holds(self) -> bool:
        return self._expression is not None and _true(self._expression, self.counts)

    def shown(self) -> str:
        return f"{len(self.counts)} rules" if len(self.counts) != 1 else "1 rule"


class Ordered(Present):
    """The number of the first rules that follow each other; an expression asks for those present to do so."""

    def __init__(self, members: int, expression: Node | None) -> None:
        super().__init__(expression)
        self._times: list[list[int]] = [[] for _ in range(members)]
        self._gone = [0] * members
        self._wanted = list(range(members)) if expression is None else list(_named(expression))

    def prepared(self, member: int, value: str, time: int) -> Any:  # noqa: ARG002
        return member, time

    def add(self, values: Sequence[Any]) -> None:
        super().add([member for member, _ in values])
        for member, time in values:
            self._times[member].append(time)

    def remove(self, values: Sequence[Any]) -> None:
        super().remove([member for member, _ in values])
        for member, _ in values:
            self._gone[member] += 1
            if self._gone[member] * 2 > len(self._times[member]):
                del self._times[member][: self._gone[member]]
                self._gone[member] = 0

    def clear(self) -> None:
        super().clear()
        for times in self._times:
            times.clear()
        self._gone = [0] * len(self._gone)

    def value(self) -> Number:
        return self._chained(self._wanted)

    def holds(self) -> bool:
        present = [member for member in self._wanted if self.counts[member]]
        return super().holds() and self._chained(present) == len(present)

    def shown(self) -> str:
        return f"{self._chained(self._wanted)} in order"

    def _chained(self, members: Sequence[int]) -> int:
        """How many of the rules, from the first on, follow each other."""
        earliest: int | None = None
        for position, member in enumerate(members):
            times, at = self._times[member], self._gone[member]
            at = at if earliest is None else bisect.bisect_left(times, earliest, at)
            if at == len(times):
                return position
            earliest = times[at]
        return len(members)


class Total(Measure):
    """Sum of numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.total: Number = 0

    def prepared(self, member: int, value: str, time: int) -> Any:  # noqa: ARG002
        return exact(value)

    def add(self, values: Sequence[Any]) -> None:
        super().add(values)
        self.total += sum(values)

    def remove(self, values: Sequence[Any]) -> None:
        super().remove(values)
        self.total -= sum(values)

    def clear(self) -> None:
        super().clear()
        self.total = 0

    def value(self) -> Number:
        return self.total


class Average(Total):
    """Arithmetic mean of numbers."""

    def value(self) -> Number:
        return Fraction(self.total) / self.size


class Percentile(Total):
    """A percentile of numbers, interpolated linearly between the closest ranks (rank p/100 * (n - 1), from 0)."""

    def __init__(self, percentile: Fraction) -> None:
        super().__init__()
        self._share = percentile / 100
        self._sorted: Any = SortedList()

    def add(self, values: Sequence[Any]) -> None:
        self._sorted.update(values)

    def remove(self, values: Sequence[Any]) -> None:
        for value in values:
            self._sorted.remove(value)

    def clear(self) -> None:
        self._sorted.clear()

    def value(self) -> Number:
        rank = self._share * (len(self._sorted) - 1)
        below = rank.numerator // rank.denominator
        low = Fraction(self._sorted[below])
        return low if rank == below else low + (rank - below) * (self._sorted[below + 1] - low)


def measure_of(correlation: Correlation) -> Measure:
    """An empty measure for the windows of a correlation."""
    condition = correlation.condition
    if correlation.kind == "temporal":
        return Present(condition.expression)
    if correlation.kind == "temporal_ordered":
        return Ordered(len(correlation.members), condition.expression)
    if correlation.kind in {"value_percentile", "value_median"}:
        return Percentile(condition.percentile)
    return {"event_count": Measure, "value_count": Distinct, "value_sum": Total, "value_avg": Average}[
        correlation.kind
    ]()


def exact(text: str) -> Number:
    """The exact number that a text spells, as `atoms.number` understands it."""
    found = number(text)
    assert found is not None
    return found if isinstance(found, int) else Fraction(text)


def _true(node: Node, present: Counter[Any]) -> bool:
    if node[0] == "ref":
        return present[node[1]] > 0
    if node[0] == "not":
        return not _true(node[1], present)
    parts = (_true(part, present) for part in node[1:])
    return all(parts) if node[0] == "and" else any(parts)


def _named(node: Node) -> Iterator[int]:
    """The rules outside a `not`, in the order in which they are first named."""
    return iter(dict.fromkeys(_positive(node)))


def _positive(node: Node) -> Iterator[int]:
    if node[0] == "ref":
        yield node[1]
    elif node[0] != "not":
        for part in node[1:]:
            yield from _positive(part)
