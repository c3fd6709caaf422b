"""In which town each person is at each moment, and in which town each address is, where a scenario has towns.

All of it has chance of its own. Nobody moves faster than the car, train or aeroplane: log-ins that a person without a
town would have in two places at once are moved to where the person is, or left out while nobody can log in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from watchfloor.testing.simulation.company import DAY, DOOR_HOURS, FLIGHT_KMH, HOUR, OFFICES, START, Company, Trip
from watchfloor.testing.simulation.logins import OFFICE_PLACE, SHARED, SSO, VPN, VPN_PLACE, Login, home_of
from watchfloor.testing.simulation.places import NETWORKS, networks
from watchfloor.testing.simulation.towns import TOWNS_OF, Town, by_people, nearest, outlets, town_km

PEOPLE_ROOM, GATEWAY_ROOM, ADDRESS_ROOM = 96, 97, 98
COMMUTING_KM, COMMUTERS = 100.0, 0.85
"""How far from the office most people live at most, and how many they are; the others always work at home."""
COMMUTING_KMH, COMMUTING_HOURS = 60.0, 0.25
"""Speed of a commuter from town to town, and the time beside it."""
WORKING_HOURS = 8.5
"""For which a commuter is in the office's town."""
DOMESTIC, DOMESTIC_A_WEEK, TO_OFFICE = 0.2, 0.25, 0.5
"""Who travels within the country, in which share of weeks; trips to the office of those who always work at home."""
MEANS = {"train": (120.0, 1.0), "plane": (700.0, 3.0)}
"""km/h on the way and hours beside it, from town to town."""
LONGEST_TRAIN = {"US": 300.0, "IN": 300.0}
USUAL_TRAIN = 700.0
"""km by train or car at most, in these countries and elsewhere."""
NEAR_GATEWAY = 0.4
"""Telephones that come out at the carrier's nearest gateway, for half a day; the others come out at any."""
BROAD_RELAY = 0.2
"""People whose privacy relay only keeps the country."""
HOTELS, HOTELS_APART = 220_000, 13
"""Where in a country's first home network the hotels are."""


@dataclass(frozen=True, slots=True)
class Journey:
    """A stay in another town: the last moment at home, the first there, the last there, the first at home; µs."""

    town: Town
    left: int
    arrived: int
    leaves: int
    home: int
    means: str
    abroad: bool

    def there(self, at: int) -> bool:
        """Whether one is in the town and not on the way."""
        return self.arrived <= at < self.leaves


