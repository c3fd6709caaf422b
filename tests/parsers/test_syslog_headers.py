"""Clocks and empty places in syslog headers, as devices write them against their specifications."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

UP = "%ETHPORT-5-IF_UP: Interface Ethernet1/1 is up in mode access"
TOKYO = ZoneInfo("Asia/Tokyo")


def event(raw: str) -> dict[str, Any]:
    source = Source("s", "x.log", zone=TOKYO, reference=dt.datetime(2026, 11, 26, tzinfo=dt.UTC))
    return next(parse_records(RawBatch.of(source, [raw]), wanted=frozenset(declared())).rows())


@pytest.mark.parametrize(
    ("header", "hour", "day"),
    [
        ("<189>: 2026 Nov 25 08:15:30.250 UTC:", 8, 25),
        ("<189>: 2026 Nov 25 08:15:30.250 CET:", 7, 25),
        ("<189>: 2026 Nov 25 08:15:30.250 AEDT:", 21, 24),
        ("<189>: 2026 Nov 25 08:15:30.250:", 23, 24),
        ("<189>: 2026 Nov 25 08:15:30.250", 23, 24),
        ("<189>45: *Nov 25 2026 08:15:30.250 UTC:", 8, 25),
        ("<189>45: .Nov 25 2026 08:15:30.250 PST:", 16, 25),
        ("<189>rtr1: 45: Nov 25 2026 08:15:30.250 CET:", 7, 25),
        ("<189>45: *Nov 25 2026 08:15:30.250 CST:", 23, 24),
        ("<189>45: *Nov 25 2026 08:15:30.250 QQQQQ:", 23, 24),
        ("<189>45: *November 25 2026 08:15:30.250 UTC:", 8, 25),
    ],
)
def test_clocks_of_cisco(header: str, hour: int, day: int) -> None:
    """An abbreviation that stands for one offset counts; with any other, the zone is the source's."""
    found = event(f"{header} {UP}")
    assert found["event.dataset"] == "network.cisco_ios"
    assert found["@timestamp"] == dt.datetime(2026, 11, day, hour, 15, 30, 250_000, tzinfo=dt.UTC)


def test_a_relay_s_time_is_not_in_the_device_s_zone() -> None:
    found = event(f"<189>Nov 25 2026 08:15:30 relay1 45: *Nov 25 2026 08:15:29.250 PST: {UP}")
    assert found["@timestamp"] == dt.datetime(2026, 11, 24, 23, 15, 30, tzinfo=dt.UTC)


MONTHS = [dt.date(2026, number, 1).strftime("%B") for number in range(1, 13)]


@pytest.mark.parametrize("number", range(1, 12))  # December is to come, seen from the reference
@pytest.mark.parametrize("year", ["", " 2026"])
@pytest.mark.parametrize("length", [3, 9])
def test_months_by_their_name(number: int, year: str, length: int) -> None:
    found = event(f"<13>{MONTHS[number - 1][:length]} 25{year} 12:15:30 host1 app[7]: text")
    assert found["@timestamp"] == dt.datetime(2026, number, 25, 3, 15, 30, tzinfo=dt.UTC)
    assert (found["host.name"], found["process.pid"], found["message"]) == ("host1", 7, "text")


@pytest.mark.parametrize("month", ["Mayor", "Janua", "Septembers", "JUNE", "Decem"])
def test_other_words_are_no_months(month: str) -> None:
    assert "host.name" not in event(f"<13>{month} 25 12:15:30 host1 app[7]: text")


@pytest.mark.parametrize(
    ("text", "identifier"), [("123  - text", None), ('-  [a@1 b="c"] text', None), ("123 ID47 - text", "ID47")]
)
def test_rfc_5424_with_an_empty_message_id(text: str, identifier: str | None) -> None:
    found = event(f"<14>1 2026-11-25T08:15:30.250Z host1 app {text}")
    assert (found["host.name"], found["process.name"], found["message"]) == ("host1", "app", "text")
    assert found.get("log.syslog.msgid") == identifier
