"""Impossible travel of records that say the device and the program."""

import random

import pytest
from behavior_rows import Event, found
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.detect.behaviors.plugin import DAY, HOUR, MINUTE, Finding
from watchfloor.detect.behaviors.programs import BROWSERS, OTHER, SYSTEMS, agent, browser, client, device, system

Value = tuple[str, ...]
START = 20_000 * DAY + 8 * HOUR
HOME = ("de", "3320", "203.0.113.9", "", "", "", "")
RENTED = ("us", "64500", "203.0.113.50", "example cloud hosting llc", "", "", "")
JAPAN = ("jp", "2516", "203.0.113.60", "example cable", "", "", "")
LAPTOP = ("d-1", "windows", "edge", "")
UNNAMED = ("", "windows", "edge", "")
SCRIPT = ("", "", "script", "script")
SILENT = ("", "", "", "")


def at(time: int, where: Value, using: Value = SILENT) -> Event:
    return Event("anna", START + time, (*where, *using))


def before(where: Value, days: int, using: Value = SILENT) -> list[Event]:
    return [at(-day * DAY, where, using) for day in range(1, days + 1)]


def travel(*events: Event) -> list[Finding]:
    return found("impossible_travel", events)["anna"]


def test_one_device_at_both_ends_is_one_person() -> None:
    home = before(HOME, 20, LAPTOP)
    assert travel(*home, at(0, HOME, LAPTOP), at(HOUR, JAPAN, LAPTOP)) == []
    assert len(travel(*home, at(0, HOME, LAPTOP), at(HOUR, JAPAN, ("d-2", *LAPTOP[1:])))) == 1
    assert len(travel(*home, at(0, HOME, LAPTOP), at(HOUR, JAPAN, UNNAMED))) == 1, "the same program is no proof"
    assert travel(at(0, HOME, LAPTOP), at(HOUR, JAPAN, LAPTOP)) == [], "nor does it take history"


def test_the_own_device_at_an_exit_is_the_user_whatever_else_goes_on_at_home() -> None:
    days = before(HOME, 20, LAPTOP)
    turn = (at(0, HOME), at(HOUR, RENTED, LAPTOP), at(2 * HOUR, HOME), at(3 * HOUR, RENTED, LAPTOP))
    assert travel(*days, *turn) == []
    stranger = [each._replace(value=(*each.value[:7], *SILENT)) for each in turn]
    assert len(travel(*days, *stranger)) == 1
    other = [each._replace(value=(*each.value[:7], each.value[7] and "d-9", *each.value[8:])) for each in turn]
    assert len(travel(*days, *other)) == 1, "a device that was never at home"


def test_an_intruder_behind_the_exit_that_the_user_has_open_is_not_hidden() -> None:
    days = before(HOME, 20, LAPTOP)
    evening = (at(0, HOME, LAPTOP), at(HOUR, RENTED, LAPTOP), at(HOUR + 1, RENTED, SCRIPT))
    (only,) = travel(*days, *evening)
    assert "script" in only.why


@pytest.mark.parametrize("using", [SCRIPT, ("", "linux", "firefox", ""), ("d-9", "windows", "edge", "")])
def test_what_the_account_never_used_before_needs_no_turns_in_a_data_centre(using: Value) -> None:
    home = before(HOME, 20, LAPTOP)
    (only,) = travel(*home, at(0, HOME, LAPTOP), at(HOUR, RENTED, using))
    assert "never used before" in only.why
    assert not only.learning
    assert travel(*home, at(0, HOME, LAPTOP), at(HOUR, RENTED, UNNAMED)) == [], "a private window, or a copy of one"
    known = [at(-5 * DAY + HOUR, HOME, using)]
    assert travel(*home, *known, at(0, HOME, LAPTOP), at(HOUR, RENTED, using)) == []
    old = [at(-40 * DAY, HOME, using)]
    assert len(travel(*home, *old, at(0, HOME, LAPTOP), at(HOUR, RENTED, using))) == 1
    assert travel(*before(HOME, 20), at(0, HOME), at(HOUR, RENTED, using)) == [], "nothing is known of what there is"
    assert travel(*before(HOME, 3, LAPTOP), at(0, HOME, LAPTOP), at(HOUR, RENTED, using)) == [], "in the first days"
    assert travel(*home, *before(RENTED, 3, LAPTOP), at(0, HOME), at(HOUR, RENTED, using)) == [], "a desktop there"


def test_where_programs_are_said_a_few_colleagues_explain_no_data_centre() -> None:
    """Their private VPNs do not make it the company's way out: of a country's users it takes a twentieth."""
    turn = [*before(HOME, 20, UNNAMED), at(0, HOME), at(HOUR, RENTED, UNNAMED), at(2 * HOUR, HOME)]
    there = [at(-DAY, RENTED, UNNAMED)._replace(entity=f"user{number}") for number in range(3)]
    here = [at(-2 * DAY, HOME, UNNAMED)._replace(entity=f"user{number}") for number in range(100)]
    assert len(travel(*turn, *there, *here)) == 1
    assert travel(*turn, *there, *here[:59]) == [], "they and the user are 60"
    silent = [each._replace(value=(*each.value[:7], *SILENT)) for each in turn]
    assert travel(*silent, *there, *here) == [], "where nothing tells one from the other, three explain it"


