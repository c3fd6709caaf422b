"""An incident is told in the order of its alerts' times."""

from __future__ import annotations

from typing import Any

from watchfloor.alerts.levels import worst_first
from watchfloor.incidents.story import belonging, evidence, numbers, reason, told


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


def test_a_join_names_the_step_that_it_goes_by() -> None:
    shared = [{"kind": "user", "value": "eva", "weight": 0.85}]
    steps = [step("a", "2026-03-01T12:00:00Z"), step("b", "2026-03-01T12:01:00Z")]
    steps[1]["join"] = {"by_hand": False, "other": "a", "apart": 60_000_000, "shared": shared}
    incident = told(
        {"first": "2026-03-01T12:00:00Z", "last": "2026-03-01T12:01:00Z", "severity": "low", "why": []}, steps
    )
    first, second = incident["timeline"]
    assert belonging(first, numbers(incident)) == "the first alert"
    assert belonging(second, numbers(incident)) == "with step 1, 1 minute from an alert with user eva"


def test_a_join_by_hand_tells_what_a_machine_would_have_gone_by() -> None:
    join = {"by_hand": True, "other": "a", "apart": 0, "shared": [{"kind": "user", "value": "eva", "weight": 0.5}]}
    assert reason(join) == "joined by hand"
    join["shared"] = [{"kind": "user", "value": "eva", "weight": 0.85}]
    assert reason(join) == "joined by hand; less than a minute from an alert with user eva"


def test_the_summary_counts_in_the_right_number() -> None:
    one = step("a", "2026-03-01T12:00:00Z", "high")
    one["links"] = [{"kind": kind, "value": value, "side": "actor"} for kind, value in WHO]
    head = {"first": one["timestamp"], "last": one["timestamp"], "severity": "high", "why": ["it is"]}
    text = told(head, [one])["summary"]
    assert (
        "1 alert of 1 rule about host web01; users eva, tom; addresses 192.0.2.1, 192.0.2.2, 192.0.2.3 and 1 more."
        in text
    )


WHO = [("host", "web01"), ("user", "eva"), ("user", "tom"), *(("ip", f"192.0.2.{number}") for number in range(1, 5))]


def test_nobody_acts_on_themselves() -> None:
    one = step("a", "2026-03-01T12:00:00Z", "high")
    ends = (("user", "eva", "actor"), ("user", "eva", "target"), ("user", "root", "target"))
    one["links"] = [{"kind": kind, "value": value, "side": side} for kind, value, side in ends]
    head = {"first": one["timestamp"], "last": one["timestamp"], "severity": "high", "why": ["it is"]}
    assert [each["to"]["value"] for each in told(head, [one])["connections"]] == ["root"]


def test_evidence_says_what_is_there() -> None:
    assert evidence({"selection": "s", "field": "Path", "value": "", "pattern": ""}) == "Path: (empty)"
    measured = {
        "selection": "correlation",
        "field": "event_count",
        "value": "12",
        "pattern": "event_count gte 10 within 5m",
    }
    assert evidence(measured) == "12: event_count gte 10 within 5m"


def test_first_steps_stand_below_their_rule_and_once() -> None:
    low, high = step("low", "2026-03-01T12:00:00Z"), step("high", "2026-03-01T12:01:00Z", "high")
    low["rule"]["response"], high["rule"]["response"] = ["Ask.", "Block."], ["Isolate.", "Ask."]
    head = {"first": low["timestamp"], "last": high["timestamp"], "severity": "high", "why": ["it is"]}
    found = told(head, [low, high])
    assert found["first_steps"] == [
        {"rule": "high", "steps": ["Isolate.", "Ask."]},
        {"rule": "low", "steps": ["Block."]},
    ]
    assert found["response"] == ["Isolate.", "Ask.", "Block."]
