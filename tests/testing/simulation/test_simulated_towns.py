"""People live in towns and move no faster than they can; records say what is believed of addresses."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from watchfloor.testing.simulation import geolocation, whereabouts
from watchfloor.testing.simulation.cases import Case
from watchfloor.testing.simulation.company import DAY, FLIGHT_KMH, HOUR, START, company
from watchfloor.testing.simulation.geolocation import Provider, Shown, shares_of, shown_km
from watchfloor.testing.simulation.logins import OFFICE_PLACE, VPN_PLACE, Login, day_of_logins, login_frames
from watchfloor.testing.simulation.places import NETWORKS, between, networks
from watchfloor.testing.simulation.planted_people import DISTANCES, KINDS, REACHES, SPEEDS
from watchfloor.testing.simulation.planted_towns import LARGE, WITHIN, distance_class
from watchfloor.testing.simulation.scenario import Scenario
from watchfloor.testing.simulation.towns import TOWNS_OF, Town, outlets, town_km
from watchfloor.testing.simulation.whereabouts import COMMUTING_KM, Whereabouts, office

FIELDS = ("source.geo.city_name", "source.geo.region_name", "source.geo.location.lat", "source.geo.location.lon")
DAYS, USERS = 21, 300
VPN_EXIT = (networks("DE", "home")[0], VPN_PLACE)


@pytest.fixture(scope="module")
def where() -> Whereabouts:
    return Whereabouts(company(2, USERS, 12, DAYS))


@pytest.fixture(scope="module")
def provider(where: Whereabouts) -> Provider:
    return Provider(2, where.town_of)


@pytest.fixture(scope="module")
def logins(where: Whereabouts) -> dict[int, list[Login]]:
    """Person -> own log-ins that succeeded, by time."""
    person = {name: number for number, name in enumerate(where.company.names)}
    found: dict[int, list[Login]] = defaultdict(list)
    for day in range(DAYS):
        for login in day_of_logins(where.company, day, where):
            if login.success and login.name in person:
                found[person[login.name]].append(login)
    return {each: sorted(mine, key=lambda login: login.at) for each, mine in found.items()}


@pytest.fixture(scope="module")
def planted() -> list[Scenario]:
    return [Scenario(seed, users=1000, hosts=12, days=30, cities=True, cloud_mail=True) for seed in (21, 22, 23)]


def lines(logins: list[Login]) -> list[Login]:
    """Those over lines that stand where the person is, neither shared by customers nor a tunnel's end."""
    return [each for each in logins if NETWORKS[each.network].kind == "home" and (each.network, each.place) != VPN_EXIT]


def signed_in(scenario: Scenario, day: int) -> dict[str, pl.DataFrame]:
    whole = pl.concat([pl.DataFrame(batch.table) for batch in scenario.day(day)], how="diagonal")
    return {str(name): frame for (name,), frame in whole.group_by("event.dataset")}


@pytest.mark.parametrize(("cloud_mail", "before"), [(False, "1864f097367e9da1"), (True, "34fdb508d3c187f6")])
def test_without_towns_nothing_is_other_than_before_there_were_any(cloud_mail: bool, before: str) -> None:
    scenario = Scenario(11, users=120, hosts=12, days=21, cloud_mail=cloud_mail)
    found = hashlib.sha256(repr(scenario.cases).encode())
    for day in (2, 15):
        frame = pl.concat([pl.DataFrame(batch.table) for batch in scenario.day(day)], how="diagonal")
        mine = frame.filter(pl.col("event.category").list.contains("authentication")).sort("event.id")
        found.update(repr((sorted(frame.columns), len(frame), mine.select(sorted(frame.columns)).rows())).encode())
    assert found.hexdigest()[:16] == before


