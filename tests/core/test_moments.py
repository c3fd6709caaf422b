"""Moments as expressions over their text."""

from __future__ import annotations

import datetime as dt

import re2
from hypothesis import example, given
from hypothesis import strategies as st

from watchfloor.core.clock import from_microseconds
from watchfloor.core.moments import before

MOMENTS = st.datetimes(timezones=st.just(dt.UTC))
NEAR = st.timedeltas(dt.timedelta(seconds=-100_000), dt.timedelta(seconds=100_000))


@given(MOMENTS, MOMENTS)
@example(dt.datetime(1, 1, 1, tzinfo=dt.UTC), dt.datetime(1, 1, 1, tzinfo=dt.UTC))
def test_a_text_matches_where_its_moment_is_before(end: dt.datetime, moment: dt.datetime) -> None:
    end = end.replace(microsecond=0)
    assert (re2.search(before(end), moment.isoformat()) is not None) is (moment < end)


@given(st.integers(200_000, 4_000_000_000), NEAR)
def test_also_near_the_end(seconds: int, distance: dt.timedelta) -> None:
    end = from_microseconds(seconds * 1_000_000)
    moment = end + distance
    assert (re2.search(before(end), moment.isoformat()) is not None) is (moment < end)


def test_an_end_in_another_zone_is_that_moment() -> None:
    vienna = dt.timezone(dt.timedelta(hours=1))
    assert before(dt.datetime(2027, 3, 1, 1, tzinfo=vienna)) == before(dt.datetime(2027, 3, 1, tzinfo=dt.UTC))
