"""The score says what is right, and what is missed, mixed, out of order, loud or stray."""

from __future__ import annotations

from typing import Any

from watchfloor.testing.company.score import numbers, score


def step(number: str, line: int, *, expected: bool = True) -> dict[str, Any]:
    return {"id": number, "what": number, "alert_expected": expected, "evidence": {"a.log": [line]}}


SILENT = step("one.3", 3, expected=False)
PLANTED = {
    "attacks": [
        {"id": "one", "expected": "incident", "steps": [step("one.1", 1), step("one.2", 2), SILENT]},
        {"id": "two", "expected": "incident", "steps": [step("two.1", 11)]},
        {"id": "nothing", "expected": "low", "steps": [step("nothing.1", 21)]},
    ]
}


def alert(name: str, *lines: int, level: str = "high", late: int = 0) -> dict[str, Any]:
    """An alert with events of these lines, each at the second of its number, some seconds late."""
    times = [f"2026-10-21T10:{(line + late) // 60:02}:{(line + late) % 60:02}Z" for line in lines]
    events = [
        {"log.file.path": "a.log", "log.line": line, "@timestamp": time}
        for line, time in zip(lines, times, strict=True)
    ]
    rule = {"title": f"rule {name}", "level": level}
    return {"id": name, "timestamp": min(times), "rule": rule, "events": events}


def incident(name: str, *alerts: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "timeline": [{"id": each["id"], "timestamp": each["timestamp"]} for each in alerts]}


ALERTS = [alert("a", 1), alert("b", 2), alert("c", 11), alert("d", 21, level="low")]
A, B, C = ALERTS[:3]
INCIDENTS = [incident("i", A, B), incident("j", C)]


def test_lines_are_named_one_by_one_or_from_first_to_last() -> None:
    assert list(numbers([3, "5-7", "9-10", 12])) == [3, 5, 6, 7, 9, 10, 12]


def test_all_right() -> None:
    found = score(PLANTED, ALERTS, INCIDENTS)
    assert found.right
    assert [each.incidents for each in found.attacks] == [("i",), ("j",), ()]
    assert found.attacks[0].steps[1].alerts == ("rule b",)


def test_a_step_without_an_alert_in_the_incident_is_missed() -> None:
    found = score(PLANTED, ALERTS, [incident("i", A), incident("j", C)])
    assert not found.right
    assert found.attacks[0].steps[1].alerts == ()
    assert found.attacks[0].steps[1].elsewhere == ("rule b",)


def test_an_attack_in_two_incidents_and_two_attacks_in_one_are_wrong() -> None:
    assert not score(PLANTED, ALERTS, [incident("i", A), incident("k", B), incident("j", C)]).attacks[0].right
    assert score(PLANTED, ALERTS, [incident("i", A, B, C)]).mixed == ("i",)


def test_an_incident_told_out_of_order_is_wrong() -> None:
    found = score(PLANTED, ALERTS, [incident("i", B, A), incident("j", C)])
    assert not found.attacks[0].ordered
    assert not found.right


def test_evidence_of_a_step_that_is_dated_before_the_step_before_it_is_out_of_order() -> None:
    """As by a clock or a time zone that was read wrongly."""
    early, after = alert("b", 2, late=-2), alert("e", 2, late=-1)
    found = score(PLANTED, [A, early, C], [incident("i", early, A), incident("j", C)])
    assert not found.attacks[0].ordered
    again = score(PLANTED, [A, early, after, C], [incident("i", early, A, after), incident("j", C)])
    assert not again.attacks[0].ordered


def test_an_alert_of_several_steps_counts_for_each_when_it_happened() -> None:
    first_and_last = alert("a", 1, 3)
    assert score(PLANTED, [first_and_last, B, C], [incident("i", first_and_last, B), incident("j", C)]).right


def test_an_alert_that_begins_before_the_attack_counts_from_its_evidence() -> None:
    """Of two journeys that no time connects, the first one may be the victim's own."""
    journey = alert("b", 0, 2)
    found = score(PLANTED, [A, journey, C], [incident("i", journey, A), incident("j", C)])
    assert found.right


def test_seconds_and_their_fractions_are_compared_as_times() -> None:
    whole, fraction = alert("a", 1), alert("b", 2)
    fraction["timestamp"] = whole["timestamp"].replace("Z", ".420000Z")
    fraction["events"][0]["@timestamp"] = fraction["timestamp"]
    assert score(PLANTED, [whole, fraction, C], [incident("i", whole, fraction), incident("j", C)]).right
    assert not score(PLANTED, [whole, fraction, C], [incident("i", fraction, whole), incident("j", C)]).right


def test_what_is_low_must_stay_low() -> None:
    loud = [*ALERTS[:3], alert("d", 21, level="medium")]
    assert score(PLANTED, loud, INCIDENTS).attacks[2].highest == "medium"
    assert not score(PLANTED, loud, INCIDENTS).right


def test_what_has_no_attack_is_counted() -> None:
    others = [alert(f"m{number}", 90 + number, level="medium") for number in range(6)]
    assert score(PLANTED, [*ALERTS, *others[:5]], INCIDENTS).right
    assert not score(PLANTED, [*ALERTS, *others], INCIDENTS).right
    loud = score(PLANTED, [*ALERTS, alert("x", 99)], [*INCIDENTS, incident("z", alert("x", 99))])
    assert loud.loud == {"rule x": 1}
    assert loud.stray == ("z",)
