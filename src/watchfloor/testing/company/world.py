"""A company in its week: who, where, with which products, and chance for each matter by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from watchfloor.testing.company.clock import DAY, HOUR, SECOND, Week
from watchfloor.testing.company.internet import Place, Site, place
from watchfloor.testing.company.local import Local
from watchfloor.testing.company.logs import Trail, chance
from watchfloor.testing.company.people import Machine, Person
from watchfloor.testing.company.products.sysmon import Sysmon
from watchfloor.testing.company.products.unix import Linux
from watchfloor.testing.company.products.windows import Account, Windows
from watchfloor.testing.company.roles import (
    Cloud,
    DhcpServer,
    Firewall,
    Ids,
    Mail,
    Proxy,
    Resolver,
    Vpn,
    Webmail,
    WebServer,
)


@dataclass(frozen=True, slots=True)
class Products:
    """What writes the logs."""

    firewall: Firewall
    proxy: Proxy
    resolver: Resolver
    dhcp: DhcpServer
    mail: Mail
    shop: WebServer
    portal: WebServer
    vpn: Vpn
    ids: Ids
    cloud: Cloud
    windows: Windows
    sysmon: Sysmon
    linux: Mapping[str, Linux]
    webmail: Webmail | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What life and attacks refer to by its role.

    Attributes:
        domain: of the company, also of mail.
        netbios: short name of its Windows domain.
        nat: public address of everybody inside.
        servers: role -> machine: controller, second_controller, files, application, proxy, resolver, shop, portal,
            mail, vpn, backup, scanner, monitor, management, sync.
        public: role of a published server -> its public address: shop, portal, mail, vpn.
        services: accounts of programs: backup, sync, deployment, erp.
        administrators: account of the group of domain administrators.
        wifi: beginning of the addresses of phones.
        guests: beginning of the addresses of guests.
        roastable: accounts of programs that have a service name, which anybody may ask tickets for.
        tunnel: beginning of the addresses of the VPN.
        country: in which it is.
        neighbours: countries of its customers, the most frequent first.
        partners: domains of companies that it works with.
        local: what the country and the trade call otherwise.
    """

    domain: str
    netbios: str
    nat: str
    servers: Mapping[str, Machine]
    public: Mapping[str, str]
    services: Mapping[str, Account]
    roastable: tuple[Account, ...]
    administrators: Account
    wifi: str
    guests: str
    tunnel: str
    country: str
    neighbours: tuple[str, ...]
    partners: tuple[str, ...]
    local: Local


@dataclass(frozen=True)
class World:
    """Everything that life and attacks act on.

    Attributes:
        away: account and day -> where somebody is who is not in the office, whatever chance says.
        present: accounts and days of those who come to the office, whatever chance says: nobody can attack a workstation
            that is switched off. The same with and without attacks.
        off: name of a machine -> from when to when it has no power.
    """

    seed: int
    week: Week
    trail: Trail
    names: Names
    staff: tuple[Person, ...]
    machines: tuple[Machine, ...]
    sites: tuple[Site, ...]
    products: Products
    away: dict[tuple[str, int], str] = field(default_factory=dict)
    present: frozenset[tuple[str, int]] = frozenset()
    off: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def chance(self, matter: str) -> Random:
        """Chance of one matter, the same whatever else happens."""
        return chance(self.seed, matter)

    def server(self, role: str) -> Machine:
        """The machine of a role."""
        return self.names.servers[role]

    def person(self, account: str) -> Person:
        """Who has this account."""
        return next(each for each in self.staff if each.account == account)

    def account(self, person: Person, *, admin: bool = False) -> Account:
        """A person's account of the domain."""
        return Account(person.admin, person.rid + 500) if admin else Account(person.account, person.rid)

    def machine_account(self, machine: Machine) -> Account:
        """A machine's own account of the domain."""
        number = 2000 + sorted(each.name for each in self.machines).index(machine.name)
        return Account(f"{machine.name.upper()}$", number)

    def home(self, person: Person) -> Place:
        """Where somebody lives, seen from the internet."""
        return place(person.home, person.place)

    def shift(self, person: Person, day: int) -> tuple[int, int] | None:
        """From when to when somebody works in the office on a day; None where they do not."""
        random = self.chance(f"shift:{person.account}:{day}")
        if not self.week.works(day) or (person.account, day) in self.away or person.site in {"road", "abroad"}:
            return None
        if random.random() < 0.07 and (person.account, day) not in self.present:
            return None
        latest = 11 if person.begins < 12 else 24
        begins = self.week.hour(day, min(max(random.gauss(person.begins, 0.3), 5.5), latest))
        return begins, begins + int(random.gauss(8.6, 0.5) * HOUR)

    def inside(self, person: Person, at: int) -> bool:
        """Whether somebody is at work at a house of the company, also in a shift that began the day before."""
        today = (at - self.week.start) // DAY
        shifts = (self.shift(person, day) for day in (today, today - 1) if 0 <= day < self.week.days)
        return any(shift is not None and shift[0] <= at < shift[1] for shift in shifts)

    def runs(self, machine: Machine, at: int) -> bool:
        """Whether a machine has power."""
        start, end = self.off.get(machine.name, (0, 0))
        return not start <= at < end

    def shifts(self) -> Iterator[tuple[Person, int, int, int]]:
        """All shifts: person, day, begin and end."""
        for day in self.week.workdays():
            for person in self.staff:
                shift = self.shift(person, day)
                if shift is not None:
                    yield person, day, *shift


def arrivals(random: Random, start: int, end: int, count: float) -> Iterator[int]:
    """Moments at random, so many in the span on average: https://en.wikipedia.org/wiki/Poisson_point_process."""
    at = float(start)
    while count > 0:
        at += random.expovariate(count / (end - start))
        if at >= end:
            return
        yield int(at)


def every(random: Random, start: int, end: int, seconds: float, jitter: float) -> Iterator[int]:
    """Moments at a pace, each off by up to this share of it."""
    at = start + int(random.random() * seconds * SECOND)
    while at < end:
        yield at
        at += int(seconds * SECOND * (1 + random.uniform(-jitter, jitter)))
