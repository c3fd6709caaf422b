"""Cases about accounts where people live in towns: distances and speeds are those between the true towns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np

from watchfloor.testing.simulation.cases import Case, Planted, Victims
from watchfloor.testing.simulation.clients import CASES_ROOM, Clients
from watchfloor.testing.simulation.company import HOUR, Company
from watchfloor.testing.simulation.geolocation import Provider, shown_km
from watchfloor.testing.simulation.logins import MAIL, SSO, Login, home_of
from watchfloor.testing.simulation.places import NETWORKS, TOWNS, networks
from watchfloor.testing.simulation.planted_people import (
    DISTANCES,
    KINDS,
    LEARNT,
    NIGHT,
    REACHES,
    SPEEDS,
    Plant,
    in_turn,
    local,
    mails,
    other_operator,
    own_countries,
    workday,
)
from watchfloor.testing.simulation.towns import TOWNS_OF, Town, by_people, outlets, town_km
from watchfloor.testing.simulation.whereabouts import Whereabouts

WITHIN = (500.0, 1_500.0)
"""Distances in km of strangers in the own country."""
LARGE = ("US", "IN", "FR", "DE")
"""Countries in which there are such strangers."""


@dataclass(frozen=True)
class Ground:
    """What planting in towns needs: who lives where, what records say, whether those of the mail say it, too."""

    whereabouts: Whereabouts
    provider: Provider
    cloud_mail: bool
    clients: Clients


@dataclass(frozen=True)
class _Stay:
    """A town in which a stranger may be, with the network that he comes through, km away."""

    network: int
    town: Town
    distance: float


def plant_people_in_towns(
    whereabouts: Whereabouts, provider: Provider, victims: Victims, planted: Planted, *, cloud_mail: bool
) -> None:
    """Plant the cases of `plant_people`, and strangers in the own country, while there are people left."""
    company = whereabouts.company
    ground = Ground(whereabouts, provider, cloud_mail, Clients(company, company.rng(0, CASES_ROOM)))
    new = range(10)
    plans: list[list[Plant]] = [
        [partial(_travel, ground, *each) for each in product(SPEEDS, DISTANCES, KINDS)],
        [partial(_country, ground, REACHES[number % 2]) for number in new],
        [partial(_operator, ground) for _ in new],
        mails(),
        [partial(_travel_within, ground, victims, *each) for each in product(SPEEDS, KINDS)],
    ]
    in_turn(plans, company, company.rng(0, 92), victims, planted)


def distance_class(distance: float) -> str:
    """The class of a distance between two towns in km."""
    return next(
        (f"{low:.0f}-{high:.0f} km" for low, high in (WITHIN, *DISTANCES) if low <= distance < high),
        f"under {WITHIN[0]:.0f} km",
    )


def stays(ground: Ground, person: int, countries: Iterable[str], kind: str) -> list[_Stay]:
    """The towns of countries where a stranger may come through networks of a kind, or homes where there are none."""
    home = ground.whereabouts.homes[person]
    found = []
    for network in (network for country in countries for network in networks(country, kind)):
        each = NETWORKS[network]
        towns = TOWNS_OF[each.country] if each.kind == "home" else outlets(network)
        found += [_Stay(network, town, town_km(home, town)) for town in towns]
    return found


def _chosen(rng: np.random.Generator, known: list[_Stay], least: float, most: float) -> _Stay:
    """One so far away, each country as likely and its towns by people; the nearest beyond where there is none."""
    fitting = [each for each in known if least <= each.distance < most]
    fitting = fitting or [min((each for each in known if each.distance >= least), key=lambda each: each.distance)]
    country = str(rng.choice(sorted({NETWORKS[each.network].country for each in fitting})))
    own = [each for each in fitting if NETWORKS[each.network].country == country]
    town = by_people(rng, tuple(each.town for each in own))
    among = [each for each in own if each.town == town]
    return among[int(rng.integers(len(among)))]


def _travel(
    ground: Ground,
    speed: float,
    distances: tuple[float, float],
    kind: str,
    company: Company,
    rng: np.random.Generator,
    person: int,
    planted: Planted,
) -> None:
    """The person at home, and a stranger in a town of another country so soon after that the speed is as given."""
    own = own_countries(company, person)
    stay = _chosen(rng, stays(ground, person, (each for each in TOWNS if each not in own), kind), *distances)
    _plant_stranger(ground, speed, stay, company, rng, person, planted)


def _travel_within(
    ground: Ground,
    victims: Victims,
    speed: float,
    kind: str,
    company: Company,
    rng: np.random.Generator,
    person: int,
    planted: Planted,
) -> None:
    """The same in a town of the own country; of somebody else where the person's has none so far away."""
    victims.people.append(person)
    wanted = kind if _first(ground, victims, kind) is not None else "home"
    place = _first(ground, victims, wanted)
    if place is None:
        return
    found = victims.people.pop(place)
    stay = _chosen(rng, _within(ground, found, wanted), *WITHIN)
    _plant_stranger(ground, speed, stay, company, rng, found, planted)


