"""Cases about accounts: journeys that nobody can make, new countries and operators, mail to many."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product

import numpy as np

from watchfloor.testing.simulation.cases import Case, Planted, Victims
from watchfloor.testing.simulation.clients import CASES_ROOM, Clients
from watchfloor.testing.simulation.company import DAY, HOUR, START, Company
from watchfloor.testing.simulation.logins import MAIL, SSO, Login, home_of
from watchfloor.testing.simulation.mail import Message, address, outside
from watchfloor.testing.simulation.places import NETWORKS, TOWNS, kilometres, networks

SPEEDS = (1_200.0, 2_000.0, 5_000.0, 20_000.0)
"""km/h between a person's own log-in and the stranger's."""
DISTANCES = ((1_500.0, 3_000.0), (3_000.0, 7_000.0), (7_000.0, 20_000.0))
REACHES = ((500.0, 1_200.0), (1_200.0, 2_400.0))
"""Distances in km that a person covers between the evening and the night."""
KINDS = ("home", "hosting")
"""Strangers come out of homes (hijacked machines) or data centres."""
LEARNT = 14
"""Days that pass before something may be called new."""
RECIPIENTS = (60, 200, 800)
MESSAGES = (1, 20)


NIGHT = 2.5
"""Local hour at which a stranger comes who is to be new and nothing else: long after and before the person's own."""
Plant = Callable[[Company, np.random.Generator, int, Planted], None]


def plant_people(company: Company, rng: np.random.Generator, victims: Victims, planted: Planted) -> None:
    """Plant cases of all kinds in turn, each in random order of its parameters, while there are people left."""
    new = range(10)
    clients = Clients(company, company.rng(0, CASES_ROOM))
    plans: list[list[Plant]] = [
        [partial(_travel, clients, *each) for each in product(SPEEDS, DISTANCES, KINDS)],
        [partial(_country, clients, REACHES[number % 2]) for number in new],
        [partial(_operator, clients) for _ in new],
        mails(),
    ]
    in_turn(plans, company, rng, victims, planted)


def mails() -> list[Plant]:
    """Mail to many, each number of recipients and messages twice."""
    return [partial(_mail, *each) for each in [*product(RECIPIENTS, MESSAGES)] * 2]


def in_turn(
    plans: list[list[Plant]], company: Company, rng: np.random.Generator, victims: Victims, planted: Planted
) -> None:
    """Plant one of each plan after the other, each plan in random order, while there are people left."""
    plans = [[plan[place] for place in rng.permutation(len(plan))] for plan in plans]
    for turn in range(max(map(len, plans))):
        for plan in plans:
            if turn < len(plan) and victims.people:
                plan[turn](company, rng, victims.people.pop(), planted)


def workday(rng: np.random.Generator, first: int, days: int) -> int:
    """A Tuesday to Friday, so that the days around it are usual ones; the first that comes where there is none."""
    found = [day for day in range(min(first, days - 1), days) if 1 <= day % 7 <= 4]
    return int(rng.choice(found)) if found else days - 1


def local(company: Company, person: int, day: int, hours: float) -> int:
    """A moment of a day by the person's clock, µs since 1970."""
    return START + day * DAY + int((hours - company.offset[person]) * HOUR)


def _far(company: Company, rng: np.random.Generator, person: int, least: float, most: float) -> tuple[str, float]:
    """A country about so far away and how far it really is, the nearest beyond where there is none.

    It is none that the person's own log-ins come from.
    """
    home, own = company.country[person], own_countries(company, person)
    known = sorted((kilometres(home, each), each) for each in TOWNS if each not in own)
    fitting = [each for each in known if least <= each[0] < most] or [each for each in known if each[0] >= least][:1]
    distance, country = fitting[int(rng.integers(len(fitting)))]
    return country, distance


def own_countries(company: Company, person: int) -> set[str]:
    """Where the person's own log-ins come from: home, the VPN's exit, a relay's or a commercial VPN's."""
    own = {company.country[person], NETWORKS[networks("DE", "home")[0]].country, "NL"}
    if company.vpn[person] >= 0:
        own.add(NETWORKS[company.vpn[person]].country)
    return own