def test_a_seed_gives_the_same_days_in_any_order() -> None:
    first, second = (Scenario(6, users=80, hosts=12, days=15, cities=True, cloud_mail=True) for _ in range(2))
    assert first.cases == second.cases
    days = {day: [batch.table for batch in first.day(day)] for day in (3, 12)}
    assert {day: [batch.table for batch in second.day(day)] for day in (12, 3)} == days


@pytest.mark.parametrize("cloud_mail", [False, True])
def test_only_sign_ins_say_a_place(cloud_mail: bool) -> None:
    frames = signed_in(Scenario(4, users=200, hosts=12, days=15, cities=True, cloud_mail=cloud_mail), 3)
    assert ("mail.dovecot" in frames) != cloud_mail
    for dataset, frame in frames.items():
        filled = [name for name in FIELDS if name in frame.columns and frame[name].null_count() < len(frame)]
        assert filled == ([*FIELDS] if dataset == "cloud.entra_signin" else []), dataset
    said = frames["cloud.entra_signin"].select(FIELDS)
    assert said.schema == dict(zip(FIELDS, (pl.String, pl.String, pl.Float64, pl.Float64), strict=True))
    assert said.filter(pl.col(FIELDS[0]).is_null() != pl.col(FIELDS[1]).is_null()).is_empty()
    assert said.filter(pl.col(FIELDS[2]).is_null() != pl.col(FIELDS[3]).is_null()).is_empty()
    assert said.filter(pl.col(FIELDS[0]).is_not_null() & pl.col(FIELDS[2]).is_null()).is_empty()
    assert 0 < said[FIELDS[0]].null_count() < len(said) / 4


def test_nobody_is_faster_than_an_aeroplane(where: Whereabouts, logins: dict[int, list[Login]]) -> None:
    moves = 0
    for mine in logins.values():
        for first, second in pairwise(lines(mine)):
            distance = town_km(where.town_of(first.network, first.place), where.town_of(second.network, second.place))
            moves += distance > 0
            assert distance <= FLIGHT_KMH * (second.at - first.at) / HOUR, (first, second)
    assert moves > 500


def test_people_log_in_where_they_are(where: Whereabouts, logins: dict[int, list[Login]]) -> None:
    seen = Counter[str]()
    for person, mine in logins.items():
        country, home = where.company.country[person], where.homes[person]
        for login in lines(mine):
            town, journey = where.town_of(login.network, login.place), where.journey(person, login.at)
            if journey is not None:
                assert journey.there(login.at)
                assert town == journey.town
                seen["abroad" if journey.abroad else "domestic"] += 1
            elif login.place == OFFICE_PLACE:
                assert town == office(country)
                assert town_km(home, town) <= COMMUTING_KM
                seen["office"] += 1
            else:
                assert town == home
    assert min(seen.values()) > 20
    assert set(seen) == {"abroad", "domestic", "office"}


def test_homes_and_journeys_are_as_said() -> None:
    large = Whereabouts(company(5, 4000, 12, 28), spared=frozenset(range(1000)))
    near = [town_km(h, office(c)) <= COMMUTING_KM for h, c in zip(large.homes, large.company.country, strict=True)]
    assert np.mean(near) == pytest.approx(whereabouts.COMMUTERS, abs=0.02)
    assert not large.company.office_days[~np.array(near)].any()
    inland = {person: [e for e in mine if not e.abroad] for person, mine in large.journeys.items()}
    travellers = [person for person, mine in inland.items() if mine]
    assert min(travellers) >= 1000
    weeks = whereabouts.DOMESTIC * (1 - (1 - whereabouts.DOMESTIC_A_WEEK) ** 5)
    assert len(travellers) / 3000 == pytest.approx(weeks, abs=0.02)
    for person, mine in large.journeys.items():
        for journey in mine:
            distance, hours = town_km(large.homes[person], journey.town), (journey.arrived - journey.left) / HOUR
            assert distance / hours < {"train": 120, "plane": 700}[journey.means] or journey.abroad
            assert distance / hours < FLIGHT_KMH
            assert journey.left < journey.arrived < journey.leaves < journey.home
        ordered = sorted(mine, key=lambda each: each.left)
        assert all(first.home < second.left for first, second in pairwise(ordered))


