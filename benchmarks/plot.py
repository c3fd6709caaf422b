"""Curves as one SVG, a panel each: cost from zero, over a logarithmic axis unless that has a zero."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, MARGIN = 300, 240, 48


def svg(curves: Mapping[str, Sequence[tuple[float, float]]], unit: str = "us of CPU per event") -> str:
    """A panel per curve: its points joined, labelled with their values."""
    panels = [_panel(index, name, points, unit) for index, (name, points) in enumerate(curves.items())]
    size = f'width="{WIDTH * len(panels)}" height="{HEIGHT}"'
    style = "text{font:11px sans-serif;fill:#333} .axis{stroke:#999} .line{stroke:#15609f;fill:none;stroke-width:2}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{style}</style>{"".join(panels)}</svg>\n'


def _panel(index: int, name: str, points: Sequence[tuple[float, float]], unit: str) -> str:
    left, right = index * WIDTH + MARGIN, (index + 1) * WIDTH - 16
    top, bottom = 34, HEIGHT - MARGIN
    xs, ys = _scaled([x for x, _ in points], left, right), _scaled([0.0, *[y for _, y in points]], bottom, top)[1:]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
    marks = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#15609f"/>'
        f'<text x="{x:.1f}" y="{y - 8:.1f}" text-anchor="middle">{value:.1f}</text>'
        f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{at:,.0f}</text>'
        for x, y, (at, value) in zip(xs, ys, points, strict=True)
    )
    axes = f'<path class="axis" fill="none" d="M{left} {top}V{bottom}H{right}"/>'
    names = f'<text x="{left}" y="18">{unit}</text><text x="{left}" y="{bottom + 34}">{name}</text>'
    return f'{axes}{names}<polyline class="line" points="{line}"/>{marks}'


def _scaled(values: Sequence[float], start: float, end: float) -> list[float]:
    """Places between two ends: logarithmic when all are positive, else linear."""
    scale = [math.log(value) for value in values] if min(values) > 0 else list(values)
    low, high = min(scale), max(scale)
    return [start + (end - start) * (0.05 + 0.9 * (value - low) / ((high - low) or 1)) for value in scale]
