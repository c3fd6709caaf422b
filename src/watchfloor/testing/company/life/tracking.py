"""A carrier's portal: people who look for their parcels, senders who book, programs of customers, and drivers' tablets."""

from __future__ import annotations

from random import Random

from watchfloor.testing.company.clock import HOUR, MINUTE, SECOND
from watchfloor.testing.company.internet import Place, anywhere, networks, place
from watchfloor.testing.company.life.mail import carrier
from watchfloor.testing.company.life.shop import AGENTS
from watchfloor.testing.company.world import World, arrivals, every

_SEARCHES = (
    "MF%204471%20%26%20sons", "o%27brien", "select+homewares", "drop+off+table", "union+st+depot", "50%25+deposit",
    "pallet+--+urgent", "caf%C3%A9+supplies", "script+%3C3%3E", "order+by+friday",
)  # fmt: skip
"""What senders type into the search for their bookings."""
_SCRIPTS = (
    "python-requests/2.32.3",
    "Apache-HttpClient/5.3 (Java/21.0.4)",
    "okhttp/4.12.0",
    "GuzzleHttp/7",
    "axios/1.7.7",
)
_TABLET = "MarloweDriver/5.3.1 (Android 14; SM-T577)"


def _consignment(random: Random) -> str:
    return f"MF{random.randrange(81_000_000, 81_090_000)}"


def _visitor(world: World, random: Random) -> Place:
    country = random.choices(world.names.neighbours, range(len(world.names.neighbours) * 4, 0, -4))[0]
    if random.random() < 0.4:
        return place(random.choice(networks(country, "mobile")), random.randrange(40))
    return anywhere(random, country, "home")


def _through(world: World, at: int, where: Place, sent: int, received: int, *, seconds: int = 20) -> None:
    """The connection under requests, as the firewall sees it when it ends."""
    target = world.server("balancer").address
    world.products.firewall.session(at, where.address, target, 443, sent=sent, received=received, seconds=seconds)


def receivers(world: World, *, a_day: float) -> None:
    """People wait for parcels and look where they are, some from a link in a mail, most in the morning and at noon."""
    random, shop = world.chance("receivers"), world.products.shop
    host = f"https://track.{world.names.domain}"
    for day in range(world.week.days):
        count = a_day if world.week.works(day) else a_day * 0.35
        for start, hours, share in ((0, 6, 0.03), (6, 4, 0.3), (10, 5, 0.4), (15, 5, 0.2), (20, 3.9, 0.07)):
            begin = world.week.hour(day, start)
            for first in arrivals(random, begin, begin + int(hours * HOUR), count * share):
                at, where, agent, received = first, _visitor(world, random), random.choice(AGENTS), 0
                for number in range(random.choice((1, 1, 1, 2, 3))):
                    path = f"/track/{_consignment(random)}"
                    came = "-" if number == 0 else f"{host}/"
                    size = random.randrange(9_000, 22_000)
                    gone = random.random() < 0.04
                    shop.request(
                        at, where.address, path, status=404 if gone else 200, size=size, referrer=came, agent=agent
                    )
                    for asset in random.sample(
                        ("/assets/site.css", "/assets/map.js", "/assets/logo.svg", "/favicon.ico"), random.randrange(4)
                    ):
                        shop.request(
                            at + 300_000,
                            where.address,
                            asset,
                            status=random.choice((200, 304)),
                            size=4_400,
                            referrer=host + path,
                            agent=agent,
                        )
                    if random.random() < 0.25:
                        shop.request(
                            at + 9 * SECOND,
                            where.address,
                            f"/pod/{_consignment(random)}.pdf",
                            size=random.randrange(30_000, 190_000),
                            referrer=host + path,
                            agent=agent,
                        )
                    at += random.randrange(8, 70) * SECOND
                    received += size + 30_000
                _through(world, at, where, 2_400, received)


def senders(world: World, *, customers: int, visits_a_day: float) -> None:
    """Businesses log in, book pick-ups, send papers along, and print labels."""
    random = world.chance("senders")
    homes = [anywhere(random, random.choice(("NZ", "NZ", "NZ", "AU")), "home") for _ in range(customers)]
    for day in world.week.workdays():
        for at in arrivals(random, world.week.hour(day, 7), world.week.hour(day, 18.5), visits_a_day):
            number = random.randrange(customers)
            _booked(world, random, at, homes[number], AGENTS[number % len(AGENTS)])


