"""Accounts of one name in the domains of two owners are two, as far as nobody can make use of that."""

from __future__ import annotations

import pytest
from behavior_rows import Event, found

from watchfloor.detect.behaviors.namesakes import owner
from watchfloor.detect.behaviors.plugin import DAY, HOUR, Finding

START = 20_000 * DAY + 8 * HOUR
DE, US, NG = ("de", "3320", "203.0.113.1"), ("us", "7922", "198.51.100.2"), ("ng", "29465", "192.0.2.3")


@pytest.mark.parametrize(
    ("domain", "label"),
    [
        ("example.com", "example"),
        ("Mail.EXAMPLE.co.uk.", "example"),
        ("a.test", "a"),
        ("example.onmicrosoft.com", "example"),
        ("example.mail.onmicrosoft.com", "example"),
        ("mail.onmicrosoft.com", "mail"),
        ("onmicrosoft.com", ""),
        ("EXAMPLE", ""),
        ("ad.example.local", ""),
        ("corp.lan", ""),
        ("co.uk", ""),
        ("203.0.113.7", ""),
        ("", ""),
        ("a" * 300 + ".com", ""),
    ],
)
def test_an_owner_is_whoever_registered_the_domain(domain: str, label: str) -> None:
    assert owner(domain) == label


def at(time: int, where: tuple[str, str, str], label: str) -> Event:
    return Event("info", START + time, (*where, "", "", "", "", "", "", "", "", label))


def travel(*events: Event) -> list[Finding]:
    return found("impossible_travel", events).get("info", [])


HISTORY = [at(-day * DAY + minute, where, label) for day in range(1, 11) for minute, where, label in
           ((0, DE, "florist"), (HOUR, US, "bakery"))]  # fmt: skip


def test_log_ins_of_two_accounts_are_no_journey() -> None:
    (first,) = travel(*HISTORY, at(0, DE, "florist"), at(HOUR, US, "bakery"))
    assert first.learning, "on the first day nobody knows that they are two"
    assert first.time == START - 10 * DAY + HOUR
    one = [Event(each.entity, each.time, (*each.value[:-1], "florist")) for each in HISTORY]
    assert len(travel(*one)) == 1, "of one account they are"


def test_an_intruder_is_found_between_the_log_ins_of_a_namesake() -> None:
    day = [at(0, DE, "florist"), at(HOUR // 2, US, "bakery"), at(HOUR, NG, "florist"), at(2 * HOUR, US, "bakery")]
    _, finding = travel(*HISTORY, *day)
    assert (finding.first, finding.time) == (START, START + HOUR)


@pytest.mark.parametrize("label", ["", "made-up"])
def test_a_domain_that_is_new_or_not_told_hides_nothing(label: str) -> None:
    alone = [each for each in HISTORY if each.value[-1] == "florist"]
    (finding,) = travel(*alone, at(0, DE, "florist"), at(HOUR, NG, label))
    assert finding.time == START + HOUR


@pytest.mark.parametrize("way", ["line", "device"])
def test_accounts_of_one_person_in_two_domains_are_one_traveller(way: str) -> None:
    """As of a company whose mail is in another domain than its directory."""
    device = "4b8d" if way == "device" else ""
    place = ("de", "3320", "203.0.113.1" if way == "line" else "203.0.113.9")
    days = [
        Event("info", START - day * DAY + hour, (*where, "", "", "", "", known, "", "", "", label))
        for day in range(1, 11)
        for hour, where, label, known in ((0, DE, "fabrikam", device), (HOUR, place, "contoso", device))
    ]
    (finding,) = travel(*days, at(0, DE, "fabrikam"), at(HOUR, NG, "contoso"))
    assert finding.time == START + HOUR


@pytest.mark.parametrize("label", ["made-up", ""])
def test_nobody_hides_behind_a_namesake_abroad(label: str) -> None:
    days = [at(-day * DAY + hour, where, owner) for day in range(1, 11) for hour, where, owner in
            ((0, DE, "florist"), (HOUR // 2, NG, "bakery"))]  # fmt: skip
    near = ("ng", "37148", "192.0.2.77")
    day = [at(0, DE, "florist"), at(HOUR // 2, NG, "bakery"), at(HOUR // 2 + 60_000_000, near, label)]
    found = [each.time for each in travel(*days, *day) if not each.learning]
    assert found == [day[-1].time]


def test_two_days_of_a_made_up_domain_hide_nothing() -> None:
    alone = [each for each in HISTORY if each.value[-1] == "florist"]
    seeds = [at(-day * DAY - 6 * HOUR, ("de", "680", "198.51.100.77"), "made-up") for day in (4, 5)]
    (finding,) = travel(*alone, *seeds, at(0, DE, "florist"), at(HOUR, NG, "made-up"))
    assert finding.time == START + HOUR
