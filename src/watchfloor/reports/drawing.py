"""Geometry of what is drawn over time: events with alerts on them, and the steps of an incident."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from watchfloor.alerts.levels import rank
from watchfloor.core.clock import from_microseconds, to_microseconds
from watchfloor.incidents.facts import TACTICS
from watchfloor.reports.histogram import Histogram, Span

CELLS = 160
"""Columns that a drawing of events over time is cut into."""
HEIGHT = 40
"""Of one of its rows; the tallest column is as tall as that."""
WIDTH = 400
"""Of the drawing of an incident's steps."""
_EDGE, _DOT, _APART = 16, 9, 20
_LABEL, _ROW = 17, 21
_ROWS = 3
"""Rows of dots in one lane; what has no place in them is one with the last dot."""
_MOST_STEPS = 80
OTHER = "other"
"""Lane of alerts whose rule names no tactic."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Alerts in one column: how many of each level, the worst first."""

    x: int
    level: str
    alerts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Bars:
    """One row of a drawing of events over time.

    Attributes:
        events: all of the row, also those outside the drawing.
        peak: events in the tallest column.
        bars: column, height in `HEIGHT` and events.
        outside: events that are not drawn because they are far from all others.
    """

    name: str
    events: int
    peak: int
    bars: tuple[tuple[int, float, int], ...]
    marks: tuple[Mark, ...]
    outside: int


def bars(histogram: Histogram, name: str, span: Span, alerts: Iterable[tuple[int, str]]) -> Bars:
    """One row; several formats that share it are given as one histogram row.

    Args:
        histogram: the events.
        name: row of it.
        span: what is drawn.
        alerts: time and level of each alert to mark.
    """
    cells: Counter[int] = Counter()
    counts = histogram.rows.get(name, Counter())
    for step, count in counts.items():
        cell = span.place(step * histogram.step + histogram.step // 2, CELLS)
        if cell is not None:
            cells[cell] += count
    peak = max(cells.values(), default=0)
    drawn = tuple((x, round(max(HEIGHT * count / peak, 1.0), 1), count) for x, count in sorted(cells.items()))
    return Bars(name, counts.total(), peak, drawn, tuple(_marks(alerts, span)), counts.total() - cells.total())


def _marks(alerts: Iterable[tuple[int, str]], span: Span) -> Iterable[Mark]:
    found: dict[int, Counter[str]] = {}
    for time, level in alerts:
        cell = span.place(time, CELLS)
        if cell is not None:
            found.setdefault(cell, Counter())[level or "informational"] += 1
    for x, levels in sorted(found.items()):
        ordered = sorted(levels.items(), key=lambda item: -rank(item[0]))
        yield Mark(x, ordered[0][0], dict(ordered))


@dataclass(slots=True)
class Dot:
    """One or more steps at one place; `end` is where the last event of the first of them is."""

    x: float
    y: float
    end: float
    level: str
    steps: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lane:
    """The steps of one tactic; `y` is where its label stands."""

    name: str
    y: int
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of an incident by time and tactic.

    Attributes:
        ticks: place and text along the axis of time.
        left_out: steps that are not drawn.
    """

    height: int
    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]
    left_out: int


def steps(timeline: Sequence[Mapping[str, Any]]) -> Steps:
    """The drawing; steps are numbered from 1 in the order of the timeline."""
    shown = list(timeline[:_MOST_STEPS])
    times = [(_time(step["timestamp"]), _time(step["last_timestamp"])) for step in shown]
    start, end = min(first for first, _ in times), max(last for _, last in times)
    room = WIDTH - 2 * _EDGE

    def x(time: int) -> float:
        return round(_EDGE + (room * (time - start) / (end - start) if end > start else room / 2), 1)

    members: dict[str, list[tuple[int, float, float, str]]] = {}
    for number, (step, (first, last)) in enumerate(zip(shown, times, strict=True), start=1):
        tactic = (step["tactics"] or [OTHER])[0]
        members.setdefault(tactic, []).append((number, x(first), x(last), step["rule"]["level"] or "informational"))
    lanes, y = [], 0
    for tactic in (*TACTICS, OTHER):
        if tactic in members:
            dots, rows = _dodged(members[tactic], y + _LABEL)
            lanes.append(Lane(tactic, y + 12, dots))
            y += _LABEL + rows * _ROW + 6
    ticks = tuple((x(time), _tick(time, end - start)) for time in _tick_times(start, end))
    return Steps(y + 20, tuple(lanes), ticks, len(timeline) - len(shown))


def _dodged(members: Sequence[tuple[int, float, float, str]], top: int) -> tuple[tuple[Dot, ...], int]:
    """Dots that do not cover each other, and the rows that they need."""
    rows: list[Dot] = []  # the last dot of each
    dots: list[Dot] = []
    for number, x, end, level in members:
        free = next((row for row, last in enumerate(rows) if x - last.x >= _APART), None)
        if free is None and len(rows) == _ROWS:
            last = max(rows, key=lambda dot: dot.x)
            last.steps.append(number)
            last.level = max(last.level, level, key=rank)
            continue
        row = len(rows) if free is None else free
        dot = Dot(x, top + row * _ROW + _DOT, end, level, [number])
        dots.append(dot)
        rows[row : row + 1] = [dot]
    return tuple(dots), len(rows)


def _tick_times(start: int, end: int) -> tuple[int, ...]:
    return (start, (start + end) // 2, end) if end > start else (start,)


def _tick(time: int, length: int) -> str:
    moment = from_microseconds(time)
    return f"{moment:%H:%M:%S}" if length < 20 * 3_600_000_000 else f"{moment:%m-%d %H:%M}"


def _time(text: str) -> int:
    return to_microseconds(dt.datetime.fromisoformat(text))