def _network(rng: np.random.Generator, country: str, kind: str) -> int:
    return int(rng.choice(networks(country, kind)))


def _travel(
    clients: Clients,
    speed: float,
    distances: tuple[float, float],
    kind: str,
    company: Company,
    rng: np.random.Generator,
    person: int,
    planted: Planted,
) -> None:
    """The person at home, and a stranger with the same account so soon after that the speed between is as given."""
    country, distance = _far(company, rng, person, *distances)
    day, name = workday(rng, 3, company.days - 1), company.names[person]
    own = local(company, person, day, float(rng.uniform(9, 15)))
    strange = own + int(distance / speed * HOUR)
    network = _network(rng, country, kind)
    mine, his = clients.at_home(person, own), clients.thief(person, strange)
    planted.logins.append(Login(own, name, *home_of(company, person, day), SSO, client=mine))
    planted.logins.append(Login(strange, name, network, int(rng.integers(60_000)), MAIL, client=his))
    parameters: dict[str, str | float] = {
        "speed_kmh": speed,
        "distance_km": round(distance),
        "distance_class": next(f"{low:.0f}-{high:.0f} km" for low, high in DISTANCES if low <= distance < high),
        "network": NETWORKS[network].kind,
    }
    planted.cases.append(Case("impossible_travel", name, own, strange, country, parameters))


def _country(
    clients: Clients,
    reach: tuple[float, float],
    company: Company,
    rng: np.random.Generator,
    person: int,
    planted: Planted,
) -> None:
    """The first log-in from a country, at night, so far from the person's own that the journey could be made."""
    country, distance = _far(company, rng, person, *reach)
    at = local(company, person, workday(rng, LEARNT, company.days), NIGHT)
    name = company.names[person]
    network, place = _network(rng, country, "home"), int(rng.integers(60_000))
    planted.logins.append(Login(at, name, network, place, SSO, client=clients.thief(person, at)))
    parameters: dict[str, str | float] = {
        "distance_km": round(distance),
        "distance_class": f"{reach[0]:.0f}-{reach[1]:.0f} km",
    }
    planted.cases.append(Case("first_country", name, at, at, country, parameters))


def _operator(clients: Clients, company: Company, rng: np.random.Generator, person: int, planted: Planted) -> None:
    """The first log-in through an operator, in the person's own country, at night."""
    name, network = company.names[person], other_operator(company, rng, person)
    at = local(company, person, workday(rng, LEARNT, company.days), NIGHT)
    place, his = int(rng.integers(30_000)), clients.thief(person, at)
    planted.logins.append(Login(at, name, network, place, SSO, client=his))
    parameters = {"network": NETWORKS[network].kind, "country": NETWORKS[network].country}
    planted.cases.append(Case("first_asn", name, at, at, str(NETWORKS[network].number), parameters))


def other_operator(company: Company, rng: np.random.Generator, person: int) -> int:
    """A network in the country of an operator that is none of the person's own; in the Netherlands if there is none."""
    own = {*company.network[[person]], *company.phone[[person]], *company.vpn[[person]], networks("DE", "home")[0]}
    others = [each for each in networks(company.country[person], "hosting", "home") if each not in own]
    return int(rng.choice(others or networks("NL", "hosting")))


def _mail(
    recipients: int, messages: int, company: Company, rng: np.random.Generator, person: int, planted: Planted
) -> None:
    """Mail to many strangers within half an hour, in one message or some."""
    sender = address(company.names[person])
    begin = local(company, person, workday(rng, LEARNT, company.days), float(rng.uniform(9, 15)))
    at = [begin + int(each * HOUR / 2) for each in np.linspace(0, 1, messages)]
    everybody = [outside(int(each)) for each in rng.choice(20_000, recipients, replace=False)]
    for place, moment in enumerate(at):
        planted.messages.append(Message(moment, sender, tuple(everybody[place::messages])))
    parameters = {"recipients": float(recipients), "messages": float(messages)}
    planted.cases.append(Case("recipients", sender, at[0], at[-1], "", parameters))
