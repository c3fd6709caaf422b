import random

import numpy as np
import pytest
from behavior_rows import Event, found
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.detect.behaviors.kinds.periodicity import _cached
from watchfloor.detect.behaviors.plugin import DAY, HOUR, MINUTE, SECOND, Finding
from watchfloor.detect.behaviors.registry import kinds

START = 20_000 * DAY + 8 * HOUR
BEACON = ("203.0.113.9",)
PARAMETERS = {"destination": ["destination.ip"], "size": "source.bytes"}


def calls(
    period: float,
    count: int,
    jitter: float = 0.0,
    *,
    host: str = "10.0.0.5",
    to: tuple[str, ...] = BEACON,
    start: int = START,
    size: int = 0,
    seed: int = 1,
) -> list[Event]:
    steps = period * (1 + np.random.default_rng(seed).uniform(-jitter, jitter, count))
    return [Event(host, start + int(each * SECOND), to, size) for each in np.cumsum(steps)]


def past(days: int = 30) -> list[Event]:
    """Somebody has been contacting something all the time, so that the organisation is known."""
    return [Event("10.0.0.99", START - day * DAY, ("198.51.100.1",)) for day in range(1, days + 1)]


def beacons(events: list[Event], host: str = "10.0.0.5", **parameters: object) -> list[Finding]:
    return found("periodicity", events, **{**PARAMETERS, **parameters}).get(host, [])


def test_a_beacon_is_found_and_described() -> None:
    (only,) = beacons([*past(), *calls(60, 200, 0.3, size=300)])
    for part in (
        "'10.0.0.5'",
        "'203.0.113.9'",
        "200 contacts",
        "1 of at most 5 clients",
        "about 300 bytes",
        "s (jitter",
    ):
        assert part in only.why
    assert "without history" not in only.why
    assert not only.learning
    assert only.events == 200
    assert only.time == only.first == only.places[0].time


def test_without_history_it_says_so() -> None:
    (only,) = beacons(calls(60, 200))
    assert "without history" in only.why
    assert only.learning
    (other,) = beacons([*past(6), *calls(60, 200)])
    assert "without history" in other.why


def test_what_many_know_is_no_beacon() -> None:
    hosts = [f"10.0.1.{number}" for number in range(6)]
    others = [event for host in hosts for event in calls(60, 200, host=host)]
    assert beacons([*past(), *others], host=hosts[0]) == []
    assert len(beacons([*past(), *others[: 5 * 200]], host=hosts[0])) == 1


def test_what_is_known_for_long_is_no_beacon() -> None:
    seen = Event("10.0.0.7", START - 8 * DAY, BEACON)
    assert beacons([*past(), seen, *calls(60, 200)]) == []
    lately = seen._replace(time=START - 6 * DAY)
    assert len(beacons([*past(), lately, *calls(60, 200)])) == 1


def test_a_new_address_of_a_large_service_is_no_beacon() -> None:
    service = [Event(f"10.0.2.{number}", START, (f"203.0.113.{20 + number}",)) for number in range(20)]
    assert beacons([*past(), *service, *calls(60, 200)]) == []
    popular = [Event(f"10.0.2.{number}", START, (f"203.0.113.{20 + number % 3}",)) for number in range(60)]
    assert len(beacons([*past(), *popular, *calls(60, 200)])) == 1, "shared hosting is no excuse"
    named = calls(60, 200, to=("c2.example.net",))
    assert len(beacons([*past(), *service, *named], destination=["destination.domain"])) == 1


