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


def alert(name: str, *lines: int, level: str = "high", day: str = "2026-10-21") -> dict[str, Any]:
    events = [{"log.file.path": "a.log", "log.line": line} for line in lines]
    rule = {"title": f"rule {name}", "level": level}
    return {"id": name, "timestamp": f"{day}T10:00:00Z", "rule": rule, "events": events}


def incident(name: str, *alerts: str) -> dict[str, Any]:
    return {"id": name, "timeline": [{"id": each} for each in alerts]}


ALERTS = [alert("a", 1), alert("b", 2), alert("c", 11), alert("d", 21, level="low")]
INCIDENTS = [incident("i", "a", "b"), incident("j", "c")]


def test_lines_are_named_one_by_one_or_from_first_to_last() -> None:
    assert list(numbers([3, "5-7", "9-10", 12])) == [3, 5, 6, 7, 9, 10, 12]


def test_all_right() -> None:
    found = score(PLANTED, ALERTS, INCIDENTS)
    assert found.right
    assert [each.incidents for each in found.attacks] == [("i",), ("j",), ()]
    assert found.attacks[0].steps[1].alerts == ("rule b",)


def test_a_step_without_an_alert_in_the_incident_is_missed() -> None:
    found = score(PLANTED, ALERTS, [incident("i", "a"), incident("j", "c")])
    assert not found.right
    assert found.attacks[0].steps[1].alerts == ()
    assert found.attacks[0].steps[1].elsewhere == ("rule b",)


def test_an_attack_in_two_incidents_and_two_attacks_in_one_are_wrong() -> None:
    assert not score(PLANTED, ALERTS, [incident("i", "a"), incident("k", "b"), incident("j", "c")]).attacks[0].right
    assert score(PLANTED, ALERTS, [incident("i", "a", "b", "c")]).mixed == ("i",)


def test_steps_out_of_order_are_wrong() -> None:
    found = score(PLANTED, ALERTS, [incident("i", "b", "a"), incident("j", "c")])
    assert not found.attacks[0].ordered
    assert not found.right


def test_what_is_low_must_stay_low() -> None:
    loud = [*ALERTS[:3], alert("d", 21, level="medium")]
    assert score(PLANTED, loud, INCIDENTS).attacks[2].highest == "medium"
    assert not score(PLANTED, loud, INCIDENTS).right


def test_what_has_no_attack_is_counted() -> None:
    others = [alert(f"m{number}", 90 + number, level="medium") for number in range(6)]
    assert score(PLANTED, [*ALERTS, *others[:5]], INCIDENTS).right
    assert not score(PLANTED, [*ALERTS, *others], INCIDENTS).right
    loud = score(PLANTED, [*ALERTS, alert("x", 99)], [*INCIDENTS, incident("z", "x")])
    assert loud.loud == {"rule x": 1}
    assert loud.stray == ("z",)
