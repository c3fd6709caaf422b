"""Documents from elsewhere cannot say how we came to them, and bad values of theirs stop nothing."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

WANTED = frozenset(declared())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def event(record: dict[str, Any]) -> dict[str, Any]:
    raw = orjson.dumps(record).decode()
    return next(parse_records(RawBatch.of(Source("s", "x.log"), [raw]), wanted=WANTED).rows())


def test_ids_and_provenance_are_ours() -> None:
    found = event(
        {
            "@timestamp": "2026-03-30T07:19:22Z",
            "event": {"kind": "pipeline_error", "id": "theirs", "original": "theirs", "dataset": "a.b"},
            "log": {"file": {"path": "theirs"}},
            "related": {"ip": ["203.0.113.66"]},
            "watchfloor.rest": "theirs",
        }
    )
    assert "theirs" not in {found["event.id"], found["event.original"], found["log.file.path"]}
    assert found["event.kind"] == "event"
    assert "related.ip" not in found


@pytest.mark.parametrize(
    "base",
    [
        {"@timestamp": 1, "ecs": {"version": "8"}},
        {"class_uid": 3002, "metadata": {}},
        {"timestamp_desc": "x", "datetime": "y"},
        {"short_message": "x", "host": "h"},
        {},
    ],
)
@settings(deadline=None, max_examples=25)
@given(
    st.dictionaries(
        st.sampled_from(
            ["source", "event", "dns", "user", "time", "src_endpoint", "file", "level", "tags", "process", "url", "x"]
        ),
        VALUES,
        max_size=5,
    )
)
def test_any_value_gives_one_event(base: dict[str, Any], more: dict[str, Any]) -> None:
    found = event({**more, **base})
    assert found["event.kind"]
    assert "failed" not in found.get("error.message", "")