def test_without_history_a_telephone_in_a_network_of_colleagues_may_be_abroad() -> None:
    """Nothing says yet in which network the user's own is let out while its owner travels."""
    phone = ("", "ios", "safari", "ios safari")
    colleagues = [at(-DAY, HOME, phone)._replace(entity=f"user{number}") for number in range(5)]
    for journey in ((at(0, JAPAN, UNNAMED), at(HOUR, HOME, phone)), (at(0, HOME, phone), at(HOUR, JAPAN, UNNAMED))):
        assert travel(*journey, *colleagues) == []
        (only,) = travel(*journey, *colleagues[1:])
        assert only.learning, "too few of them"
        today = [each._replace(time=START) for each in colleagues]
        assert len(travel(*journey, *today)) == 1, "days before, not the same day"
        assert len(travel(*before(HOME, 8, LAPTOP), *journey, *colleagues)) == 1, "with history that is what tells"
    two = at(0, JAPAN, phone), at(HOUR, HOME, phone)
    assert len(travel(*two, *colleagues)) == 1, "two telephones"
    rented = [each._replace(value=(*RENTED, *phone)) for each in colleagues]
    turns = [at(number * HOUR, RENTED if number % 2 else HOME, phone if number % 2 else LAPTOP) for number in range(5)]
    assert len(travel(*turns, *rented)) == 1, "in a data centre, which anybody can rent"


def test_many_devices_of_one_user_are_judged_in_linear_time() -> None:
    turns = [
        at(number * 1_000_000, HOME if number % 2 else RENTED, (f"d-{number}", "windows", "edge", ""))
        for number in range(5_000)
    ]
    assert len(travel(*before(HOME, 20, LAPTOP), *turns)) == 1


def test_records_that_say_nothing_are_judged_as_ever() -> None:
    days = [*before(HOME, 20), at(0, HOME), at(HOUR, RENTED)]
    assert travel(*days) == []
    assert len(travel(*days, at(2 * HOUR, HOME))) == 1


def test_a_finding_names_no_word_that_the_record_does_not_have() -> None:
    (only,) = travel(*before(HOME, 20, LAPTOP), at(0, HOME, LAPTOP), at(HOUR, JAPAN, UNNAMED))
    assert only.value == '["jp","2516","203.0.113.60","example cable","","","",""]'


SIGN_INS = st.lists(
    st.builds(
        lambda minute, where, using: at(minute * MINUTE, where, using),
        st.integers(0, 20_000),
        st.sampled_from([HOME, RENTED, JAPAN]),
        st.sampled_from([LAPTOP, UNNAMED, SCRIPT, SILENT, ("d-9", "ios", "safari", "ios safari")]),
    ),
    min_size=2,
    max_size=30,
)


@settings(max_examples=60)
@given(SIGN_INS, st.randoms())
def test_order_and_older_rows_change_nothing(events: list[Event], order: random.Random) -> None:
    mixed = list(events)
    order.shuffle(mixed)
    assert travel(*mixed) == travel(*events)
    old = [each._replace(time=each.time - 80 * DAY) for each in events]
    first = min(old, key=lambda each: each.time)
    shorter, longer = (travel(*events, *more) for more in ((first,), old))
    assert [each for each in shorter if each.time >= START] == [each for each in longer if each.time >= START]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/153.0.0.0 Safari/537.36",
            "windows chrome",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/153.0 Safari/537.36 Edg/153.0", "windows edge"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "ios safari"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:155.0) Gecko/20100101 Firefox/155.0", "macos firefox"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/153.0 Mobile Safari/537.36", "android chrome"),
        ("python-requests/2.32", "other script"),
        ("", ""),
        ("-", ""),
    ],
)
def test_words_of_user_agents(text: str, words: str) -> None:
    assert agent(text) == words


def test_versions_make_no_new_programs() -> None:
    assert {browser(f"Edge {version}.0.2088") for version in range(100, 160)} == {"edge"}
    assert {browser(text) for text in ("CHROME", "Chrome Mobile 153", "Chrome 153.0.0")} == {"chrome"}
    assert [system(text) for text in ("Windows10", "Ios 19", "MacOs", "Mac OS X", "UNKNOWN")] == [
        *("windows", "ios", "macos", "macos", "")
    ]


def test_ids_of_no_device() -> None:
    assert [device(text) for text in ("", "00000000-0000-0000-0000-000000000000", "x" * 101)] == ["", "", ""]
    assert device("5a1c0de0-0000-4000-8000-000000000001") == "5a1c0de0-0000-4000-8000-000000000001"


def test_the_user_agent_fills_what_the_record_leaves_out() -> None:
    assert client("", "", "") is None
    assert client("", "", "windows edge") == ("windows", "edge")
    assert client("linux", "", "windows edge") == ("linux", "edge")


@given(st.text(max_size=2000))
def test_whatever_somebody_sends_is_one_of_few_words(text: str) -> None:
    assert system(text) in {*SYSTEMS, OTHER, ""}
    assert browser(text) in {*BROWSERS, OTHER, ""}
    assert set(agent(text).split()) <= {*SYSTEMS, *BROWSERS, OTHER}
