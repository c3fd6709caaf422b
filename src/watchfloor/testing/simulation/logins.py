"""A day of log-ins to the mail, the VPN and the sign-in page, from offices, homes, phones, hotels and aeroplanes.

Addresses at home change every two weeks; phones come out of few addresses of a mobile carrier, also from abroad where
roaming is routed home; the VPN's exit stands at the headquarters; privacy relays and commercial VPNs have places of
their own. Failed attempts of strangers from many countries are part of every day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import polars as pl

from watchfloor.testing.simulation.clients import DAY_ROOM, NOTHING, Client, Clients
from watchfloor.testing.simulation.company import DAY, HOUR, SECOND, START, Company, Trip
from watchfloor.testing.simulation.frames import frame, picked
from watchfloor.testing.simulation.geolocation import Shown, location_columns
from watchfloor.testing.simulation.places import NETWORKS, networks

MINUTE = 60 * SECOND
ROOM = 10
SHARED = ("reception", "warehouse", "lab")
"""Accounts that several people use at once, in offices of several countries."""
SERVICES = ("svc-backup", "svc-reports", "svc-sync")
"""Accounts of programs, which run in data centres of two countries."""
OFFICE_PLACE, VPN_PLACE = 7, 11
"""Where in the home network of a country the address of its office is, and that of the exit of the company's VPN."""
TYPOS = 0.03
STRANGERS = 0.3
"""Failed attempts from anywhere, a person and day."""
MAIL, SSO, VPN = 0, 1, 2
_START = {"event.category": ["authentication", "session"], "event.type": ["start"]}
_FORMS: tuple[tuple[str, dict[str, str | list[str]]], ...] = (
    ("mail.dovecot", {**_START, "event.action": "login", "event.type": ["info"]}),
    ("cloud.entra_signin", {**_START, "event.action": "Sign-in activity", "event.category": ["authentication"]}),
    ("linux.openvpn", {**_START, "event.action": "logged-in"}),
)


@dataclass(frozen=True, slots=True)
class Login:
    """One attempt: when (µs), whose account, from which network and address, where to, how it ended, with what."""

    at: int
    name: str
    network: int
    place: int
    service: int = SSO
    success: bool = True
    client: Client = NOTHING


def exits() -> dict[str, str]:
    """Addresses that the company knows: of its VPN's exit and of its offices, each with what it is."""
    found = {NETWORKS[networks("DE", "home")[0]].addresses(np.array([VPN_PLACE]))[0]: "vpn"}
    for country in ("DE", "US", "FR", "GB", "IN"):
        found[NETWORKS[networks(country, "home")[0]].addresses(np.array([OFFICE_PLACE]))[0]] = "nat"
    return found


class Placing(Protocol):
    """From which address a person's log-ins come who lives in a town; the log-ins of one device, person and day."""

    def laptop(self, person: int, day: int, begin: int | None, logins: Iterable[Login]) -> Iterator[Login]:
        """Those of the laptop; `begin` is when the person's work begins on that day."""
        ...

    def phone(self, person: int, day: int, begin: int | None, logins: Iterable[Login]) -> Iterator[Login]:
        """Those of the telephone."""
        ...

    def tunnelled(self, person: int, logins: Iterable[Login]) -> Iterator[Login]:
        """Those through a commercial VPN."""
        ...


def day_of_logins(company: Company, day: int, placing: Placing | None = None) -> list[Login]:
    """All benign log-ins of a day, in no order; with `placing` from where people are in towns."""
    rng = company.rng(day, ROOM)
    clients = Clients(company, company.rng(day, DAY_ROOM))
    works, begins = company.works(day), company.start_of_work(day)
    found: list[Login] = []
    for person in range(len(company.names)):
        begin = int(begins[person]) if works[person] else None
        worked = [*_laptop(company, rng, person, day, begin)] if begin is not None else []
        phoned, hidden = [*_phone(company, rng, person, day)], [*_private(company, rng, person, day)]
        if placing:
            worked = [*placing.laptop(person, day, begin, worked)]
            phoned, hidden = [*placing.phone(person, day, begin, phoned)], [*placing.tunnelled(person, hidden)]
        found += [_with(clients.laptop if _inside(each) else clients.at_home, person, each) for each in worked]
        found += [_with(clients.phone, person, each) for each in phoned]
        found += [_with(clients.tunnelled, person, each) for each in hidden]
    found += _in_flight(company, rng, clients, day)
    found += _accounts(rng, clients, day)
    found = [each for login in found for each in _mistyped(rng, login)]
    return [*found, *_strangers(company, rng, clients, day)]


