"""What counts as found, and what as a false alarm."""

from watchfloor.testing.simulation.cases import Case
from watchfloor.testing.simulation.company import DAY, HOUR
from watchfloor.testing.simulation.scoring import BY_ANY, Finding, Recall, score

ANSWERS = {"scan": frozenset({"spread"}), "recipients": frozenset({"mail"})}
CASES = [
    Case("scan", "10.0.0.1", 10 * DAY, 10 * DAY + 5, "", {"targets": 30.0, "seconds": 60.0}),
    Case("scan", "10.0.0.2", 20 * DAY, 20 * DAY + 5, "", {"targets": 100.0, "seconds": 60.0}),
    Case("recipients", "A@example.org", 3 * DAY, 3 * DAY, "", {"recipients": 60.0, "messages": 1.0}),
]


def finding(rule: str, at: int, *entities: str) -> Finding:
    return Finding(rule, frozenset(entities), at, at)


def test_a_case_is_found_by_its_rule_about_its_entity_at_its_time() -> None:
    result = score(
        CASES, [finding("spread", 10 * DAY, "web", "10.0.0.1"), finding("mail", 3 * DAY, "a@EXAMPLE.org")], ANSWERS
    )
    assert result.missed == [CASES[1]]
    assert result.recall["scan"] == {
        ("", ""): Recall(1, 2),
        ("targets", "30"): Recall(1, 1),
        ("targets", "100"): Recall(0, 1),
        ("seconds", "60"): Recall(1, 2),
        BY_ANY: Recall(1, 2),
    }
    assert result.recall["recipients"]["", ""] == Recall(1, 1)
    assert not result.false


def test_another_rule_is_right_but_finds_nothing() -> None:
    result = score(CASES, [finding("first seen", 10 * DAY, "10.0.0.1")], ANSWERS)
    assert len(result.missed) == 3
    assert list(result.right) == ["first seen"]
    assert not result.false


def test_any_rule_tells_of_a_case_within_an_hour_but_for_those_apart() -> None:
    def told(*findings: Finding) -> Recall:
        return score(CASES, findings, ANSWERS, apart={"apart"}).recall["scan"][BY_ANY]

    first, second = (case.since for case in CASES[:2])
    assert told(finding("first seen", first + HOUR, "10.0.0.1"), finding("other", second, "10.0.0.2")) == Recall(2, 2)
    assert told(finding("first seen", first - HOUR - 1, "10.0.0.1"), finding("apart", second, "10.0.0.2")) == Recall(
        0, 2
    )
    assert told(Finding("other", frozenset({"10.0.0.1"}), first - DAY, first + DAY)) == Recall(1, 2)


def test_at_another_time_or_about_others_it_is_false() -> None:
    findings = [finding("spread", 15 * DAY, "10.0.0.1"), finding("spread", 10 * DAY, "10.0.0.3"), finding("spread", 0)]
    result = score(CASES, findings, ANSWERS)
    assert result.false == {"spread": findings}
    assert len(result.missed) == 3


def test_a_beacon_is_hard_by_its_jitter_and_by_its_contacts_in_a_week() -> None:
    def beacon(entity: str, days: int, jitter: float) -> Case:
        parameters: dict[str, str | float] = {
            "interval_s": 60.0,
            "jitter": jitter,
            "channel": "dns",
            "sizes": "none",
            "hours": "office",
            "contacts": 40.0,
        }
        return Case("beacon", entity, 0, days * DAY, "", parameters)

    cases = [beacon("10.0.0.1", 1, 0.3), beacon("10.0.0.2", 14, 0.1), beacon("10.0.0.3", 15, 0.1)]
    cases.append(beacon("10.0.0.4", 1, 0.4))
    shown = score(cases, [], {}).recall["beacon"]
    assert shown["difficulty", "jitter to 0.3 and at least 20 a week"] == Recall(0, 2)
    assert shown["difficulty", "jitter to 0.3 and fewer than 20 a week"] == Recall(0, 1)
    assert shown["difficulty", "jitter above 0.3"] == Recall(0, 1)


def test_a_parameter_that_no_case_has_is_no_line_and_one_that_some_have_is_theirs() -> None:
    def travel(entity: str, **more: str) -> Case:
        known: dict[str, str | float] = {"speed_kmh": 2000.0, "distance_class": "far", "network": "home"}
        return Case("impossible_travel", entity, 0, 1, "US", known | more)

    plain = score([travel("a"), travel("b")], [], {}).recall["impossible_travel"]
    assert not any(name == "shown" for name, _ in plain)
    mixed = score([travel("a"), travel("b", shown="no city")], [], {}).recall["impossible_travel"]
    assert mixed["shown", "no city"] == Recall(0, 1)
    assert mixed["", ""] == Recall(0, 2)