def _booked(world: World, random: Random, at: int, where: Place, agent: str) -> None:
    shop, host = world.products.shop, f"https://track.{world.names.domain}"
    steps = [("GET", "/account/login", 200), ("POST", "/account/login", 302), ("GET", "/bookings", 200)]
    if random.random() < 0.09:
        steps.insert(1, ("POST", "/account/login", 200))
    for _ in range(random.randrange(1, 6)):
        kind = random.random()
        if kind < 0.25:
            steps.append(("GET", f"/bookings/search?q={random.choice(_SEARCHES)}", 200))
        elif kind < 0.7:
            steps += [("GET", "/bookings/new", 200), ("POST", "/bookings", 302)]
            if random.random() < 0.35:
                steps.append(("POST", f"/bookings/{random.randrange(70_000, 72_000)}/documents", 201))
            steps.append(("GET", f"/labels/{_consignment(random)}.pdf", 200))
        else:
            steps.append(("GET", f"/invoices/2026-{random.randrange(1, 10):02}.pdf", 200))
    for method, path, status in steps:
        size = random.randrange(20_000, 160_000) if path.endswith(".pdf") else random.randrange(300, 26_000)
        shop.request(
            at, where.address, path, method=method, status=status, size=size, referrer=f"{host}/bookings", agent=agent
        )
        at += random.randrange(3, 50) * SECOND
    _through(world, at, where, random.randrange(6_000, 2_000_000), 200_000, seconds=240)


def programs_of_customers(world: World, *, seconds: float, count: int) -> None:
    """Shops' systems ask at a pace what has changed; a token runs out now and then, and is fetched anew."""
    random, shop = world.chance("customers' programs"), world.products.shop
    for number in range(count):
        where, agent = anywhere(random, random.choice(("AU", "AU", "US")), "hosting"), _SCRIPTS[number % len(_SCRIPTS)]
        own = world.chance(f"customers' programs:{number}")
        for at in every(own, world.week.start, world.week.end, seconds * (1 + number % 3), 0.03):
            path = f"/api/v2/consignments?changed_since={at // SECOND - 900}&page=1"
            if own.random() < 0.012:
                shop.request(at, where.address, path, status=401, size=64, agent=agent)
                shop.request(at + SECOND, where.address, "/api/v2/token", method="POST", size=900, agent=agent)
            shop.request(at + 2 * SECOND, where.address, path, size=own.randrange(400, 90_000), agent=agent)
            if own.random() < 0.2:
                _through(world, at + 60 * SECOND, where, 4_000, 90_000, seconds=60)


def drivers(world: World, *, seconds: float) -> None:
    """Tablets in the trucks tell where they are and what was delivered, with a photograph, by the mobile network."""
    for person in world.staff:
        if person.site != "road":
            continue
        for day in world.week.workdays():
            own = world.chance(f"driving:{person.account}:{day}")
            if (person.account, day) in world.away or own.random() < 0.08:
                continue
            start = world.week.hour(day, own.gauss(person.begins, 0.3))
            end, where = start + int(own.gauss(8.8, 0.6) * HOUR), carrier(world, person, own)
            world.products.shop.request(
                start, where.address, "/api/driver/session", method="POST", size=1_100, agent=_TABLET
            )
            world.products.cloud.signed_in(
                start - MINUTE, person.account, person.name, where, system="Android 14", browser="Chrome Mobile 129.0"
            )
            for at in every(own, start + MINUTE, end, seconds, 0.2):
                if own.random() < 0.02:
                    where = carrier(world, person, own)
                world.products.shop.request(
                    at, where.address, "/api/driver/position", method="POST", status=204, agent=_TABLET, size=0
                )
                if own.random() < 0.12:
                    path = f"/api/driver/consignments/{_consignment(own)}"
                    world.products.shop.request(
                        at + 20 * SECOND,
                        where.address,
                        f"{path}/photo",
                        method="POST",
                        status=201,
                        size=90,
                        agent=_TABLET,
                    )
                    world.products.shop.request(
                        at + 26 * SECOND,
                        where.address,
                        f"{path}/delivered",
                        method="POST",
                        status=204,
                        size=0,
                        agent=_TABLET,
                    )
                if own.random() < 0.1:
                    _through(world, at + 40 * SECOND, where, own.randrange(9_000, 3_000_000), 12_000, seconds=400)