def _with(used: Callable[[int, int], Client], person: int, login: Login) -> Login:
    return replace(login, client=used(person, login.at))


def _inside(login: Login) -> bool:
    """Whether it comes from an office or through the company's VPN, where only the company's devices are."""
    return login.place in (OFFICE_PLACE, VPN_PLACE)


def home_of(company: Company, person: int, day: int) -> tuple[int, int]:
    """Network and place of somebody's address at home; it changes every two weeks."""
    return int(company.network[person]), 1000 + person * 37 + (day + person) // 14 * 5003


def _laptop(company: Company, rng: np.random.Generator, person: int, day: int, begin: int) -> Iterator[Login]:
    name, country = company.names[person], company.country[person]
    office = bool(company.office_days[person] >> (day % 7) & 1)
    tunnel = not office and (person % 10 < 6)
    home = home_of(company, person, day)
    if not office and company.abroad(person, begin - MINUTE) is None:
        yield Login(begin - MINUTE, name, *home, VPN)
    for at in sorted(begin + int(hours * HOUR) for hours in (0.0, 4.6, *rng.uniform(0.1, 8.5, rng.integers(2, 6)))):
        trip = company.abroad(person, at)
        if trip is not None:
            if _settled(trip, at):
                yield Login(at, name, networks(trip.country, "home")[0], 30_000 + person * 11, SSO)
        elif office:
            yield Login(at, name, networks(country, "home")[0], OFFICE_PLACE)
        elif tunnel and (country != "US" or person % 2):
            yield Login(at, name, networks("DE", "home")[0], VPN_PLACE)
        else:
            yield Login(at, name, *home)


def _settled(trip: Trip, at: int) -> bool:
    return trip.arrived <= at < trip.leaves


def _phone(company: Company, rng: np.random.Generator, person: int, day: int) -> Iterator[Login]:
    name, morning = company.names[person], START + day * DAY - int(company.offset[person] * HOUR)
    for hours in rng.uniform(6.5, 22.8, rng.integers(2, 7)):
        at = morning + int(hours * HOUR)
        trip = company.abroad(person, at)
        if trip is not None:
            if _settled(trip, at):
                network = int(company.phone[person]) if trip.roams else networks(trip.country, "mobile")[0]
                yield Login(at, name, network, int(rng.integers(256)), MAIL)
        elif company.relay[person] and rng.random() < 0.5:
            away = rng.random() < 0.05
            country = "NL" if away else company.country[person]
            yield Login(at, name, networks(country, "relay")[0], int(rng.integers(2048)), MAIL)
        elif (hours < 8 or hours > 18) and rng.random() < 0.6:
            yield Login(at, name, *home_of(company, person, day), MAIL)
        else:
            yield Login(at, name, int(company.phone[person]), int(rng.integers(256)), MAIL)


def _private(company: Company, rng: np.random.Generator, person: int, day: int) -> Iterator[Login]:
    """A commercial VPN on some evenings."""
    if company.vpn[person] >= 0 and rng.random() < 0.1:
        begin = START + day * DAY + int((rng.uniform(18, 22) - company.offset[person]) * HOUR)
        if company.abroad(person, begin) is None:
            for _ in range(2):
                begin += int(rng.uniform(0, 40)) * MINUTE
                yield Login(begin, company.names[person], int(company.vpn[person]), int(rng.integers(30_000)), MAIL)