def _within(ground: Ground, person: int, kind: str) -> list[_Stay]:
    """The strangers' towns in the own country far enough away, by networks of this kind; no own commercial VPN's."""
    company = ground.whereabouts.company
    country, tunnel = company.country[person], int(company.vpn[person])
    known = stays(ground, person, [country] if country in LARGE else [], kind)
    fitting = [each for each in known if NETWORKS[each.network].kind == kind and each.network != tunnel]
    return [each for each in fitting if WITHIN[0] <= each.distance < WITHIN[1]]


def _first(ground: Ground, victims: Victims, kind: str) -> int | None:
    """The place among those left of the next one who has such a town."""
    count = len(victims.people)
    return next((at for at in reversed(range(count)) if _within(ground, victims.people[at], kind)), None)


def _plant_stranger(
    ground: Ground,
    speed: float,
    stay: _Stay,
    company: Company,
    rng: np.random.Generator,
    person: int,
    planted: Planted,
) -> None:
    name, day = company.names[person], _day_at_home(company, rng, person)
    own = local(company, person, day, float(rng.uniform(9, 15)))
    strange = own + int(stay.distance / speed * HOUR)
    place = ground.whereabouts.place_in(stay.network, stay.town, int(rng.integers(60_000)))
    network, home = home_of(company, person, day)
    mine, his = ground.clients.at_home(person, own), ground.clients.thief(person, strange)
    planted.logins.append(Login(own, name, network, home, SSO, client=mine))
    planted.logins.append(Login(strange, name, stay.network, place, MAIL, client=his))
    shown = ground.provider.shown
    apart = shown_km(shown(network, home, own), shown(stay.network, place, strange)) if ground.cloud_mail else None
    parameters: dict[str, str | float] = {
        "speed_kmh": speed,
        "distance_km": round(stay.distance),
        "distance_class": distance_class(stay.distance),
        "network": NETWORKS[stay.network].kind,
        "shown": "no city" if apart is None else distance_class(apart),
    }
    parameters |= {} if apart is None else {"shown_km": round(apart)}
    country = NETWORKS[stay.network].country
    planted.cases.append(Case("impossible_travel", name, own, strange, country, parameters))


def _day_at_home(company: Company, rng: np.random.Generator, person: int) -> int:
    """A day on which the person is not in the office, a Tuesday to Friday where there is one."""
    days, office_days = range(min(3, company.days - 2), company.days - 1), int(company.office_days[person])
    at_home = [day for day in days if day % 7 <= 4 and not office_days >> (day % 7) & 1]
    found = [day for day in at_home if day % 7] or at_home
    return int(rng.choice(found)) if found else workday(rng, 3, company.days - 1)


def _country(
    ground: Ground,
    reach: tuple[float, float],
    company: Company,
    rng: np.random.Generator,
    person: int,
    planted: Planted,
) -> None:
    """The first log-in from a country, at night, from a town so far away that the journey could be made."""
    own = own_countries(company, person)
    stay = _chosen(rng, stays(ground, person, (each for each in TOWNS if each not in own), "home"), *reach)
    at, name = local(company, person, workday(rng, LEARNT, company.days), NIGHT), company.names[person]
    place = ground.whereabouts.place_in(stay.network, stay.town, int(rng.integers(60_000)))
    planted.logins.append(Login(at, name, stay.network, place, SSO, client=ground.clients.thief(person, at)))
    parameters: dict[str, str | float] = {
        "distance_km": round(stay.distance),
        "distance_class": f"{reach[0]:.0f}-{reach[1]:.0f} km",
    }
    country = NETWORKS[stay.network].country
    planted.cases.append(Case("first_country", name, at, at, country, parameters))


def _operator(ground: Ground, company: Company, rng: np.random.Generator, person: int, planted: Planted) -> None:
    """The first log-in through an operator, at night, from the person's own town where the operator has homes there."""
    name, network = company.names[person], other_operator(company, rng, person)
    at = local(company, person, workday(rng, LEARNT, company.days), NIGHT)
    place, each = int(rng.integers(30_000)), NETWORKS[network]
    if each.kind == "home":
        place = ground.whereabouts.place_in(network, ground.whereabouts.homes[person], place)
    planted.logins.append(Login(at, name, network, place, SSO, client=ground.clients.thief(person, at)))
    parameters: dict[str, str | float] = {"network": each.kind, "country": each.country}
    planted.cases.append(Case("first_asn", name, at, at, str(each.number), parameters))
