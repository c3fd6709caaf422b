"""The entity graph of an incident: who is in it and who acted on whom, laid out the same way each time."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 400
_BOX, _ROW, _TOP = 26, 42, 26
_GAP = 44
_MOST = 8
"""Entities in one column."""
_MOST_EDGES = 60
_SWEEPS = 6
_COLUMNS = (("ip", "mail", "domain"), ("user",), ("host", "device"))
"""Kinds of entities from the outside to the inside."""
_HEADS = ("addresses and names", "accounts", "machines")
Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Node:
    """An entity; `x` and `y` are its left upper corner."""

    kind: str
    value: str
    alerts: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Edge:
    """What two entities have to do with each other.

    Attributes:
        directed: the one acted on the other; else both are in the same alert.
        path: of SVG.
    """

    one: str
    other: str
    alerts: int
    directed: bool
    path: str


@dataclass(frozen=True, slots=True)
class Graph:
    """The drawing.

    Attributes:
        heads: place and text above each column.
        left_out: entities that are not drawn; the table of entities has them.
    """

    height: float
    heads: tuple[tuple[float, str], ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int


def graph(incident: Mapping[str, Any]) -> Graph:
    """The drawing of an incident as `incidents.story.told` gives it."""
    alerts = {(each["kind"], each["value"]): each["alerts"] for each in incident["entities"]}
    chosen = [[named for named in alerts if named[0] in kinds][:_MOST] for kinds in _COLUMNS]
    known = {named for column in chosen for named in column}
    links = _links(incident, known)
    columns = [(head, column) for head, column in zip(_HEADS, chosen, strict=True) if column]
    ordered = _ordered([column for _, column in columns], links)
    width = (WIDTH - _GAP * max(len(ordered) - 1, 1)) / max(len(ordered), 2)
    rows = max(map(len, ordered), default=0)
    nodes: dict[Named, tuple[int, Node]] = {}
    for number, column in enumerate(ordered):
        top = _TOP + (rows - len(column)) * _ROW / 2
        x = number * (width + _GAP)
        for row, named in enumerate(column):
            nodes[named] = number, Node(*named, alerts[named], round(x, 1), top + row * _ROW, round(width, 1), _BOX)
    edges = tuple(
        Edge(
            one[1], other[1], count, directed, _path(nodes[one], nodes[other], tuple(nodes.values()), len(ordered) - 1)
        )
        for (one, other, directed), count in links[:_MOST_EDGES]
    )
    shown = sum(1 for kind, _ in alerts if any(kind in kinds for kinds in _COLUMNS))
    heads = tuple((round(number * (width + _GAP), 1), head) for number, (head, _) in enumerate(columns))
    return Graph(_TOP + rows * _ROW, heads, tuple(node for _, node in nodes.values()), edges, shown - len(nodes))


def _links(incident: Mapping[str, Any], known: set[Named]) -> list[tuple[tuple[Named, Named, bool], int]]:
    """Who acted on whom, then who is only named together, each with the number of alerts."""
    directed: Counter[tuple[Named, Named, bool]] = Counter()
    for each in incident["connections"]:
        one, other = ((each[side]["kind"], each[side]["value"]) for side in ("from", "to"))
        if one in known and other in known and one != other:
            directed[one, other, True] = each["alerts"]
    joined = {frozenset(pair) for *pair, _ in directed}
    together: Counter[tuple[Named, Named, bool]] = Counter()
    for step in incident["timeline"]:
        named = sorted({(each["kind"], each["value"]) for each in step["entities"]} & known)
        together.update(
            (one, other, False) for one, other in itertools.combinations(named, 2) if {one, other} not in joined
        )
    return [*_most(directed), *_most(together)]


def _most(counts: Counter[tuple[Named, Named, bool]]) -> Iterator[tuple[tuple[Named, Named, bool], int]]:
    return iter(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _ordered(
    columns: Sequence[list[Named]], links: Sequence[tuple[tuple[Named, Named, bool], int]]
) -> list[list[Named]]:
    """Each column in an order that keeps its nodes near what they are linked with (the barycentre method)."""
    near: dict[Named, list[Named]] = defaultdict(list)
    for (one, other, _), _count in links:
        near[one].append(other)
        near[other].append(one)
    ordered = [list(column) for column in columns]
    for _ in range(_SWEEPS):
        place = {named: row - len(column) / 2 for column in ordered for row, named in enumerate(column)}
        for column in ordered:
            column.sort(key=lambda named: (_mean([place[each] for each in near[named]], place[named]), named))
    return ordered


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default


def _path(one: tuple[int, Node], other: tuple[int, Node], nodes: Sequence[tuple[int, Node]], last: int) -> str:
    """A curve between two boxes, from side to side; within a column around its side, past one between its boxes."""
    (column, start), (end_column, end) = one, other
    y1, y2 = start.y + _BOX / 2, end.y + _BOX / 2
    if column == end_column:
        right = column < last or last == 0
        x = start.x + start.width if right else start.x
        bulge = x + (_GAP * 0.7 if right else -_GAP * 0.7)
        return f"M{x:.1f} {y1:.1f}C{bulge:.1f} {y1:.1f} {bulge:.1f} {y2:.1f} {x:.1f} {y2:.1f}"
    forwards = column < end_column
    x1 = start.x + start.width if forwards else start.x
    x2 = end.x if forwards else end.x + end.width
    passed = [node for number, node in nodes if min(column, end_column) < number < max(column, end_column)]
    if not passed:
        return f"M{x1:.1f} {y1:.1f}{_curve(x1, y1, x2, y2)}"
    tops = [node.y for node in passed]
    gaps = [min(tops) - _ROW + _BOX, *(top + _BOX for top in tops)]
    y = min((gap + (_ROW - _BOX) / 2 for gap in gaps), key=lambda gap: (abs(gap - (y1 + y2) / 2), gap))
    near, far = passed[0].x, passed[0].x + passed[0].width
    first, second = (near, far) if forwards else (far, near)
    return f"M{x1:.1f} {y1:.1f}{_curve(x1, y1, first, y)}L{second:.1f} {y:.1f}{_curve(second, y, x2, y2)}"


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    middle = (x1 + x2) / 2
    return f"C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
