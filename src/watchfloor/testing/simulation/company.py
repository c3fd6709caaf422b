"""The people and machines of a simulated company, drawn once; events are drawn from them and the number of a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watchfloor.testing.simulation.places import TOWNS, kilometres, networks

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
START = int(dt.datetime(2026, 9, 7, tzinfo=dt.UTC).timestamp()) * SECOND
"""A Monday."""
OFFICES = {"DE": 0.6, "US": 0.15, "FR": 0.1, "GB": 0.1, "IN": 0.05}
"""Where the people work."""
HOLIDAY = 20
"""A day on which nobody in Germany works but those who always do."""
TRAVELLERS, TRIP_A_WEEK, ABROAD = 0.12, 0.25, 0.4
DESTINATIONS = ("GB", "FR", "US", "NL", "ES", "IT", "PL", "SG", "IN", "JP", "AT", "CH", "SE", "CN", "BR")
FLIGHT_KMH, DOOR_HOURS = 850.0, 2.5
"""An airliner's cruising speed, and the time before and after a flight in which nobody moves fast."""


@dataclass(frozen=True, slots=True)
class Trip:
    """A journey abroad: the last moment at home, the first there, and back; µs since 1970."""

    person: int
    country: str
    left: int
    arrived: int
    leaves: int
    home: int
    roams: bool
    in_flight: bool


@dataclass(frozen=True)
class Company:
    """Who works there, one entry per person or host in each array.

    Attributes:
        seed: of all chance.
        days: how long it is watched.
        names: people's account names.
        country: of each person's office and home.
        offset: hours from UTC.
        begins: usual beginning of work in local hours.
        network: number of the network at home.
        phone: number of the mobile network.
        office_days: weekdays in the office, as bits.
        relay: whose browser or phone goes through a privacy relay.
        vpn: who uses a commercial VPN now and then, and the place of its network; -1 for nobody.
        trips: journeys abroad.
        hosts: addresses of the hosts.
        owner: person at each host; -1 for servers and things.
        always: which hosts are never off.
        proxied: which hosts reach the web through the proxy; the others go past a sensor, and ask the resolver.
    """

    seed: int
    days: int
    names: list[str]
    country: list[str]
    offset: Floats
    begins: Floats
    network: Ints
    phone: Ints
    office_days: Ints
    relay: Bools
    vpn: Ints
    trips: tuple[Trip, ...]
    hosts: list[str]
    owner: Ints
    always: Bools
    proxied: Bools

    def rng(self, day: int, room: int) -> np.random.Generator:
        """Chance of one day and one kind of event, whatever else was drawn before."""
        return np.random.default_rng([self.seed, day, room])

    def works(self, day: int) -> Bools:
        """Who works on a day: four of five people on Monday to Friday, few on others."""
        weekend = day % 7 >= 5
        share = np.full(len(self.names), 0.06 if weekend else 0.9)
        if day == HOLIDAY:
            share[np.array(self.country) == "DE"] = 0.06
        return np.asarray(self.rng(day, 1).random(len(self.names)) < share)

    def start_of_work(self, day: int) -> Ints:
        """When each begins on this day, in µs since 1970, were he to work."""
        hours = self.begins - self.offset + self.rng(day, 2).normal(0, 0.4, len(self.names))
        return np.asarray(START + day * DAY + hours * HOUR, np.int64)

    def abroad(self, person: int, at: int) -> Trip | None:
        """The journey that somebody is on at this moment."""
        return next((trip for trip in self.trips if trip.person == person and trip.left <= at < trip.home), None)


def company(seed: int, users: int, hosts: int, days: int) -> Company:
    """A company, the same for the same numbers."""
    rng = np.random.default_rng([seed, users, hosts])
    country = [str(each) for each in rng.choice(list(OFFICES), users, p=list(OFFICES.values()))]
    home = np.array([rng.choice(networks(each, "home")) for each in country], np.int64)
    phone = np.array([rng.choice(networks(each, "mobile")) for each in country], np.int64)
    vpn = np.array([rng.choice(networks(str(each), "hosting")) for each in rng.choice(["NL", "SE", "US", "DE"], users)])
    servers = np.arange(hosts) >= hosts - max(hosts * 8 // 100, 4)
    owner = np.where(servers, -1, np.arange(hosts) % users)
    return Company(
        seed=seed,
        days=days,
        names=[f"user{number:04}" for number in range(users)],
        country=country,
        offset=np.array([TOWNS[each][2] for each in country]),
        begins=rng.normal(8.5, 0.9, users).clip(5.5, 12),
        network=home,
        phone=phone,
        office_days=np.array([_bits(rng) for _ in range(users)], np.int64),
        relay=rng.random(users) < 0.08,
        vpn=np.where(rng.random(users) < 0.05, vpn, -1),
        trips=tuple(_trips(rng, country, days)),
        hosts=[f"10.{1 + number // 60_000}.{number // 240 % 250}.{number % 240 + 10}" for number in range(hosts)],
        owner=owner,
        always=servers | (rng.random(hosts) < 0.15),
        proxied=rng.random(hosts) < 0.5,
    )


def _bits(rng: np.random.Generator) -> int:
    """Two to four weekdays in the office."""
    days = rng.choice(5, rng.integers(2, 5), replace=False)
    return int(sum(1 << int(day) for day in days))


def _trips(rng: np.random.Generator, country: list[str], days: int) -> list[Trip]:
    found = []
    for person in np.flatnonzero(rng.random(len(country)) < TRAVELLERS):
        home = country[person]
        for week in range(days // 7 + 1):
            if rng.random() >= TRIP_A_WEEK * ABROAD:
                continue
            target = str(rng.choice([each for each in DESTINATIONS if each != home]))
            flight = kilometres(home, target) / FLIGHT_KMH + DOOR_HOURS
            left = START + int((week * 7 + rng.integers(0, 3)) * DAY + rng.uniform(6, 20) * HOUR)
            arrived = left + int(flight * HOUR)
            leaves = arrived + int(rng.uniform(10, 60) * HOUR)
            back = leaves + int(flight * HOUR)
            roams, flying = bool(rng.random() < 0.5), bool(flight > 5 and rng.random() < 0.1)
            found.append(Trip(int(person), target, left, arrived, leaves, back, roams, flying))
    return found
