"""Pivots of alerts: each value once per event, whatever alerts share it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from watchfloor.alerts.timeline import Entry
from watchfloor.hunting.pivots import Pivot, pivots, values

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def entry(alert: str, level: str, minute: int, **event: Any) -> Entry:
    head = {"id": alert, "rule": {"level": level}}
    fields = {name.replace("__", "."): value for name, value in event.items()}
    return Entry(head, "", START + dt.timedelta(minutes=minute), {"event.id": f"e{minute}", **fields})


def brief(found: list[Pivot]) -> list[tuple[str, str, str, int, int]]:
    return [(each.kind, each.value, each.level, len(each.alerts), each.events) for each in found]


def test_an_event_of_two_alerts_counts_once_and_the_worst_level_wins() -> None:
    found = pivots(
        [
            entry("a", "low", 1, related__user=["Eva"], related__ip=["192.0.2.1"]),
            entry("b", "high", 1, related__user=["Eva"], related__ip=["192.0.2.1"]),
            entry("a", "low", 5, related__user=["eva", "root"]),
        ]
    )
    assert brief(found) == [
        ("users", "eva", "high", 2, 2),
        ("users", "root", "low", 1, 1),
        ("addresses", "192.0.2.1", "high", 2, 1),
    ]
    assert (found[0].first, found[0].last) == (START + dt.timedelta(minutes=1), START + dt.timedelta(minutes=5))


def test_values_of_each_kind_without_those_that_mean_nothing() -> None:
    event = {
        "related.user": ["-", "", "Anna "],
        "related.ip": ["127.0.0.1", "198.51.100.7"],
        "related.hash": ["ABCD"],
        "dns.question.name": "C2.Example.",
        "url.domain": "c2.example.",
        "process.executable": r"C:\A.exe",
        "process.name": "A.exe",
        "process.parent.name": "b.exe",
    }
    assert list(values(event)) == [
        ("users", "anna"),
        ("addresses", "198.51.100.7"),
        ("domains", "c2.example."),
        ("hashes", "abcd"),
        ("processes", r"C:\A.exe"),
        ("processes", "b.exe"),
    ]
    assert list(values({})) == []
