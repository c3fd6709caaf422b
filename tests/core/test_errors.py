"""Errors as values: what they say, also on the way from one process to another."""

from __future__ import annotations

import pickle

import pytest

from watchfloor.core.errors import SourceError, UsageError, WatchfloorError
from watchfloor.core.faults import MOST_FAULTS, FaultsError, faults_gathered


@pytest.mark.parametrize(
    "error", [UsageError("a", place="b", way_out="c"), SourceError("a"), WatchfloorError("a", place="b")]
)
def test_errors_come_whole_out_of_another_process(error: WatchfloorError) -> None:
    found = pickle.loads(pickle.dumps(error))
    assert type(found) is type(error)
    assert (found.thing, found.place, found.way_out) == (error.thing, error.place, error.way_out)
    assert str(found) == str(error)


def gather(*faults: Exception, last: Exception | None = None) -> int:
    """Tells some faults, may end with one, and says how many were looked at."""
    looked = 0
    with faults_gathered() as tell:
        for looked, fault in enumerate(faults, 1):
            assert isinstance(fault, UsageError), looked
            tell(fault)
        if last:
            raise last
    return looked


def test_faults_are_told_together() -> None:
    one, two, last = (UsageError(text, place=f"x:{text}") for text in "abc")
    with pytest.raises(FaultsError) as caught:
        gather(one, two, last=last)
    assert caught.value.found == (one, two, last)
    assert list(caught.value.told()) == ["x:a: a", "x:b: b", "x:c: c"]
    assert str(caught.value) == str(one)
    again = pickle.loads(pickle.dumps(caught.value))
    assert list(again.told()) == list(caught.value.told())
    assert list(one.told()) == [str(one)]
    with pytest.raises(FaultsError) as caught:
        gather(one, last=FaultsError([two, last]))
    assert caught.value.found == (one, two, last)


def test_nothing_told_is_nothing_raised() -> None:
    assert gather() == 0
    with pytest.raises(ZeroDivisionError):
        gather(UsageError("a"), last=ZeroDivisionError())


def test_no_more_faults_are_looked_for_than_are_told() -> None:
    faults = [UsageError("a")] * (MOST_FAULTS + 1)
    with pytest.raises(FaultsError) as caught:
        gather(*faults, ValueError("is never looked at"))
    *lines, rest = caught.value.told()
    assert lines == ["a"] * MOST_FAULTS
    assert "more than 100 faults" in rest