def test_a_telephone_comes_out_at_few_gateways_and_often_elsewhere(
    where: Whereabouts, provider: Provider, logins: dict[int, list[Login]]
) -> None:
    """About as far off as is published: the own town in 30 %, and in the middle about 200 km."""
    right, off, towns = [], [], defaultdict[int, set[Town]](set)
    for person, mine in logins.items():
        for login in mine:
            if login.network == where.company.phone[person] and where.journey(person, login.at) is None:
                own, said = where.homes[person], provider.shown(login.network, login.place, login.at)
                towns[login.network].add(where.town_of(login.network, login.place))
                right.append(said.city == own.name)
                if said.at:
                    off.append(between(said.at, (own.latitude, own.longitude)))
    assert np.mean(right) == pytest.approx(0.3, abs=0.08)
    assert 100 < np.median(off) < 350
    assert {len(found) for found in towns.values()} == {4, 6}


@pytest.mark.parametrize("kind", ["home", "mobile", "hosting", "relay", "air"])
def test_records_are_right_as_often_as_said(where: Whereabouts, kind: str) -> None:
    found, centred = Provider(9, where.town_of), list[bool]()
    for network, each in enumerate(NETWORKS):
        if each.kind == kind and len(TOWNS_OF[each.country]) > 1:
            places = range(0, min(each.count, 8000), 8)
            said = [(found.shown(network, place, START), where.town_of(network, place)) for place in places]
            shares, slack = shares_of(network), 2.2 / len(places) ** 0.5
            right = float(np.mean([shown.city == town.name for shown, town in said]))
            assert shares["right"] - slack < right < shares["right"] + shares.get("seat", 0) + slack
            bare = [shown for shown, _ in said if not shown.city]
            assert len(bare) / len(said) == pytest.approx(shares["country"], abs=slack)
            assert {shown.at for shown in bare} <= {None, geolocation.MIDDLES[each.country]}
            centred += [shown.at is not None for shown in bare]
            assert sum(shares.values()) == pytest.approx(1)
    assert np.mean(centred) == pytest.approx(geolocation.CENTRED, abs=1.5 / len(centred) ** 0.5)


def test_what_is_believed_stays_until_an_update(where: Whereabouts) -> None:
    found, line = Provider(9, where.town_of), networks("IN", "home")[0]
    changed = 0
    for place in range(4000):
        week = {found.shown(line, place, START + DAY + hours * HOUR) for hours in (0, 30, 7 * 24 - 1)}
        assert len(week) == 1
        changed += week != {found.shown(line, place, START + 15 * DAY)}
    other_than_drawn_again = 1 - sum(share**2 for share in shares_of(line).values())
    least, most = (2 * geolocation.CHANGED * share for share in (other_than_drawn_again * 0.7, 1.0))
    assert least < changed / 4000 < most


def test_shared_addresses_are_where_the_operator_lets_them_out(where: Whereabouts) -> None:
    for network, each in enumerate(NETWORKS):
        if each.kind != "home":
            for town in outlets(network):
                places = [where.place_in(network, town, place) for place in (0, 77, 40_000)]
                assert all(where.town_of(network, place) == town for place in places)
                assert max(places) < each.count


def travels(scenario: Scenario) -> list[Case]:
    return [case for case in scenario.cases if case.kind == "impossible_travel"]