class Whereabouts:
    """People's homes and journeys, and the towns of addresses."""

    def __init__(self, company: Company, spared: frozenset[int] = frozenset()) -> None:
        """Draw them for a company.

        Args:
            company: whose trips abroad get a town and the time that the way there takes.
            spared: people who are on no domestic journey.
        """
        rng = company.rng(0, PEOPLE_ROOM)
        self.homes = [_home(rng, country) for country in company.country]
        self._office_km = [town_km(home, office(each)) for home, each in zip(self.homes, company.country, strict=True)]
        remote = np.array(self._office_km) > COMMUTING_KM
        self._broad = rng.random(len(self.homes)) < BROAD_RELAY
        self._site = rng.integers(0, 60, len(self.homes))
        self.journeys: dict[int, list[Journey]] = defaultdict(list)
        trips = tuple(self._abroad(company, rng))
        self._domestic(company, rng, remote, spared)
        self.company = replace(company, office_days=np.where(remote, 0, company.office_days), trips=trips)
        self._towns: dict[tuple[int, int], Town] = {}
        self._register_addresses()

    def town_of(self, network: int, place: int) -> Town:
        """The town in which an address is: a line's home, a gateway, a data centre, the region of a relay."""
        each = NETWORKS[network]
        key = network, place % each.count
        if key not in self._towns:
            if each.kind == "home":
                rng = np.random.default_rng([self.company.seed, ADDRESS_ROOM, *key])
                self._towns[key] = by_people(rng, TOWNS_OF[each.country])
            else:
                found = outlets(network)
                self._towns[key] = found[min(key[1] // (each.count // len(found)), len(found) - 1)]
        return self._towns[key]

    def place_in(self, network: int, town: Town, place: int) -> int:
        """The address in a town that stands for `place` in the whole network; of a line at home one of nobody else."""
        each = NETWORKS[network]
        if each.kind == "home":
            while (network, place % each.count) in self._towns:
                place += 1
            self._towns[network, place % each.count] = town
            return place
        found = outlets(network)
        size = each.count // len(found)
        return found.index(town) * size + place % size

    def town_at(self, person: int, at: int) -> Town:
        """Where somebody is who is not on the way to the office; on the way elsewhere, the town that is nearer."""
        journey = self.journey(person, at)
        if journey is None or at < (journey.left + journey.arrived) // 2 or at >= (journey.leaves + journey.home) // 2:
            return self.homes[person]
        return journey.town

    def journey(self, person: int, at: int) -> Journey | None:
        """The journey that somebody is on at this moment."""
        return next((each for each in self.journeys.get(person, ()) if each.left <= at < each.home), None)

    def laptop(self, person: int, day: int, begin: int | None, logins: Iterable[Login]) -> Iterator[Login]:
        """A day's log-ins of the laptop, from where the person is; `begin` is when work begins, if it does."""
        for login in logins:
            journey = self.journey(person, login.at)
            if journey is None:
                stays = login.place == OFFICE_PLACE and not self._commute(person, day, begin) and self._commutes(person)
                yield self._at_home(login, person, day) if stays else login
            elif journey.there(login.at):
                yield self._away(login, person, journey)

    def phone(self, person: int, day: int, begin: int | None, logins: Iterable[Login]) -> Iterator[Login]:
        """A day's log-ins of the telephone, out of the gateway, relay or line where it is."""
        ways = self._commute(person, day, begin)
        for login in logins:
            journey = self.journey(person, login.at)
            moving = journey is not None and not journey.there(login.at)
            if journey is not None and moving and journey.means == "plane":
                continue
            kind = NETWORKS[login.network].kind
            if kind == "relay":
                yield self._relayed(login, person)
            elif kind == "mobile":
                yield self._mobile(login, person)
            elif moving or (ways and ways[0] <= login.at < ways[1]):
                yield self._mobile(replace(login, network=int(self.company.phone[person])), person)
            else:
                yield login if journey is None else self._hotel(login, person, journey)

    def tunnelled(self, person: int, logins: Iterable[Login]) -> Iterator[Login]:
        """Log-ins through a commercial VPN, from the data centre that the person always takes."""
        for login in logins:
            journey = self.journey(person, login.at)
            if journey is None or journey.there(login.at):
                sites = outlets(login.network)
                site = sites[int(self._site[person]) % len(sites)]
                yield replace(login, place=self.place_in(login.network, site, login.place))

    def _commutes(self, person: int) -> bool:
        return 0 < self._office_km[person] <= COMMUTING_KM

    def _commute(self, person: int, day: int, begin: int | None) -> tuple[int, int] | None:
        """When a commuter leaves home and is back, on a day in the office that no journey touches."""
        company = self.company
        if begin is None or not self._commutes(person) or not company.office_days[person] >> (day % 7) & 1:
            return None
        way = int((self._office_km[person] / COMMUTING_KMH + COMMUTING_HOURS) * HOUR)
        out, back = begin - way, begin + int(WORKING_HOURS * HOUR) + way
        touched = any(each.left < back + DAY // 4 and each.home > out - DAY // 4 for each in self.journeys[person])
        return None if touched else (out, back)

    def _at_home(self, login: Login, person: int, day: int) -> Login:
        network, place = home_of(self.company, person, day)
        return replace(login, network=network, place=place)

    def _away(self, login: Login, person: int, journey: Journey) -> Login:
        """From the hotel, through the company's VPN as from home, or from the office where the journey goes there."""
        country = self.company.country[person]
        if not journey.abroad and login.place == VPN_PLACE:
            return login
        if not journey.abroad and journey.town == office(country) and login.service != VPN:
            return replace(login, network=networks(country, "home")[0], place=OFFICE_PLACE, service=SSO)
        return self._hotel(login, person, journey)

    def _hotel(self, login: Login, person: int, journey: Journey) -> Login:
        country = NETWORKS[login.network].country if journey.abroad else self.company.country[person]
        network, place = _hotel(country, person, journey.town)
        return replace(login, network=network, place=place)

    def _relayed(self, login: Login, person: int) -> Login:
        found, town = outlets(login.network), self.town_at(person, login.at)
        if self._broad[person] or town not in found:
            town = by_people(self._chance(GATEWAY_ROOM, person, login.at), found)
        return replace(login, place=self.place_in(login.network, town, login.place))

    def _mobile(self, login: Login, person: int) -> Login:
        """Out of a gateway that stays for half a day; roaming telephones come out of their carrier's at home."""
        found, journey = outlets(login.network), self.journey(person, login.at)
        roams = journey is not None and journey.abroad and login.network == self.company.phone[person]
        near = nearest(self.homes[person] if roams else self.town_at(person, login.at), found)
        rng = self._chance(GATEWAY_ROOM, person, login.at // (DAY // 2))
        town = near if rng.random() < NEAR_GATEWAY else found[int(rng.integers(len(found)))]
        return replace(login, place=self.place_in(login.network, town, login.place))

    def _chance(self, *rooms: int) -> np.random.Generator:
        return np.random.default_rng([self.company.seed, *rooms])

    def _abroad(self, company: Company, rng: np.random.Generator) -> Iterator[Trip]:
        """The trips with the time that the way from town to town takes; those that no longer fit are left out."""
        towns: dict[tuple[int, str], Town] = {}
        for trip in company.trips:
            town = towns.setdefault((trip.person, trip.country), by_people(rng, TOWNS_OF[trip.country]))
            before = self.journeys[trip.person]
            if before and before[-1].home >= trip.left:
                continue
            way = int((town_km(self.homes[trip.person], town) / FLIGHT_KMH + DOOR_HOURS) * HOUR)
            arrived = trip.left + way
            leaves = max(trip.leaves, arrived + 4 * HOUR)
            before.append(Journey(town, trip.left, arrived, leaves, leaves + way, "plane", abroad=True))
            yield replace(trip, arrived=arrived, leaves=leaves, home=leaves + way)

    def _domestic(self, company: Company, rng: np.random.Generator, remote: np.ndarray, spared: frozenset[int]) -> None:
        for person in map(int, np.flatnonzero(rng.random(len(self.homes)) < DOMESTIC)):
            country, home = company.country[person], self.homes[person]
            far = tuple(each for each in TOWNS_OF[country] if town_km(home, each) > COMMUTING_KM)
            for week in range(company.days // 7 + 1):
                goes, to_office = rng.random() < DOMESTIC_A_WEEK, remote[person] and rng.random() < TO_OFFICE
                town = office(country) if to_office else by_people(rng, far)
                hours = float(rng.choice([rng.uniform(5, 7.5), rng.uniform(16, 19)])) - company.offset[person]
                left = START + int((week * 7 + rng.integers(0, 4)) * DAY + hours * HOUR)
                journey = domestic(home, town, country, left, int(rng.uniform(8, 50) * HOUR))
                others = self.journeys[person]
                if (
                    goes
                    and person not in spared
                    and all(journey.left > e.home or journey.home < e.left for e in others)
                ):
                    others.append(journey)

    def _register_addresses(self) -> None:
        for country in OFFICES:
            own = networks(country, "home")[0]
            for number in range(len(SHARED)):
                self._towns[own, OFFICE_PLACE + 20 * number] = office(country)
        self._towns[networks("DE", "home")[0], VPN_PLACE] = office("DE")
        for person, town in enumerate(self.homes):
            for day in range(-1, self.company.days + 2):
                network, place = home_of(self.company, person, day)
                self._towns.setdefault((network, place % NETWORKS[network].count), town)
        countries = {(trip.person, trip.arrived): trip.country for trip in self.company.trips}
        for person, journeys in self.journeys.items():
            for journey in journeys:
                country = countries[person, journey.arrived] if journey.abroad else self.company.country[person]
                network, place = _hotel(country, person, journey.town)
                self._towns.setdefault((network, place % NETWORKS[network].count), journey.town)


def office(country: str) -> Town:
    """The town of a country's office."""
    return TOWNS_OF[country][0]


def _hotel(country: str, person: int, town: Town) -> tuple[int, int]:
    """The network and place of somebody's hotel in a town."""
    return networks(country, "home")[0], HOTELS + person * HOTELS_APART + TOWNS_OF[country].index(town)


def domestic(home: Town, town: Town, country: str, left: int, stay: int) -> Journey:
    """A journey within the country by train or car, or where that is too far by plane."""
    far = town_km(home, town)
    means = "train" if far <= LONGEST_TRAIN.get(country, USUAL_TRAIN) else "plane"
    speed, beside = MEANS[means]
    way = int((far / speed + beside) * HOUR)
    return Journey(town, left, left + way, left + way + stay, left + 2 * way + stay, means, abroad=False)


def _home(rng: np.random.Generator, country: str) -> Town:
    """Where somebody lives: near the office, or for some anywhere else in the country."""
    near = tuple(each for each in TOWNS_OF[country] if town_km(each, office(country)) <= COMMUTING_KM)
    far = tuple(each for each in TOWNS_OF[country] if each not in near)
    return by_people(rng, near if rng.random() < COMMUTERS else far)
