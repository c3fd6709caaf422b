import random

import pytest
from behavior_rows import Event, found
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.detect.behaviors.plugin import DAY, HOUR, MINUTE, Finding
from watchfloor.detect.behaviors.whereabouts import country, separation

Place = tuple[str, str, str, str, str, str, str]
START = 20_000 * DAY + 8 * HOUR


def place(
    code: str,
    network: int | None = 3320,
    city: tuple[str, str, str] = ("", "", ""),
    operator: str = "",
    last: int = 1,
) -> Place:
    return code, str(network or ""), f"203.0.113.{last}", operator, *city


BERLIN = place("de", 3320, ("berlin", "52.52", "13.405"), last=1)
LAGOS = place("ng", 29465, ("lagos", "6.5244", "3.3792"), last=2)
TOKYO = place("jp", 2516, ("tokyo", "35.6764", "139.65"), last=3)


def travel(*events: Event, **parameters: object) -> list[Finding]:
    return found("impossible_travel", events, **parameters).get(events[0].entity, [])


def at(time: int, where: Place, user: str = "anna") -> Event:
    return Event(user, START + time, where)


def before(where: Place, days: int, user: str = "anna") -> list[Event]:
    return [at(-day * DAY, where, user) for day in range(1, days + 1)]


def test_a_finding_says_both_places_and_the_journey() -> None:
    (only,) = travel(*before(BERLIN, 20), at(0, BERLIN), at(HOUR, LAGOS))
    assert only.time == START + HOUR
    assert only.first == START
    assert "95%" not in only.why
    assert "in turn" not in only.why
    for part in (
        "Berlin, DE",
        "203.0.113.1",
        "Lagos, NG",
        "203.0.113.2",
        "AS29465",
        "5,096 km in 60 minutes",
        "'anna'",
    ):
        assert part in only.why
    assert "without history" not in only.why
    assert not only.learning
    assert [each.time for each in only.places] == [START, START + HOUR]


def test_without_history_it_says_so() -> None:
    (only,) = travel(at(0, BERLIN), at(HOUR, LAGOS))
    assert "without history" in only.why
    assert only.learning


def test_the_same_journey_is_told_once() -> None:
    day = [at(0, BERLIN), at(HOUR, LAGOS), at(2 * HOUR, BERLIN), at(3 * HOUR, LAGOS)]
    assert len(travel(*day)) == 1
    later = [[each._replace(time=each.time + days * DAY) for each in day] for days in (1, 20, 60)]
    assert len(travel(*day, *later[0], *later[1])) == 1
    assert len(travel(*day, *later[2])) == 2


