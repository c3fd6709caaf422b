"""Events over time, counted in steps that grow with what is counted, so that memory stays bounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

SECOND = 1_000_000
"""In microseconds, the unit of all times here."""
_MOST = 20_000
"""Steps with events beyond which all steps double; the outcome depends on the events alone, not on their order."""
_TAIL = 400
"""One of so many events may be far from all others without deciding what is drawn."""
_FAR = 8
"""How many times longer than without its far ends a drawing would have to be for them to be cut off."""

_MARGIN = 8
"""Part of the length that is shown beyond both ends where far ends are cut off."""


@dataclass(slots=True)
class Histogram:
    """Counts per row and step.

    Attributes:
        step: microseconds; step `n` holds the times from `n * step` on, since 1970.
        rows: name -> step -> events.
    """

    step: int = SECOND
    rows: dict[str, Counter[int]] = field(default_factory=dict)

    def add(self, row: str, counts: Mapping[int, int]) -> None:
        """Count events of one row, by second since 1970; of rows there must be far fewer than steps."""
        own = self.rows.setdefault(row, Counter())
        size = self.step // SECOND
        for second, count in counts.items():
            own[second // size] += count
        while sum(map(len, self.rows.values())) > _MOST:
            self._double()

    def _double(self) -> None:
        self.step *= 2
        for name, counts in self.rows.items():
            doubled: Counter[int] = Counter()
            for at, count in counts.items():
                doubled[at // 2] += count
            self.rows[name] = doubled


@dataclass(frozen=True, slots=True)
class Span:
    """What a drawing shows: the times from `start` on and before `end`, in microseconds since 1970."""

    start: int
    end: int

    def place(self, time: int, cells: int) -> int | None:
        """The cell of a time when the span is cut into so many; None when it is outside."""
        if not self.start <= time < self.end:
            return None
        return (time - self.start) * cells // (self.end - self.start)


def span_of(histogram: Histogram, marks: Sequence[int]) -> Span | None:
    """The times to draw: all of them, but without a few far events that would leave no room for the rest.

    Args:
        histogram: the events.
        marks: times that are shown in any case; alerts.
    """
    total: Counter[int] = Counter()
    for counts in histogram.rows.values():
        total.update(counts)
    if not total:
        return None
    first, last = _middle(total)
    width = last + 1 - first
    spare = _FAR * width if max(total) + 1 - min(total) <= _FAR * width else width // _MARGIN
    shown = [at for at in total if first - spare <= at <= last + spare]
    first, last = min(shown), max(shown)
    times = [first * histogram.step, (last + 1) * histogram.step, *marks, *(mark + 1 for mark in marks)]
    return Span(min(times), max(times))


def _middle(total: Counter[int]) -> tuple[int, int]:
    """First and last step between which nearly all events are."""
    spare = sum(total.values()) // _TAIL
    ordered = sorted(total)
    return _without_tail(ordered, total, spare), _without_tail(reversed(ordered), total, spare)


def _without_tail(ordered: Iterable[int], total: Counter[int], spare: int) -> int:
    passed = 0
    for at in ordered:
        passed += total[at]
        if passed > spare:
            return at
    raise AssertionError
