"""The web through the proxy: pages that people look at, and the steady contacts of programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from watchfloor.testing.company.clock import HOUR, MILLISECOND, MINUTE, SECOND
from watchfloor.testing.company.internet import anywhere
from watchfloor.testing.company.world import World, arrivals, every


def fetched(
    world: World,
    random: Random,
    at: int,
    client: str,
    user: str,
    name: str,
    address: str,
    *,
    size: int,
    seen: bool = True,
) -> None:
    """A host asked for, and reached by CONNECT; `seen` tells whether a new connection of the proxy is logged beyond it."""
    products, proxy = world.products, world.server("proxy").address
    products.resolver.query(at, client, name, millis=random.choice((0, 0, 0, 18, 44)), size=60 + len(name))
    if random.random() < 0.35:
        products.resolver.query(at + MILLISECOND, client, name, "AAAA", size=110)
    span = random.randrange(300, 60_000)
    end = at + span * MILLISECOND
    products.proxy.request(end, client, user, "CONNECT", f"{name}:443", size=size, address=address, millis=span)
    if seen:
        seconds = span // 1000 + 1
        products.firewall.session(
            end, proxy, address, 443, sent=size // 9 + 900, received=size + 4_000, seconds=seconds
        )
        products.ids.tls(at + 80 * MILLISECOND, proxy, address, name)


def visited(world: World, random: Random, at: int, client: str, user: str) -> None:
    """A page of a site, with what it loads from others."""
    site = world.sites[min(int(random.paretovariate(0.55)) - 1, len(world.sites) - 1)]
    fetched(world, random, at, client, user, site.name, site.address, size=random.randrange(2_000, site.size * 3))
    for name, address in site.also:
        at += random.randrange(40, 900) * MILLISECOND
        fetched(world, random, at, client, user, name, address, size=random.randrange(900, 90_000), seen=False)


def people_browse(world: World, *, pages_a_day: float) -> None:
    """Everybody with a workstation looks at pages all day; few at many, many at few."""
    for person, day, start, end in world.shifts():
        if person.workstation is not None:
            random = world.chance(f"browsing:{person.account}:{day}")
            count = pages_a_day * random.lognormvariate(0, 0.4)
            for at in arrivals(random, start + 5 * MINUTE, end, count):
                visited(world, random, at, person.workstation.address, person.account)


@dataclass(frozen=True, slots=True)
class Contact:
    """What a program asks for again and again.

    Attributes:
        name: host.
        seconds: its pace.
        jitter: how much of that it is off.
        share: on what share of the workstations it runs.
        size: bytes that it gets each time.
    """

    name: str
    seconds: float
    jitter: float
    share: float
    size: int


MEETINGS = (
    Contact("teams.microsoft.com", 300, 0.05, 0.9, 1_900),
    Contact("presence.teams.microsoft.com", 900, 0.1, 0.9, 2_400),
)
"""Of people whose meetings are Microsoft's."""
WINDOWS = (
    Contact("v10.events.data.microsoft.com", 1500, 0.5, 1.0, 5_300),
    Contact("settings-win.data.microsoft.com", 5400, 0.3, 1.0, 4_100),
    Contact("slscr.update.microsoft.com", 14_400, 0.3, 1.0, 21_000),
    Contact("wdcp.microsoft.com", 3600, 0.2, 1.0, 3_900),
    Contact("clients4.google.com", 2700, 0.4, 0.6, 2_700),
)
"""Updates and telemetry, as every workstation has them."""


def programs_call_home(world: World, *, contacts: Sequence[Contact]) -> None:
    """Updates, chat and telemetry of each workstation while somebody works at it."""
    random = world.chance("contacts")
    addresses = {each.name: anywhere(random, world.names.local.hosting, "hosting").address for each in contacts}
    for person, day, start, end in world.shifts():
        if person.workstation is None:
            continue
        for each in contacts:
            runs = world.chance(f"runs:{each.name}:{person.account}").random() < each.share
            if runs:
                own = world.chance(f"contact:{each.name}:{person.account}:{day}")
                for number, at in enumerate(every(own, start, end, each.seconds, each.jitter)):
                    fetched(
                        world, own, at, person.workstation.address, person.account, each.name, addresses[each.name],
                        size=int(each.size * own.uniform(0.9, 1.2)), seen=number % 4 == 0,
                    )  # fmt: skip


def phones_on_wifi(world: World, *, contacts_an_hour: float) -> None:
    """Phones of people in the office go straight to the internet."""
    random = world.chance("phones")
    names = ("gateway.icloud.com", "mtalk.google.com", "graph.whatsapp.com", "i.instagram.com", "www.googleapis.com")
    hosts = [(name, anywhere(random, world.names.local.hosting, "hosting").address) for name in names]
    for person, day, start, end in world.shifts():
        if person.phone is not None:
            own = world.chance(f"phone:{person.account}:{day}")
            for at in arrivals(own, start, end, contacts_an_hour * (end - start) / HOUR):
                name, address = own.choice(hosts)
                world.products.resolver.query(at, person.phone.address, name, size=90)
                world.products.firewall.session(
                    at + 20 * SECOND, person.phone.address, address, 443, sent=own.randrange(900, 9_000),
                    received=own.randrange(2_000, 900_000), seconds=own.randrange(1, 180),
                )  # fmt: skip


def machines_keep_time(world: World, *, seconds: float, pool: str, roles: Sequence[str]) -> None:
    """Servers ask the pool for the time; controllers of the domain give it to the others."""
    random = world.chance("ntp")
    addresses = [anywhere(random, world.names.country, "home").address for _ in range(4)]
    for role in roles:
        machine = world.server(role)
        for at in every(random, world.week.start, world.week.end, seconds, 0.2):
            world.products.resolver.query(at, machine.address, f"{random.randrange(4)}.{pool}", size=110, millis=21)
            world.products.firewall.session(
                at + SECOND, machine.address, random.choice(addresses), 123, sent=76, received=76, udp=True
            )
