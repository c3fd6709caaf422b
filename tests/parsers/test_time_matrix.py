"""One moment as every kind of clock writes it: epochs of four units, 12-hour clocks, short years, zones."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

WANTED = frozenset(declared())
PACKET = (
    "0D10 PACKET  00000000049A5D50 UDP Rcv 192.0.2.15      4c1d   Q [0001   D   NOERROR] A      "
    "(3)www(7)example(3)org(0)"
)
FORTINET = 'devname="fw" devid="FG1" logid="0000000013" type="traffic" subtype="forward" srcip=192.0.2.9'
FLOW = "\tCHhAvVGS1DHFjwGM9\t192.0.2.9\t40000\t198.51.100.7\t53\tudp\tdns\t0.1\t10\t20\tSF\t-\t-\t0\tDd\t1\t2\t1\t2\t-"


def moment(raw: str, zone: dt.tzinfo = dt.UTC, reference: str = "2026-11-26T00:00:00+00:00") -> str:
    source = Source("s", "x.log", zone=zone, reference=dt.datetime.fromisoformat(reference))
    (event,) = parse_records(RawBatch.of(source, [raw]), wanted=WANTED).rows()
    time: dt.datetime = event["@timestamp"]
    return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").replace(".000000", "")


@pytest.mark.parametrize(
    "raw",
    [
        "1795593103.250    120 192.0.2.9 TCP_MISS/200 1024 GET http://example.org/ - HIER_DIRECT/198.51.100.7 -",
        '{"log":"x","stream":"stdout","date":1795593103.25}',
        '{"MESSAGE":"x","__REALTIME_TIMESTAMP":"1795593103250000","_BOOT_ID":"1"}',
        '{"logStreamName":"a","timestamp":1795593103250,"message":"x","ingestionTime":1}',
        "CEF:0|Acme|Wall|1|100|blocked|5|rt=1795593103250 src=192.0.2.9",
        "CEF:0|Acme|Wall|1|100|blocked|5|rt=Nov 25 2026 07:51:43.250 UTC src=192.0.2.9",
        f"date=2026-11-25 time=08:51:43 eventtime=1795593103250000000 {FORTINET}",
        "11/25/26-07:51:43.250000  [**] [1:1:7] x [**] [Priority: 2] {TCP} 192.0.2.9:80 -> 198.51.100.7:1024",
        f"1795593103.250000{FLOW}",
        "<189>29: *Nov 25 07:51:43.250 UTC: %SYS-5-CONFIG_I: Configured from console by admin on vty0 (192.0.2.9)",
        "<134>1 1795593103.250000000 MX84 urls src=192.0.2.9:5000 dst=198.51.100.7:80 request: GET http://a.example/",
        "2026-11-25T08:51:43.25+01:00 h p[1]: x",
        '{"timestamp":"2026-11-25T09:51:43.250000+0200","event_type":"flow","src_ip":"192.0.2.9","proto":"UDP"}',
    ],
)
def test_moments_with_their_zone(raw: str) -> None:
    """A zone that the user gives for the source changes nothing here: no offset counts twice."""
    for zone in (dt.UTC, ZoneInfo("America/New_York"), dt.timezone(dt.timedelta(hours=5, minutes=45))):
        if not raw.startswith(("<189>", "11/25")):  # these name no offset
            assert moment(raw, zone) == "2026-11-25T07:51:43.250000Z"
    assert moment(raw) == "2026-11-25T07:51:43.250000Z"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (f"11/25/2026 7:51:43 AM {PACKET}", "2026-11-25T07:51:43Z"),
        (f"11/25/2026 12:51:43 PM {PACKET}", "2026-11-25T12:51:43Z"),
        (f"11/25/2026 12:51:43 AM {PACKET}", "2026-11-25T00:51:43Z"),
        (
            "10,11/25/26,07:51:43,Assign,192.0.2.60,LAPTOP-7.example.org,020000000060,,1234,0,,,,,,,,,0",
            "2026-11-25T07:51:43Z",
        ),
        (f'date=2026-11-25 time=08:51:43 tz="+0100" {FORTINET}', "2026-11-25T07:51:43Z"),
        ("Wed Nov 25 07:51:43 2026 h p[1]: x", "2026-11-25T07:51:43Z"),
    ],
)
def test_clocks(raw: str, expected: str) -> None:
    assert moment(raw) == expected


@pytest.mark.parametrize(
    ("raw", "reference", "expected"),
    [
        ("Dec 31 23:59:59 h p[1]: x", "2027-01-01T00:00:10+00:00", "2026-12-31T23:59:59Z"),
        ("Jan  1 00:00:05 h p[1]: x", "2026-12-31T23:59:50+00:00", "2027-01-01T00:00:05Z"),  # a clock ahead
        ("Jan  3 00:00:05 h p[1]: x", "2026-12-31T23:59:50+00:00", "2026-01-03T00:00:05Z"),  # too far ahead to be skew
        ("01/01-00:00:05.000000  [**] [1:1:1] x [**] [Priority: 2] {TCP} 192.0.2.9:80 -> 198.51.100.7:1024",
         "2027-01-01T00:00:10+00:00", "2027-01-01T00:00:05Z"),
        ("12/31-23:59:59.000000  [**] [1:1:1] x [**] [Priority: 2] {TCP} 192.0.2.9:80 -> 198.51.100.7:1024",
         "2027-01-01T00:00:10+00:00", "2026-12-31T23:59:59Z"),
    ],
)  # fmt: skip
def test_missing_years_over_new_year(raw: str, reference: str, expected: str) -> None:
    assert moment(raw, reference=reference) == expected


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-03-29 01:59:59", "2026-03-29T00:59:59Z"),
        ("2026-03-29 02:30:00", "2026-03-29T01:30:00Z"),  # not on that day: as if the clock had not gone forward
        ("2026-03-29 03:00:00", "2026-03-29T01:00:00Z"),
        ("2026-10-25 01:59:59", "2026-10-24T23:59:59Z"),
        ("2026-10-25 02:30:00", "2026-10-25T00:30:00Z"),  # twice on that day: the first
        ("2026-10-25 03:00:00", "2026-10-25T02:00:00Z"),
    ],
)
def test_both_edges_of_summer_time(local: str, expected: str) -> None:
    date, time = local.split()
    year, month, day = date.split("-")
    months = {"03": "Mar", "10": "Oct"}
    line = f"date={date} time={time} {FORTINET}"
    access = f'192.0.2.1 - - [{day}/{months[month]}/{year}:{time}] "GET / HTTP/1.1" 200 6'
    for raw in (line, access, f"{date} {time} h p[1]: x"):
        assert moment(raw, ZoneInfo("Europe/Vienna")) == expected, raw