def test_a_flight_is_possible() -> None:
    assert travel(at(0, BERLIN), at(14 * HOUR, TOKYO)) == []
    assert len(travel(at(0, BERLIN), at(8 * HOUR, TOKYO))) == 1


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (("frankfurt", "50.033", "8.571"), ("madrid", "40.472", "-3.561"), 125),
        (("sydney", "-33.946", "151.177"), ("auckland", "-37.008", "174.792"), 165),
        (("helsinki", "60.317", "24.963"), ("lisbon", "38.774", "-9.134"), 260),
        (("new york", "40.640", "-73.779"), ("london", "51.471", "-0.462"), 370),
        (("singapore", "1.350", "103.994"), ("london", "51.471", "-0.462"), 750),
    ],
)
def test_from_gate_to_gate_airliners_are_slower(
    start: tuple[str, str, str], end: tuple[str, str, str], minutes: int
) -> None:
    """Flights without stops on good days; with the wind of winter the fourth was still faster, though rarely."""
    one, other = place("aa", 1, start), place("bb", 2, end)
    assert travel(at(0, one), at(minutes * MINUTE, other)) == []
    assert len(travel(at(0, one), at(minutes * MINUTE * 7 // 10, other))) == 1


MUNICH = place("de", 3209, ("munich", "48.137", "11.575"), last=4)
FAR = {"distance": 400}


def test_within_a_country_it_is_no_travel_until_the_networks_of_the_user_are_known() -> None:
    """Telephones come out in another town of their country, and homes and offices are believed in the wrong one."""
    journey = at(0, BERLIN), at(MINUTE, MUNICH)
    assert len(travel(*before(BERLIN, 8), *journey, **FAR)) == 1
    assert travel(*before(BERLIN, 6), *journey, **FAR) == []
    assert len(travel(*before(BERLIN, 6), at(0, BERLIN), at(MINUTE, LAGOS), **FAR)) == 1, "another country"
    assert travel(*before(BERLIN, 8), at(-DAY + 12 * HOUR, MUNICH), *journey, **FAR) == [], "a network of the user's"


def test_one_network_or_an_unknown_country_is_no_travel() -> None:
    assert travel(at(0, BERLIN), at(HOUR, place("ng", 3320))) == []
    assert travel(at(0, BERLIN), at(HOUR, place("zz", 1))) == []
    assert travel(at(0, BERLIN), at(HOUR, place("", 1))) == []


def days_ago(where: Place, *days: int, user: str = "anna") -> list[Event]:
    return [at(-day * DAY, where, user) for day in days]


def test_habits_of_the_user_are_no_travel() -> None:
    both = [at(0, BERLIN), at(HOUR, TOKYO)]
    home = days_ago(BERLIN, 15, 14, 13)
    assert len(travel(*home, *days_ago(TOKYO, 9, 8), *both)) == 1
    assert travel(*home, *days_ago(TOKYO, 9, 8, 7), *both) == []
    assert len(travel(*days_ago(BERLIN, 15, 14), *days_ago(TOKYO, 9, 8, 7), *both)) == 1, "both must be usual"


def test_an_exit_that_many_share_is_no_travel() -> None:
    both = [*before(BERLIN, 20), at(0, BERLIN), at(HOUR, TOKYO)]
    colleagues = [event for name in "bcdef" for event in (*before(TOKYO, 1, name), *before(BERLIN, 2, name))]
    assert travel(*both, *colleagues) == []
    assert len(travel(*both, *colleagues[3:])) == 1
    same_day = [at(-MINUTE, TOKYO, name) for name in "bcdef"]
    assert len(travel(*both, *same_day)) == 1, "a spray is no habit"
    neighbours = [event._replace(value=(*event.value[:2], f"198.51.100.{number}", *event.value[3:]))
                  for number, event in enumerate(colleagues)]  # fmt: skip
    assert len(travel(*both, *neighbours)) == 1, "an operator that many live with is no exit"
    abroad = [event for name in "bcdef" for event in before(TOKYO, 3, name)]
    assert len(travel(*both, *abroad)) == 1, "who never comes from elsewhere lives there"


def test_an_office_at_home_needs_no_proof_that_it_is_one() -> None:
    """The user is rarely there, and comes from data centres of another country now and then."""
    office = place("de", 3209, last=77)
    rented = before(RENTED, 1)
    days = [*before(GERMANY, 20), *rented, at(0, office), at(HOUR, RENTED), at(2 * HOUR, office)]
    colleagues = [event for name in "bcdef" for event in before(office, 1, name)]
    assert travel(*days, *colleagues) == []
    assert len(travel(*days, *colleagues[1:])) == 1


def test_a_habit_is_forgotten_after_the_period() -> None:
    old = [event._replace(time=event.time - 40 * DAY) for event in before(TOKYO, 5)]
    assert len(travel(*before(BERLIN, 20), *old, at(0, BERLIN), at(HOUR, TOKYO))) == 1


def test_mobile_networks() -> None:
    phone = place("de", 1, ("munich", "48.13", "11.58"), operator="example mobile gmbh")
    madrid = place("es", 2, ("madrid", "40.4168", "-3.7038"))
    roaming = [*before(phone, 3), at(0, phone), at(MINUTE, madrid)]
    assert travel(*roaming) == [], "the own phone's addresses stay at home"
    known = [*before(BERLIN, 20), *roaming]
    assert travel(*known) == []
    del known[-3]
    assert len(travel(*known)) == 1, "not yet the own phone"
    young = [*before(phone, 1), at(0, phone), at(MINUTE, madrid)]
    assert travel(*young) == [], "on all days that are known"
    assert len(travel(*young[1:])) == 1
    foreign = place("ng", 3, operator="example mobile ng")
    assert len(travel(*before(BERLIN, 20), at(0, BERLIN), at(MINUTE, foreign))) == 1
    far = place("us", 1, ("seattle", "47.6", "-122.3"), operator="example mobile us")
    assert travel(at(0, far), at(MINUTE, place("us", 2, ("miami", "25.77", "-80.19")))) == []


def carrier(last: int, address: str = "198.51.100.{}") -> Place:
    return "de", "4242", address.format(last), "example telecom", "", "", ""


@pytest.mark.parametrize("address", ["198.51.100.{}", "2001:db8:0:{}::7"])
def test_a_network_that_gives_another_address_each_time_is_a_mobile_one(address: str) -> None:
    """A telephone that is let out at home, while its owner is abroad; no word in the operator's name says so."""
    japan = place("jp", 2516)
    days = [at(-day * DAY + hour * HOUR, carrier(3 * day + hour, address)) for day in (1, 2, 3) for hour in (0, 2)]
    away = [at(0, carrier(200, address)), at(HOUR, japan)]
    assert travel(*days, *away) == []
    same = [each._replace(value=carrier(1, address)) for each in days]
    assert len(travel(*same, *away)) == 1, "one address, as at home"
    stays = [at(-2 * HOUR, carrier(200, address)), *away]
    assert len(travel(*days, *stays)) == 1, "an address that stays for hours is no telephone's"
    again = [at(-HOUR, carrier(201, address)), *stays]
    assert travel(*days, *again) == [], "one of few addresses comes again by chance"
    usual = [at(-day * DAY + HOUR, carrier(200, address)) for day in (1, 2)]
    assert len(travel(*days, *usual, *again)) == 1, "but not day by day"


TELEPHONE = [
    at(-day * DAY + hour * HOUR, place("de", 1, operator="example mobile gmbh", last=50 + day))
    for day in range(1, 6)
    for hour in (0, 2)
]


def calls(*hours: float) -> list[Event]:
    """The own telephone, let out at home wherever it is."""
    return [
        at(int(hour * HOUR), place("de", 1, operator="example mobile gmbh", last=90 + n))
        for n, hour in enumerate(hours)
    ]


def test_a_telephone_that_never_pauses_cannot_have_been_in_an_aeroplane() -> None:
    """Germany and Japan are nine hours apart, which the journey from home took; only the telephone tells."""
    home, japan = place("de", 3320), place("jp", 2516)
    days = [*before(home, 20), *TELEPHONE, at(0, home), at(11 * HOUR, japan)]
    (only,) = travel(*days, *calls(2, 4, 7, 10))
    assert only.time == START + 11 * HOUR
    assert travel(*days, *calls(1, 10.5)) == [], "in the air between"
    assert travel(*days, *calls(1, 5, 10.5)) == [], "with a change of planes"
    there = [*days, *calls(1, 10.5, 12, 13, 14), at(15 * HOUR, japan)]
    assert travel(*there, *[each._replace(time=each.time + DAY) for each in calls(6, 8, 10)]) == []
    assert travel(*[each for each in days if each.time != START], *calls(2, 4, 7, 10)) == [], "gone since yesterday"


def test_a_telephone_on_the_way_home_must_pause_too() -> None:
    home, japan = place("de", 3320), place("jp", 2516)
    days = [*before(home, 20), *TELEPHONE, at(0, japan)]
    assert len(travel(*days, *calls(1, 4, 7, 10), at(12 * HOUR, home))) == 1
    assert travel(*days, *calls(1, 10.5), at(12 * HOUR, home)) == []
    assert travel(*days, *calls(1, 4, 7, 10)) == [], "still there"


def test_an_office_or_a_data_centre_says_not_that_somebody_is_at_home() -> None:
    japan, exit_ = place("jp", 2516), place("de", 3320, last=40)
    crowd = [event for number in range(5) for event in before(exit_, 5, user=f"user{number}")]
    away = [*TELEPHONE, at(11 * HOUR, japan), *calls(2, 4, 7, 10)]
    assert len(travel(*before(exit_, 20), *away, at(0, exit_))) == 1
    assert travel(*before(exit_, 20), *away, at(0, exit_), *crowd) == []
    cloud = place("de", 64500, operator="example cloud gmbh", last=41)
    assert travel(*before(cloud, 20), *away, at(0, cloud)) == []


def test_addresses_of_one_ipv6_network_are_one_line() -> None:
    days = [at(-day * DAY + hour * HOUR, carrier(day * 9 + hour, "2001:db8::{}")) for day in (1, 2) for hour in (0, 2)]
    assert len(travel(*days, at(0, carrier(99, "2001:db8::{}")), at(HOUR, place("jp", 2516)))) == 1


GERMANY = place("de", 3320, last=9)
RENTED = place("us", 64500, operator="example cloud hosting llc", last=50)


def test_a_data_centre_counts_when_the_account_is_in_use_there_and_elsewhere_in_turn() -> None:
    home = before(GERMANY, 20)
    evening = [*home, at(0, GERMANY), at(HOUR, RENTED)]
    assert travel(*evening) == [], "the own VPN, or not: nothing tells"
    (only,) = travel(*evening, at(3 * HOUR, GERMANY))
    assert "in use at both in turn" in only.why
    assert only.time == START + HOUR
    assert travel(*evening, at(9 * HOUR, GERMANY)) == [], "back home in time"
    assert len(travel(*home, at(0, RENTED), at(HOUR, GERMANY), at(2 * HOUR, RENTED))) == 1
    young = [at(0, GERMANY), at(HOUR, RENTED), at(2 * HOUR, GERMANY)]
    assert travel(*young) == [], "without history, nobody knows who has a VPN of his own"
    assert travel(*young, at(3 * HOUR, RENTED)) == []
    (only,) = travel(*young, at(3 * HOUR, RENTED), at(4 * HOUR, GERMANY))
    assert only.learning
    second = [*before(GERMANY, 10), *young]
    assert travel(*second) == [], "in the second week too, since private VPNs are not used daily"
    (only,) = travel(*second, at(3 * HOUR, RENTED))
    assert not only.learning
    other = place("us", 64501, operator="example cable", last=51)
    assert len(travel(*home, at(0, GERMANY), at(HOUR, other))) == 1, "no data centre"
    assert len(travel(*home, at(0, GERMANY), at(HOUR, RENTED), hosting=[])) == 1


def test_a_data_centre_that_the_user_or_colleagues_of_the_country_use_is_no_travel() -> None:
    turn = [*before(GERMANY, 20), at(0, GERMANY), at(HOUR, RENTED), at(2 * HOUR, GERMANY)]
    assert travel(*turn, at(-5 * DAY, RENTED)) == []
    elsewhere = (*RENTED[:2], "203.0.113.77", *RENTED[3:])
    some = [event for name in "bcd" for event in (*before(elsewhere, 1, name), *before(GERMANY, 2, name))]
    assert travel(*turn, *some) == []
    assert len(travel(*turn, *some[3:])) == 1
    french = [event._replace(value=place("fr", 5)) if event.value == GERMANY else event for event in some]
    assert len(travel(*turn, *french)) == 1, "not who lives elsewhere"


def test_words_in_names_are_beginnings_and_networks_numbers() -> None:
    for hosting, hosted in (
        (["cloud"], True),
        (["loud"], False),
        (["64500"], True),
        (["6450"], False),
        (["cloud h"], True),
    ):
        found = travel(*before(GERMANY, 20), at(0, GERMANY), at(HOUR, RENTED), hosting=hosting)
        assert bool(found) != hosted, hosting


def test_countries_alone() -> None:
    germany, nigeria = place("de", 1), place("ng", 2)
    assert len(travel(at(0, germany), at(HOUR, nigeria))) == 1
    for neighbours in (("de", "fr"), ("fi", "ru"), ("us", "ca"), ("cn", "ru"), ("my", "id"), ("cl", "pe")):
        one, other = (place(code, number) for number, code in enumerate(neighbours, 1))
        assert travel(at(0, one), at(1, other)) == [], neighbours


def test_where_people_live_decides_between_countries() -> None:
    """Kaliningrad is near, but few live there; within the time of a flight from it, many do not."""
    germany, russia = place("de", 1), place("ru", 2)
    (only,) = travel(at(0, germany), at(HOUR, russia))
    assert "between 95% of the people there" in only.why
    apart = separation(country("DE"), country("RU"))
    assert 1000 < apart < 1500
    flight = int((apart / 1000 + 0.75) * HOUR) - 5 * MINUTE
    assert travel(at(0, germany), at(flight + MINUTE, russia)) == []
    assert len(travel(at(0, germany), at(flight - MINUTE, russia))) == 1
    lisbon = place("pt", 3, ("lisbon", "38.72", "-9.14"))
    assert len(travel(at(0, lisbon), at(MINUTE, germany))) == 1
    assert travel(at(0, lisbon), at(MINUTE, place("es", 4))) == [], "towns within a day's drive of the border"


def test_the_middle_of_a_country_is_no_place_in_it() -> None:
    middle = ("203.0.113.1", "de", "1", "", "", "51.0", "9.0")
    assert travel(at(0, middle), at(1, place("fr", 2, ("lille", "50.63", "3.06")))) == []


# Countries with a common border on land, where the circles of a small country and of a huge one are put to the test.
BORDERS = """
AE-OM AE-SA AF-CN AF-IR AF-PK AF-TJ AL-GR AM-AZ AO-CD AO-NA AR-BO AR-BR AR-CL AR-PY AR-UY AT-CH AT-CZ AT-DE
AT-HU AT-IT AT-SI AZ-RU BD-IN BD-MM BE-DE BE-FR BE-NL BG-GR BG-RO BG-TR BJ-NG BO-BR BO-CL BR-CO BR-GF BR-PE
BR-SR BR-UY BR-VE BY-LT BY-LV BY-PL BY-RU BY-UA CA-US CD-CG CD-ZM CF-TD CH-DE CH-FR CH-IT CH-LI CL-PE CM-NG
CN-IN CN-KG CN-KP CN-KZ CN-LA CN-MM CN-MN CN-NP CN-PK CN-RU CN-TJ CN-VN CO-EC CO-PA CO-PE CO-VE CZ-DE CZ-PL
DE-DK DE-FR DE-LU DE-NL DE-PL DZ-LY DZ-MA DZ-ML DZ-TN EE-LV EE-RU EG-IL EG-LY EG-SD ES-AD ES-FR ES-GI ES-PT
ET-KE FI-NO FI-RU FI-SE FR-IT FR-LU FR-MC GB-IE GE-RU GE-TR GR-TR GT-MX HR-SI HU-RO HU-UA ID-MY ID-PG ID-TL
IL-JO IN-MM IN-NP IN-PK IQ-IR IQ-TR IR-PK IR-TR IT-SI IT-VA JO-SA KE-TZ KG-KZ KH-TH KH-VN KP-KR KP-RU KW-SA
KZ-RU KZ-UZ LA-VN LT-LV LT-PL LT-RU LV-RU LY-TD MD-RO MD-UA MN-RU MX-US MY-SG MY-TH NE-NG NO-RU NO-SE PE-EC
PL-RU PL-SK PL-UA QA-SA RO-UA RS-XK RU-UA SA-YE SD-TD SK-UA SY-TR TM-UZ TZ-ZM ZA-LS ZA-MZ ZA-NA ZA-ZW
"""


# Neighbours between whose towns there is a desert, a jungle, a range of mountains or the Arctic: nobody lives there.
EMPTY = """
AE-SA AF-CN BO-CL BR-PE BR-SR CN-IN CN-NP CN-PK CN-TJ CO-PA CO-PE DZ-LY DZ-ML EG-LY EG-SD FI-NO ID-PG LY-TD NO-RU ZA-NA
"""


@pytest.mark.parametrize("pair", BORDERS.split())
def test_neighbours_whose_towns_meet_are_never_apart(pair: str) -> None:
    one, other = pair.split("-")
    apart = separation(country(one), country(other))
    assert apart == separation(country(other), country(one))
    assert (apart == 0) == (pair not in EMPTY.split()), apart
    found = travel(at(0, place(one.lower(), 1)), at(1, place(other.lower(), 2)), distance=0)
    assert bool(found) == (apart > 0)


SPOTS = st.sampled_from(
    [BERLIN, LAGOS, TOKYO, place("fr", 5), place("us", None), place("de", 9, last=9), RENTED, carrier(1), carrier(2)]
)
EVENTS = st.lists(
    st.builds(
        lambda minute, where, user: at(minute * MINUTE, where, user), st.integers(0, 8000), SPOTS, st.sampled_from("ab")
    ),
    min_size=2,
    max_size=30,
)


@settings(max_examples=60)
@given(EVENTS, st.randoms())
def test_order_and_older_rows_change_nothing(events: list[Event], order: random.Random) -> None:
    expected = found("impossible_travel", events, period="10d")
    mixed = list(events)
    order.shuffle(mixed)
    assert found("impossible_travel", mixed, period="10d") == expected
    # Rows beyond the reach may still be there, and since when a user is known stays known without them.
    old = [Event(each.entity, each.time - 60 * DAY, each.value) for each in events]
    first = [min((each for each in old if each.entity == user), key=lambda each: each.time) for user in expected]
    shorter, longer = (found("impossible_travel", [*events, *more], period="10d") for more in (first, old))
    recent = [
        {user: [each for each in own if each.time >= START] for user, own in of.items()} for of in (shorter, longer)
    ]
    assert recent[0] == recent[1]


def test_many_addresses_of_one_user_are_judged_in_linear_time() -> None:
    events = [
        at(
            number * 1000,
            ("de" if number % 2 else "us", str(number), f"198.51.{number // 250}.{number % 250}", "", "", "", ""),
        )
        for number in range(5_000)
    ]
    assert len(travel(*events)) == 1
