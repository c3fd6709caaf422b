"""Texts that any program may write are a firewall's only where the firewall's own programs write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

WANTED = frozenset(declared())
SOURCE = Source("s", "x.log", reference=dt.datetime(2026, 11, 30, tzinfo=dt.UTC))
LOGIN = "user 'bob' authenticated"
VISIT = "Zone: guests - USER LOGIN: bob, 00:00:5e:00:53:01, 10.0.9.20"


def event(line: str) -> dict[str, Any]:
    return next(parse_records(RawBatch.of(SOURCE, [line]), wanted=WANTED).rows())


@pytest.mark.parametrize("text", [LOGIN, "Zone: cache - ERROR: disk full", VISIT])
def test_another_programs_words_are_no_firewalls(text: str) -> None:
    found = event(f"Mar  5 11:00:01 app01 myapp[1]: {text}")
    assert (found["event.dataset"], found.get("event.outcome")) == ("linux.syslog", None)


@pytest.mark.parametrize(
    "line",
    [
        f"Mar  5 11:00:01 fw openvpn[2201]: {LOGIN}",
        f"Mar  5 11:00:01 fw /usr/local/sbin/openvpn: {LOGIN}",
        f"<38>1 2026-11-05T11:00:01+01:00 fw openvpn 2201 - - {LOGIN}",
        f"Mar  5 11:00:01 fw logportalauth[345]: {VISIT}",
        f"Mar  5 11:00:01 fw {LOGIN}",
        LOGIN,
        VISIT,
    ],
)
def test_the_firewalls_programs_and_cut_lines_are_its_own(line: str) -> None:
    found = event(line)
    assert (found["event.dataset"], found["user.name"], found["event.outcome"]) == (
        "firewall.pfsense",
        "bob",
        "success",
    )