def _in_flight(company: Company, rng: np.random.Generator, clients: Clients, day: int) -> Iterator[Login]:
    air = networks("US", "air")[0]
    for trip in company.trips:
        middle = (trip.left + trip.arrived) // 2
        if trip.in_flight and (middle - START) // DAY == day:
            login = Login(middle, company.names[trip.person], air, int(rng.integers(4096)), MAIL)
            yield _with(clients.phone, trip.person, login)


def _accounts(rng: np.random.Generator, clients: Clients, day: int) -> Iterator[Login]:
    """Accounts of several people, and of programs."""
    for number, name in enumerate(SHARED):
        for office, country in enumerate(("DE", "GB", "US", "IN") if day % 7 < 5 else ("DE",)):
            for hours in rng.uniform(6, 20, 3):
                at = START + day * DAY + int(hours * HOUR)
                desk = clients.desk(4 * number + office, at)
                yield Login(at, name, networks(country, "home")[0], OFFICE_PLACE + 20 * number, client=desk)
    clouds = (networks("US", "hosting")[0], networks("NL", "hosting")[0])
    for number, name in enumerate(SERVICES):
        for step in range(96):
            at = START + day * DAY + step * 15 * MINUTE + int(rng.uniform(0, 20) * SECOND)
            yield Login(at, name, clouds[step % 2], 900 + number, client=clients.service(at))


def _mistyped(rng: np.random.Generator, login: Login) -> Iterable[Login]:
    yield login
    if rng.random() < TYPOS and login.name not in SERVICES:
        yield replace(login, at=login.at - 12 * SECOND, success=False)


def _strangers(company: Company, rng: np.random.Generator, clients: Clients, day: int) -> Iterator[Login]:
    for _ in range(rng.poisson(STRANGERS * len(company.names))):
        at = START + day * DAY + int(rng.integers(DAY))
        network = int(rng.integers(len(NETWORKS)))
        name, place = str(rng.choice(company.names)), int(rng.integers(60_000))
        yield Login(at, name, network, place, MAIL, success=False, client=clients.guess(at))


def login_frames(
    logins: Iterable[Login], *, cloud_mail: bool = False, shown: Callable[[int, int, int], Shown] | None = None
) -> list[pl.DataFrame]:
    """The log-ins as events, one frame for each kind of log.

    Args:
        logins: in any order.
        cloud_mail: whether the mail is in the cloud, so that the sign-in page's log has its log-ins, too.
        shown: the place that sign-ins say of a network, a place in it and a moment; none where nothing is given.
    """
    found = []
    taken = list(logins)
    for service, (dataset, fixed) in enumerate(_FORMS):
        mine = [login for login in taken if service == (SSO if cloud_mail and login.service == MAIL else login.service)]
        if not mine:
            continue
        which = np.array([login.network for login in mine], np.int64)
        addresses = [NETWORKS[login.network].addresses(np.array([login.place]))[0] for login in mine]
        columns = {
            "user.name": pl.Series([login.name for login in mine]),
            "event.outcome": pl.Series(["success" if login.success else "failure" for login in mine]),
            "source.address": pl.Series(addresses),
            "source.ip": pl.Series(addresses),
            "source.geo.country_iso_code": picked([each.country for each in NETWORKS], which),
            "source.as.number": picked([each.number for each in NETWORKS], which),
            "source.as.organization.name": picked([each.organisation for each in NETWORKS], which),
        }
        if service == SSO:
            columns |= _said([login.client for login in mine])
            columns |= location_columns([shown(each.network, each.place, each.at) for each in mine]) if shown else {}
        found.append(frame(np.array([login.at for login in mine], np.int64), dataset, columns, fixed))
    return found


def _said(clients: list[Client]) -> dict[str, pl.Series]:
    """What the records say of devices and programs; null where they say nothing."""
    return {
        "device.id": pl.Series([each.device or None for each in clients], dtype=pl.String),
        "user_agent.os.name": pl.Series([each.system or None for each in clients], dtype=pl.String),
        "user_agent.name": pl.Series([each.program or None for each in clients], dtype=pl.String),
        "user_agent.original": pl.Series([each.agent or None for each in clients], dtype=pl.String),
    }
