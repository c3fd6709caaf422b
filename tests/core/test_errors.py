"""Errors as values: what they say, also on the way from one process to another."""

from __future__ import annotations

import pickle

import pytest

from watchfloor.core.errors import SourceError, UsageError, WatchfloorError


@pytest.mark.parametrize(
    "error", [UsageError("a", place="b", way_out="c"), SourceError("a"), WatchfloorError("a", place="b")]
)
def test_errors_come_whole_out_of_another_process(error: WatchfloorError) -> None:
    found = pickle.loads(pickle.dumps(error))
    assert type(found) is type(error)
    assert (found.thing, found.place, found.way_out) == (error.thing, error.place, error.way_out)
    assert str(found) == str(error)
