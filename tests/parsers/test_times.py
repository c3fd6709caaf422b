"""Times without a zone or a year."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

VIENNA = ZoneInfo("Europe/Vienna")


def moment(raw: str, zone: dt.tzinfo = dt.UTC, reference: str = "2026-03-10T12:00:00+00:00") -> str:
    source = Source("s", "x.log", zone=zone, reference=dt.datetime.fromisoformat(reference))
    event = next(parse_records(RawBatch.of(source, [raw]), wanted=frozenset(declared())).rows())
    time = event["@timestamp"]
    assert isinstance(time, dt.datetime)
    return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").replace(".000000", "")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Mar  9 01:02:03 h p[1]: x", "2026-03-09T01:02:03Z"),
        ("Mar 11 11:59:00 h p[1]: x", "2026-03-11T11:59:00Z"),  # a clock that is a day ahead
        ("Mar 11 12:01:00 h p[1]: x", "2025-03-11T12:01:00Z"),
        ("Dec 31 23:59:59 h p[1]: x", "2025-12-31T23:59:59Z"),
        ("Feb 29 10:00:00 h p[1]: x", "2024-02-29T10:00:00Z"),
        ("Feb 30 10:00:00 h p[1]: x", "2026-03-10T12:00:00Z"),  # no such day: the reference stands in
        ("Nov 25 2019 10:00:00 h p[1]: x", "2019-11-25T10:00:00Z"),
        ("2019-07-08T17:40:16.954167-04:00 h p[1]: x", "2019-07-08T21:40:16.954167Z"),
        ("1986-04-26T01:23:45.101+0400 h p[1]: x", "1986-04-25T21:23:45.101000Z"),
        ("<38>1 2019-07-08T17:40:16Z h p 1 - - x", "2019-07-08T17:40:16Z"),
        ("h p[1]: x", "2026-03-10T12:00:00Z"),
    ],
)
def test_dates(raw: str, expected: str) -> None:
    assert moment(raw) == expected


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("Jan 10 12:00:00", "2026-01-10T11:00:00Z"),
        ("Oct 26 02:30:00", "2025-10-26T00:30:00Z"),  # twice on that day: the first
        ("Mar 30 02:30:00", "2025-03-30T01:30:00Z"),  # not on that day: as if the clock had not gone forward
    ],
)
def test_zones(local: str, expected: str) -> None:
    assert moment(f"{local} h p[1]: x", VIENNA) == expected
    assert moment(f"{local} h p[1]: x", dt.timezone(dt.timedelta(hours=1)))


def test_each_source_has_its_zone() -> None:
    raw = "Jan 10 12:00:00 h p[1]: x"
    assert moment(raw, dt.timezone(dt.timedelta(hours=-2))) == "2026-01-10T14:00:00Z"
    assert moment(raw, ZoneInfo("Asia/Kolkata")) == "2026-01-10T06:30:00Z"
