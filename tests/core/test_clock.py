"""Zones and moments as users write them."""

from __future__ import annotations

import datetime as dt

import pytest

from watchfloor.core.clock import ahead, moment, time_zone
from watchfloor.core.errors import UsageError

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "hours"),
    [("UTC", 0), ("Z", 0), ("+02:00", 2), ("-0230", -2.5), ("UTC+1", 1), ("Asia/Kolkata", 5.5), ("", 0)],
)
def test_zones(text: str, hours: float) -> None:
    assert time_zone(text).utcoffset(NOW.replace(tzinfo=None)) == dt.timedelta(hours=hours)


@pytest.mark.parametrize("text", ["Mars/Base", "+25:00", "../../etc/passwd", "/etc/passwd"])
def test_no_zone(text: str) -> None:
    with pytest.raises(UsageError, match="unknown time zone"):
        time_zone(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-28T12:00:00Z", NOW - dt.timedelta(days=1)),
        ("2026-03-01T14:00:00+02:00", NOW),
        ("2026-03-01 12:00", NOW),
        ("24h", NOW - dt.timedelta(days=1)),
        ("1772366400", NOW),
    ],
)
def test_moments(text: str, expected: dt.datetime) -> None:
    assert moment(text, NOW) == expected


@pytest.mark.parametrize("text", ["yesterday", "99999999999999999999d", "2026-13-01", "", "0001-01-01T00:00:00+10:00"])
def test_no_moment(text: str) -> None:
    with pytest.raises(UsageError, match="not a time"):
        moment(text, NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("30d", NOW + dt.timedelta(30)), (" 2h ", NOW + dt.timedelta(hours=2)), ("2026-03-02", NOW + dt.timedelta(0.5))],
)
def test_what_is_ahead(text: str, expected: dt.datetime) -> None:
    assert ahead(text, NOW) == expected


@pytest.mark.parametrize("text", ["2026-03-01T12:00:00Z", "2020-01-01", "0d"])
def test_an_end_is_not_past(text: str) -> None:
    with pytest.raises(UsageError, match="in the past"):
        ahead(text, NOW)
