"""Whom a run has seen, against the plainest way of remembering it."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.detect.behaviors import news
from watchfloor.detect.behaviors.news import News, Span
from watchfloor.detect.sigma.behave.observe import SCHEMA

Seen = tuple[str, int, int]
"""Entity, first moment and how much later the last one is."""
SEEN = st.tuples(st.sampled_from(["", "a", "b", "é", "\0"]), st.integers(-9, 9), st.integers(0, 9))
BATCHES = st.lists(st.lists(SEEN, max_size=5), max_size=8)


def observed(rows: list[Seen]) -> pa.Table:
    columns = {
        "entity": [entity for entity, _, _ in rows],
        "first": [first for _, first, _ in rows],
        "last": [first + length for _, first, length in rows],
    }
    return pa.table({each.name: pa.array(columns.get(each.name, [None] * len(rows)), each.type) for each in SCHEMA})


@settings(max_examples=100, deadline=None)
@given(BATCHES, st.sampled_from([0, 150, 450, 50_000]))
def test_spans_are_those_of_all_observations(batches: list[list[Seen]], waiting: int) -> None:
    expected: dict[str, Span] = {}
    known = News()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(news, "_WAITING", waiting)
        for rows in batches:
            known.add(observed(rows))
            for entity, first, length in rows:
                before = expected.get(entity, (first, first + length))
                expected[entity] = min(before[0], first), max(before[1], first + length)
        assert known.spans() == expected


@pytest.mark.parametrize("waiting", [0, 50_000])
def test_too_many_entities_are_everybody(monkeypatch: pytest.MonkeyPatch, waiting: int) -> None:
    monkeypatch.setattr(news, "_MOST_ENTITIES", 2)
    monkeypatch.setattr(news, "_WAITING", waiting)
    known = News()
    for entity in "aba":
        known.add(observed([(entity, 1, 0)]))
    assert known.spans() == {"a": (1, 1), "b": (1, 1)}
    known.add(observed([("c", 1, 0)]))
    known.add(observed([("a", 1, 0)]))
    assert known.spans() is None


def test_where_anybody_may_have_news_nothing_is_remembered() -> None:
    known = News(everybody=True)
    known.add(observed([("a", 1, 0)]))
    assert known.spans() is None
