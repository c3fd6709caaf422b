"""An incident is told in the order of its alerts' times."""

from __future__ import annotations

from typing import Any

from watchfloor.alerts.levels import worst_first
from watchfloor.incidents.story import told


def step(name: str, timestamp: str, level: str = "low") -> dict[str, Any]:
    rule = {"id": name, "title": name, "level": level, "tags": [], "response": []}
    join = {"by_hand": False, "other": "", "apart": 0, "shared": []}
    found = {"id": name, "timestamp": timestamp, "last_timestamp": timestamp, "count": 1, "rule": rule, "join": join}
    return {**found, "entities": [], "why": [], "events": [], "links": []}


STEPS = [
    step("third", "2026-03-01T12:00:01.250000Z"),
    step("second", "2026-03-01T12:00:01Z", "high"),
    step("first", "2026-03-01T12:00:00.999999Z"),
    step("last", "2026-03-01T12:00:02Z", "high"),
]


def test_a_whole_second_is_before_its_fractions() -> None:
    head = {"first": STEPS[2]["timestamp"], "last": STEPS[3]["timestamp"], "severity": "low", "why": ["it is"]}
    incident = told(head, STEPS)
    assert [each["id"] for each in incident["timeline"]] == ["first", "second", "third", "last"]
    assert "It began with “first”" in incident["summary"]


def test_the_worst_alerts_come_first_and_of_these_the_earliest() -> None:
    assert [each["id"] for each in worst_first(STEPS)] == ["second", "last", "first", "third"]
    equal = [step("b", "2026-03-01T12:00:00Z"), step("a", "2026-03-01T12:00:00Z")]
    assert [each["id"] for each in worst_first(equal)] == ["a", "b"]
