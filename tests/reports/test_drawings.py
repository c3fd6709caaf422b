"""Histograms do not depend on order, and drawings keep what they show apart and in place."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.detect.sigma import RuleSet
from watchfloor.reports import histogram, observed
from watchfloor.reports.drawing import CELLS, HEIGHT, WIDTH, bars, steps
from watchfloor.reports.graph import WIDTH as GRAPH_WIDTH
from watchfloor.reports.graph import graph
from watchfloor.reports.histogram import SECOND, Histogram, Span, span_of
from watchfloor.schema.events import EventBatch

TIMES = st.lists(st.tuples(st.sampled_from("ab"), st.integers(-(10**11), 10**11)), min_size=1, max_size=60)


@given(TIMES, st.randoms(use_true_random=False))
def test_a_histogram_depends_on_the_events_alone(events: list[tuple[str, int]], random: Any) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)
    before, histogram._MOST = histogram._MOST, 10
    try:
        one, other = Histogram(), Histogram()
        for row, second in events:
            one.add(row, {second: 1})
        for row, second in shuffled:
            other.add(row, {second: 1})
    finally:
        histogram._MOST = before
    assert (one.step, one.rows) == (other.step, other.rows)
    assert sum(map(len, one.rows.values())) <= 10
    assert sum(counts.total() for counts in one.rows.values()) == len(events)


def test_a_histogram_of_anything_stays_small() -> None:
    found = Histogram()
    for start in range(0, 10**9, 10**7):
        found.add("a", dict.fromkeys(range(start, start + 5_000), 1))
    assert len(found.rows["a"]) <= histogram._MOST
    assert found.rows["a"].total() == 500_000


def test_a_few_far_events_do_not_squeeze_the_rest() -> None:
    found = Histogram()
    found.add("a", {1_700_000_000 + n: 10 for n in range(1_000)})
    found.add("a", {0: 1})
    span = span_of(found, [])
    assert span == Span(1_700_000_000 * SECOND, 1_700_001_000 * SECOND)
    assert bars(found, "a", span, []).outside == 1
    marked = span_of(found, [5 * SECOND])
    assert marked is not None
    assert marked.start == 5 * SECOND, "an alert is always on the drawing"


def test_bars_hold_every_event_and_every_alert() -> None:
    found = Histogram()
    found.add("a", {100 + n: n % 7 for n in range(1_000)})
    span = span_of(found, [])
    assert span is not None
    row = bars(found, "a", span, [(150 * SECOND, "high"), (150 * SECOND, "low"), (1_099 * SECOND, "")])
    assert sum(events for _, _, events in row.bars) == row.events
    assert all(0 <= x < CELLS and 0 < tall <= HEIGHT for x, tall, _ in row.bars)
    assert [(mark.level, dict(mark.alerts)) for mark in row.marks] == [
        ("high", {"high": 1, "low": 1}),
        ("informational", {"informational": 1}),
    ]


def timeline(*moments: int, tactic: str = "execution") -> list[dict[str, Any]]:
    return [
        {
            "timestamp": f"2026-01-01T00:{moment // 60:02}:{moment % 60:02}Z",
            "last_timestamp": f"2026-01-01T00:{moment // 60:02}:{moment % 60:02}Z",
            "rule": {"level": "high", "title": "r", "id": "r"},
            "tactics": [tactic] if tactic else [],
        }
        for moment in moments
    ]


@given(st.lists(st.integers(0, 3_599), min_size=1, max_size=60))
def test_dots_never_cover_each_other_and_show_every_step(moments: list[int]) -> None:
    drawn = steps(timeline(*sorted(moments)))
    dots = [dot for lane in drawn.lanes for dot in lane.dots]
    assert sorted(number for dot in dots for number in dot.steps) == list(range(1, len(moments) + 1))
    for one, other in itertools.combinations(dots, 2):
        assert abs(one.x - other.x) >= 18 or abs(one.y - other.y) >= 18
    assert all(9 <= dot.x <= WIDTH - 9 and 9 <= dot.y <= drawn.height - 9 for dot in dots)


def test_steps_of_no_tactic_have_a_lane() -> None:
    assert [lane.name for lane in steps([*timeline(1), *timeline(2, tactic="")]).lanes] == ["execution", "other"]


def incident(kinds: str, pairs: list[tuple[int, int]]) -> dict[str, Any]:
    names = {"i": "ip", "u": "user", "h": "host", "d": "domain"}
    entities = [
        {"kind": names[kind], "value": f"{kind}{number}", "alerts": number + 1, "sides": ["actor"]}
        for number, kind in enumerate(kinds)
    ]
    between = [(entities[one % len(kinds)], entities[other % len(kinds)]) for one, other in pairs]
    connections = [{"from": one, "to": other, "alerts": 1} for one, other in between]
    return {"entities": entities, "connections": connections, "timeline": [{"entities": entities[:3]}]}


@given(st.text("iuhd", min_size=1, max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40))))
def test_a_graph_is_the_same_each_time_and_inside_its_frame(kinds: str, pairs: list[tuple[int, int]]) -> None:
    drawn = graph(incident(kinds, pairs))
    assert drawn == graph(incident(kinds, pairs))
    for node in drawn.nodes:
        assert 0 <= node.x <= GRAPH_WIDTH - node.width + 0.2
        assert 0 <= node.y <= drawn.height - node.height
    for one, other in itertools.combinations(drawn.nodes, 2):
        assert abs(one.x - other.x) >= one.width - 0.2 or abs(one.y - other.y) >= one.height
    assert len(drawn.nodes) + drawn.left_out == len(kinds)
    names = Counter(node.value for node in drawn.nodes)
    assert all(edge.one in names and edge.other in names for edge in drawn.edges)


def test_files_and_formats_beyond_all_bounds_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observed, "_MOST_FILES", 3)
    monkeypatch.setattr(observed, "_MOST_FORMATS", 2)
    seen = observed.Observed(RuleSet((), (), frozenset()))
    moment = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    for number in range(5):
        columns = {
            "@timestamp": pa.array([moment, moment], pa.timestamp("us", tz="UTC")),
            "event.kind": ["event", "pipeline_error"],
            "event.dataset": [f"format {number}", None],
            "log.file.path": [f"file {number}", f"file {number}"],
        }
        seen.read(EventBatch.of(pa.table(columns)))
    assert sorted(seen.files) == ["", "file 0", "file 1", "file 2"]
    assert (seen.files[""].records, seen.files[""].failed) == (4, 2)
    assert sum(sum(count.formats.values()) for count in seen.files.values()) == 10
    assert {name: counts.total() for name, counts in seen.times.rows.items()} == {"format 0": 1, "": 4}
