"""The watermark: the moment up to which no event is waited for any more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from watchfloor.detect.sigma.correlate.watermark import Watermark

NOW = 10_000


def running() -> Watermark:
    """One that has run for longer than a source may be silent."""
    watermark = Watermark(lateness=100, idle=1_000)
    watermark.advance({}, NOW - 1_001)
    return watermark


def test_at_first_any_source_may_still_be_unseen() -> None:
    watermark = Watermark(lateness=100, idle=1_000)
    assert watermark.advance({"fast": 5_000}, NOW) is None
    assert watermark.advance({"fast": 5_100, "slow": 500}, NOW + 1_000) is None
    assert watermark.advance({"fast": 5_200}, NOW + 1_001) == 399


def test_it_lies_behind_the_youngest_event_by_more_than_the_lateness() -> None:
    watermark = running()
    assert watermark.advance({"a": 500}, NOW) == 399  # an event at 400 is late by exactly the lateness, and in time
    assert watermark.advance({"a": 450}, NOW) == 399
    assert watermark.advance({"a": 501}, NOW) == 400


def test_the_slowest_source_counts_until_it_is_idle() -> None:
    watermark = running()
    assert watermark.advance({"slow": 500, "fast": 900}, NOW) == 399
    assert watermark.advance({"fast": 2_000}, NOW + 1_000) == 399
    assert watermark.advance({"fast": 2_001}, NOW + 1_001) == 1_900
    assert watermark.advance({"slow": 600}, NOW + 1_002) == 1_900


def test_when_all_sources_are_idle_time_goes_on() -> None:
    watermark = running()
    watermark.advance({"a": 500}, NOW)
    assert watermark.advance({}, NOW + 1_000) == 399
    assert watermark.advance({}, NOW + 1_001) == NOW + 1 - 101


def test_a_clock_ahead_of_ours_makes_nothing_final_too_early() -> None:
    watermark = running()
    assert watermark.advance({"a": NOW * 50}, NOW) == NOW - 101


def test_moments_around_1970() -> None:
    watermark = running()
    assert [watermark.advance({"a": moment}, NOW) for moment in (101, 50, 100, 102)] == [0, 0, 0, 1]


batches = st.lists(
    st.tuples(st.dictionaries(st.sampled_from("abc"), st.integers(-5_000, 5_000)), st.integers(0, 800)), max_size=20
)


@given(batches)
def test_it_never_goes_back(found: list[tuple[dict[str, int], int]]) -> None:
    watermark, now, before = running(), NOW, None
    for youngest, later in found:
        now += later
        moment = watermark.advance(youngest, now)
        assert before is None or (moment is not None and moment >= before)
        before = moment