def test_planted_journeys_have_their_speed_between_the_true_towns(planted: list[Scenario]) -> None:
    for scenario in planted:
        where = scenario._whereabouts
        assert where is not None
        by_case = {(each.name, each.at): each for each in scenario._planted.logins}
        for case in travels(scenario):
            own, strange = by_case[case.entity, case.since], by_case[case.entity, case.until]
            home, town = (where.town_of(each.network, each.place) for each in (own, strange))
            person = where.company.names.index(case.entity)
            assert home == where.homes[person]
            assert NETWORKS[strange.network].country == case.object
            assert strange.network != where.company.vpn[person]
            distance, speed = town_km(home, town), float(case.parameters["speed_kmh"])
            assert case.parameters["distance_km"] == round(distance)
            assert case.parameters["distance_class"] == distance_class(distance)
            assert distance / ((case.until - case.since) / HOUR) == pytest.approx(speed, rel=0.001)
            assert not where.company.office_days[person] >> ((case.since - START) // DAY % 7) & 1


def test_as_many_strangers_are_planted_as_said(planted: list[Scenario]) -> None:
    within = f"{WITHIN[0]:.0f}-{WITHIN[1]:.0f} km"
    for scenario in planted:
        found = travels(scenario)
        own = [case for case in found if case.parameters["distance_class"] == within]
        assert Counter(case.parameters["speed_kmh"] for case in own) == dict.fromkeys(SPEEDS, len(KINDS))
        assert len(found) == len(SPEEDS) * len(KINDS) * (len(DISTANCES) + 1)
        people = scenario.company
        assert all(people.country[people.names.index(case.entity)] == case.object for case in own)
        assert {case.object for case in own} <= set(LARGE)
        abroad = [case for case in found if case not in own]
        assert not any(people.country[people.names.index(case.entity)] == case.object for case in abroad)
        assert len({case.entity for case in scenario.cases}) == len(scenario.cases)
        firsts = [case.parameters for case in scenario.cases if case.kind == "first_country"]
        assert all(REACHES[0][0] <= float(each["distance_km"]) < REACHES[1][1] for each in firsts)
    networks_within = Counter(case.parameters["network"] for scenario in planted for case in travels(scenario))
    assert networks_within["home"] > networks_within["hosting"] > 0


def test_cases_say_how_far_apart_the_records_are(planted: list[Scenario]) -> None:
    classes, provider = Counter[str](), planted[0]._provider
    assert provider is not None
    [frame] = login_frames(planted[0]._planted.logins, cloud_mail=True, shown=provider.shown)
    for case in travels(planted[0]):
        mine = frame.filter(pl.col("user.name") == case.entity).sort("@timestamp")
        assert mine["@timestamp"].dt.epoch("us").to_list() == [case.since, case.until]
        one, two = mine.rows(named=True)
        apart = shown_km(*(Shown(each[FIELDS[0]] or "", "", (each[FIELDS[2]], each[FIELDS[3]])) for each in (one, two)))
        assert case.parameters.get("shown_km") == (None if apart is None else round(apart))
        assert case.parameters["shown"] == ("no city" if apart is None else distance_class(apart))
        classes[str(case.parameters["shown"])] += 1
    assert 0 < classes["no city"] < len(travels(planted[0])) / 2
    plain = Scenario(21, users=1000, hosts=12, days=30, cities=True)
    assert {case.parameters["shown"] for case in travels(plain)} == {"no city"}
    assert not any("shown_km" in case.parameters for case in travels(plain))


def test_towns_are_in_their_countries_and_no_two_are_one() -> None:
    assert {network.country for network in NETWORKS} == set(TOWNS_OF) == set(geolocation.MIDDLES)
    for country, towns in TOWNS_OF.items():
        assert 5 <= len(towns) <= 12 or country == "SG"
        assert len({(each.name, each.latitude) for each in towns}) == len(towns)
        middle = geolocation.MIDDLES[country]
        assert all(between((each.latitude, each.longitude), middle) < 5200 for each in towns)
    assert town_km(TOWNS_OF["DE"][0], TOWNS_OF["DE"][2]) == pytest.approx(612, abs=5)
    assert town_km(TOWNS_OF["US"][0], TOWNS_OF["GB"][0]) == pytest.approx(5570, rel=0.01)