def test_only_contacts_of_days_on_which_it_is_rare_count() -> None:
    crowd = [Event(f"10.0.1.{number}", START, BEACON) for number in range(6)]
    busy, later = calls(60, 200), calls(60, 19, start=START + 15 * DAY)
    old = Event("10.0.0.7", START - 20 * DAY, ("198.51.100.7",))
    assert beacons([*past(), old, *crowd, *busy, *later]) == []
    enough = calls(60, 25, start=START + 15 * DAY)
    assert [each.time // DAY for each in beacons([*past(), old, *crowd, *busy, *enough])] == [START // DAY + 15]


def test_slow_beacons_take_several_days() -> None:
    slow = [each for day in range(3) for each in calls(HOUR / SECOND, 9, start=START + day * DAY)]
    found_on = [each.time // DAY for each in beacons([*past(), *slow])]
    assert found_on == [START // DAY + 2]


def test_a_beacon_over_midnight_is_one() -> None:
    evening = (START // DAY + 1) * DAY - HOUR
    assert len(beacons([*past(), *calls(360, 22, start=evening)])) == 1


def test_people_and_page_loads_are_none() -> None:
    generator = np.random.default_rng(7)
    clicks = np.cumsum(generator.lognormal(3.5, 1.0, 150))
    loads = [
        Event("10.0.0.5", START + int((click + part) * SECOND), BEACON)
        for click in clicks
        for part in generator.exponential(1, 8)
    ]
    assert beacons([*past(), *loads]) == []


@pytest.mark.parametrize(
    ("period", "ttl", "cached"),
    [
        (300, 300, True),
        (330, 300, True),
        (600, 300, True),
        (900, 300, True),
        (450, 300, False),
        (60, 300, False),
        (300, 60, False),
        (60, 0, False),
    ],
)
def test_what_a_cache_makes_of_names(period: int, ttl: int, cached: bool) -> None:
    assert _cached(period, ttl) is cached
    events = calls(period, 60, 0.02, to=("c2.example.net",), size=ttl)
    assert (
        beacons([*past(), *events], destination=["dns.question.registered_domain"], size="", ttl="dns.answers.ttl")
        == []
    ) is cached


CONTACTS = st.lists(
    st.builds(
        lambda second, to, host: Event(host, START + second * 30 * SECOND, (to,)),
        st.integers(0, 3_000),
        st.sampled_from(["203.0.113.9", "203.0.113.10"]),
        st.sampled_from(["10.0.0.5", "10.0.0.6"]),
    ),
    max_size=40,
)


@settings(max_examples=40)
@given(CONTACTS, st.randoms())
def test_order_and_older_rows_change_nothing(events: list[Event], order: random.Random) -> None:
    beacon = calls(60, 40, 0.2)
    expected = found("periodicity", [*events, *beacon], **PARAMETERS)
    mixed = [*events, *beacon]
    order.shuffle(mixed)
    assert found("periodicity", mixed, **PARAMETERS) == expected
    old = [Event(each.entity, START - 60 * DAY, each.value) for each in mixed]
    assert found("periodicity", [*mixed, *old], **PARAMETERS) == expected


def test_limits_of_parameters() -> None:
    with pytest.raises(ValueError, match="odds"):
        beacons([], odds=1)
    assert beacons([*past(), *calls(60, 19)]) == []
    assert beacons([*past(), *calls(60, 19)], contacts=15, lasting="15m") != []
    assert beacons([*past(), *calls(1, 400)]) == [], "a transfer of minutes"
    assert beacons([*past(), *calls(20 * MINUTE / SECOND, 30)]) != []


def test_a_beacon_is_told_once_while_its_destination_is_new() -> None:
    daily = [each for day in range(9) for each in calls(60, 100, start=START + day * DAY)]
    (only,) = beacons([*past(), *daily])
    assert only.time == daily[0].time


def test_what_was_there_before_a_weekend_is_not_new_after_it() -> None:
    """Used on working days only: Friday a week ago, not at the weekend that the seven days begin with."""
    friday = Event("10.0.0.7", START - 10 * DAY, BEACON)
    assert beacons([*past(), friday, *calls(60, 200)]) == []


def test_history_must_reach_back_a_whole_day_behind_the_age() -> None:
    evening = Event("10.0.0.99", START - 8 * DAY, ("198.51.100.1",))
    (only,) = beacons([evening, *past(7), *calls(60, 200)])
    assert only.learning
    (only,) = beacons([*past(9), *calls(60, 200)])
    assert not only.learning


OFFICE = [START + day * DAY for day in range(28) if day % 7 < 5]


def office(period: float, jitter: float, *, days: list[int] | None = None, off: int = 9 * HOUR) -> list[Event]:
    """Calls within working hours; the machine is off at night and at weekends, and begins anew each morning."""
    found: list[Event] = []
    for number, morning in enumerate(OFFICE if days is None else days):
        generator = np.random.default_rng(number)
        at = morning + int(generator.uniform(0, period) * SECOND)
        while at < morning + off:
            found.append(Event("10.0.0.5", at, BEACON))
            at += int(period * (1 + generator.uniform(-jitter, jitter)) * SECOND)
    return found


@pytest.mark.parametrize("jitter", [0.0, 0.1, 0.2, 0.3])
def test_slow_calls_from_a_machine_that_is_off_at_night_take_weeks(jitter: float) -> None:
    (only,) = beacons([*past(), *office(4 * 3600, jitter)])
    assert "hours (jitter" in only.why
    assert not only.learning
    contacts = [event for event in office(4 * 3600, jitter) if event.time // DAY <= only.time // DAY]
    assert len(contacts) >= 20
    assert START + 8 * DAY < only.time < START + 21 * DAY
    assert len(only.places) == len({event.time // DAY for event in contacts})


def test_slow_calls_count_while_their_destination_is_new_and_rare() -> None:
    slow = office(4 * 3600, 0.1)
    assert beacons([*past(40), Event("10.0.0.7", START - 18 * DAY, BEACON), *slow]) == []
    assert beacons([*past(40), *[Event(f"10.0.0.{number}", START, BEACON) for number in range(6, 11)], *slow]) == []
    assert len(beacons([*past(40), *[Event(f"10.0.0.{number}", START, BEACON) for number in range(6, 10)], *slow])) == 1


def test_what_is_slow_and_may_have_been_there_all_the_time_is_not_told() -> None:
    slow = office(4 * 3600, 0.1)
    assert beacons(slow) == []
    assert beacons([*past(2), *slow]) == [], "a weekend may lie before"
    (only,) = beacons([*past(3), *slow])
    assert only.learning, "but not that much is known"
    (only,) = beacons([*past(12), *slow])
    assert not only.learning


def test_a_slow_beacon_is_told_once() -> None:
    around_the_clock = calls(3 * 3600, 200, 0.1)
    assert len(beacons([*past(), *around_the_clock])) == 1
    assert len(beacons([*past(), *office(2.5 * 3600, 0.2)])) == 1


def test_a_quick_beacon_is_not_slow() -> None:
    """Known for eight days when it begins to call often: no longer new, and quick calls are seen in days."""
    first = Event("10.0.0.7", START - 8 * DAY, BEACON)
    assert beacons([*past(40), first, *calls(1200, 60), *calls(1200, 60, start=START + DAY)]) == []


def test_visits_at_any_time_of_the_working_day_are_none() -> None:
    for seed in range(30):
        generator = np.random.default_rng(seed)
        times = np.concatenate([morning + generator.uniform(0, 9 * HOUR, 1 + seed % 6) for morning in OFFICE])
        visits = [Event("10.0.0.5", int(time), BEACON) for time in np.sort(times)]
        assert beacons([*past(), *visits]) == [], seed


BURSTS = st.lists(
    st.builds(
        lambda day, host, made: calls(*made, host=host, start=START + day * DAY),
        st.integers(0, 15),
        st.sampled_from(["10.0.0.5", "10.0.0.6", "10.0.0.7"]),
        st.sampled_from([(60, 1), (60, 5), (60, 30), (4 * 3600, 3), (4 * 3600, 12), (4 * 3600, 20)]),
    ),
    max_size=14,
)


@settings(max_examples=150, deadline=None)
@given(BURSTS)
def test_what_lies_beyond_its_reach_changes_no_finding(bursts: list[list[Event]]) -> None:
    parameters = {**PARAMETERS, "age": "1d", "window": "2d", "slow": "4d", "prevalence": 1, "contacts": 12}
    kind = kinds()["periodicity"]
    reach = kind.reach(kind.parameters.model_validate(parameters))
    events = [event for burst in bursts for event in burst]
    last = START + 15 * DAY
    near = [event for event in events if event.time // DAY * DAY >= last // DAY * DAY - reach]

    def on_the_last_day(some: list[Event]) -> dict[str, list[Finding]]:
        told = {
            who: [each for each in those if each.time >= last]
            for who, those in found("periodicity", some, **parameters).items()
        }
        return {who: those for who, those in told.items() if those}

    assert on_the_last_day(near) == on_the_last_day(events)


@pytest.mark.parametrize("history", [[], past(60)])
def test_what_is_kept_is_enough_for_slow_beacons(history: list[Event]) -> None:
    """On any one day before somebody knew the destination, or the organisation was seen at all."""
    slow = office(4 * 3600, 0.1)
    kind = kinds()["periodicity"]
    reach = kind.reach(kind.parameters.model_validate(PARAMETERS))
    (only,) = beacons([*past(), *slow])
    day = only.time // DAY * DAY
    answers = set()
    for days in range(1, 60):
        for to in (BEACON, ("198.51.100.7",)):
            events = [*history, Event("10.0.0.7", day - days * DAY + HOUR, to), *slow]
            near = [event for event in events if event.time >= day - reach]
            expected = [each for each in beacons(events) if each.time >= day]
            assert [each for each in beacons(near) if each.time >= day] == expected, (days, to)
            answers.add(str([each.learning for each in expected]))
    assert len(answers) == 2 + (not history)
