"""The web shop and the dealers' portal: customers, search engines, probes of the uptime, and dealers."""

from __future__ import annotations

from random import Random

from watchfloor.testing.company.clock import HOUR, SECOND
from watchfloor.testing.company.internet import Place, anywhere, networks, place
from watchfloor.testing.company.world import World, arrivals, every

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
)
_BOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; SeznamBot/4.0; +https://o-seznam.cz/napoveda/vyhledavani/en/seznambot-crawler/)",
)
_SEARCHES = (
    "tisch", "tisch+eiche", "sessel+%26+hocker", "bank+d%27alpe", "kasten+120x60", "t%C3%BCr", "order+by+licht",
    "schrank+select", "lampe+union", "m%C3%B6bel%C3%B6l+%22matt%22", "k%C3%BCche+100%25+holz", "regal+--+weiss",
)  # fmt: skip
"""What people look for, among it what a careless rule takes for SQL."""


def _customer(world: World, random: Random) -> Place:
    country = random.choices(world.names.neighbours, range(len(world.names.neighbours) * 3, 0, -3))[0]
    if random.random() < 0.35:
        mobile = networks(country, "mobile")
        return place(random.choice(mobile), random.randrange(24))
    return anywhere(random, country, "home")


def session(world: World, random: Random, at: int, where: Place, agent: str) -> None:
    """Somebody looks around in the shop, and a few buy."""
    shop, host = world.products.shop, f"https://shop.{world.names.domain}"
    path, sent = "/", 0
    for _ in range(random.choice((1, 1, 2, 3, 4, 6))):
        came = random.choice(("-", "https://www.google.com/", f"{host}/"))
        size = random.randrange(14_000, 60_000)
        shop.request(at, where.address, path, size=size, referrer=came, agent=agent)
        sent += size
        for asset in random.sample(
            (
                "/assets/app.css?v=81",
                "/assets/app.js?v=81",
                f"/media/catalog/{random.randrange(900)}.webp",
                f"/media/catalog/{random.randrange(900)}.webp",
                "/favicon.ico",
            ),
            random.randrange(4),
        ):
            cached = random.random() < 0.3
            size = 0 if cached else random.randrange(2_000, 240_000)
            moment = at + random.randrange(60, 900) * 1000
            shop.request(
                moment,
                where.address,
                asset,
                status=304 if cached else 200,
                size=size,
                referrer=f"{host}{path}",
                agent=agent,
            )
            sent += size
        at += int(random.lognormvariate(2.8, 0.8) * SECOND)
        kind = random.random()
        if kind < 0.2:
            path = f"/search?q={random.choice(_SEARCHES)}"
        elif kind < 0.27:
            path = f"/category/{random.choice(('tische', 'stuehle', 'kaesten', 'betten'))}?page={random.randrange(1, 9)}&sort=price"
        else:
            path = f"/product/{random.randrange(900)}"
    if random.random() < 0.06:
        _bought(world, random, at, where, agent)
    world.products.firewall.session(
        at + 10 * SECOND,
        where.address,
        world.server("shop").address,
        443,
        sent=sent // 20 + 900,
        received=sent,
        seconds=60,
    )


def _bought(world: World, random: Random, at: int, where: Place, agent: str) -> None:
    shop, host = world.products.shop, f"https://shop.{world.names.domain}"
    steps = [
        ("POST", "/cart/add", 302),
        ("GET", "/cart", 200),
        ("POST", "/account/login", 302),
        ("POST", "/checkout", 302),
        ("GET", "/checkout/done", 200),
    ]
    if random.random() < 0.2:
        steps.insert(2, ("POST", "/account/login", 200))
    if random.random() < 0.3:
        steps.insert(1, ("POST", "/customize/upload.php", 200))
    for method, path, status in steps:
        shop.request(
            at,
            where.address,
            path,
            method=method,
            status=status,
            size=random.randrange(400, 20_000),
            referrer=f"{host}/cart",
            agent=agent,
        )
        at += random.randrange(4, 40) * SECOND


def customers(world: World, *, a_day: float, rush: tuple[int, float] | None = None) -> None:
    """People from the country and its neighbours, most in the evening; `rush` has a moment after which more come."""
    random = world.chance("customers")
    for day in range(world.week.days):
        for start, hours, share in ((0, 6, 0.04), (6, 6, 0.25), (12, 6, 0.33), (18, 5, 0.35), (23, 0.95, 0.03)):
            begin = world.week.hour(day, start)
            for at in arrivals(random, begin, begin + int(hours * HOUR), a_day * share):
                session(world, random, at, _customer(world, random), random.choice(AGENTS))
    if rush is not None:
        for at in arrivals(random, rush[0], rush[0] + 5 * HOUR, rush[1]):
            session(world, random, at, _customer(world, random), random.choice(AGENTS))


def search_engines(world: World, *, a_day: float, pages: str) -> None:
    """Crawlers fetch pages, named with a number in place of `{}`, old ones among them."""
    random = world.chance("crawlers")
    homes = [(agent, [anywhere(random, "US", "hosting") for _ in range(6)]) for agent in _BOTS]
    for at in arrivals(random, world.week.start, world.week.end, a_day * world.week.days):
        agent, addresses = random.choice(homes)
        gone = random.random() < 0.1
        path = pages.format(random.randrange(4000 if gone else 900)) if random.random() < 0.95 else "/robots.txt"
        world.products.shop.request(
            at,
            random.choice(addresses).address,
            path,
            status=404 if gone else 200,
            size=1_200 if gone else 30_000,
            agent=agent,
        )


def uptime_probes(world: World, *, seconds: float) -> None:
    """A service outside and the own monitor ask at a strict pace whether the shop is there."""
    random = world.chance("uptime")
    outside = anywhere(random, world.names.local.hosting, "hosting").address
    monitor = world.server("monitor").address
    for address, agent in (
        (outside, "UptimeWatch/2.1 (+https://uptimewatch.example/bot)"),
        (monitor, "check_http/v2.3.3 (monitoring-plugins 2.3.3)"),
    ):
        for at in every(random, world.week.start, world.week.end, seconds, 0.01):
            world.products.shop.request(at, address, "/health", size=2, agent=agent)


def dealers(world: World, *, dealers_a_day: float) -> None:
    """Dealers log in at the portal, order, and download price lists."""
    random = world.chance("dealers")
    for day in world.week.workdays():
        for at in arrivals(random, world.week.hour(day, 7.5), world.week.hour(day, 18), dealers_a_day):
            number = random.randrange(60)
            where = place(random.choice(networks(world.names.neighbours[number % 2], "home")), 7000 + number * 37)
            agent, portal = AGENTS[number % len(AGENTS)], world.products.portal
            user = f"haendler{number:02}"
            portal.request(at, where.address, "/login", size=4_100, agent=agent)
            if random.random() < 0.08:
                portal.request(at + 20 * SECOND, where.address, "/login", method="POST", size=4_300, agent=agent)
            portal.request(at + 40 * SECOND, where.address, "/login", method="POST", status=302, size=210, agent=agent)
            for step in range(random.randrange(3, 25)):
                path = random.choice(
                    ("/orders", "/orders/new", f"/orders/{random.randrange(9000)}", "/prices/2026-10.pdf", "/stock")
                )
                portal.request(
                    at + (60 + 25 * step) * SECOND,
                    where.address,
                    path,
                    size=random.randrange(900, 900_000 if path.endswith("pdf") else 30_000),
                    agent=agent,
                    user=user,
                )


def strangers_probe(world: World, *, a_day: float) -> None:
    """The internet asks every web server for holes that this one does not have."""
    random = world.chance("web noise")
    paths = (
        "/.env", "/wp-login.php", "/xmlrpc.php", "/.git/config", "/admin/config.php", "/phpmyadmin/index.php",
        "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "/cgi-bin/luci/;stok=/locale", "/boaform/admin/formLogin",
        "/actuator/health", "/solr/admin/info/system", "/owa/auth/logon.aspx", "/?s=%27+or+1=1--", "/backup.zip",
        "/api/v1/pods", "/server-status", "/..%2f..%2f..%2fetc/passwd", "/config.json", "/login.action",
    )  # fmt: skip
    agents = ("Mozilla/5.0 zgrab/0.x", "python-requests/2.31.0", "Go-http-client/1.1", "curl/8.4.0", "-")
    for at in arrivals(random, world.week.start, world.week.end, a_day * world.week.days):
        where = anywhere(random, random.choice(("US", "CN", "RU", "NL", "DE", "VN", "BR", "FR")), "hosting", "home")
        server = random.choice((world.products.shop, world.products.portal))
        agent = random.choice(agents)
        for number, path in enumerate(random.sample(paths, random.choice((1, 1, 2, 5)))):
            server.request(
                at + number * SECOND, where.address, path, status=400 if ".." in path else 404, size=1_190, agent=agent
            )


def certificate_renewal(world: World, *, day: int, unit: str, description: str) -> None:
    """An authority checks the shop's name from several places; certbot asks for it at night."""
    random = world.chance("acme")
    at = world.week.at(day, "03:41:07")
    token = "".join(random.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", k=43))
    for number in range(4):
        where = anywhere(random, random.choice(("US", "DE", "SG", "SE")), "hosting")
        world.products.shop.request(
            at + number * SECOND, where.address, f"/.well-known/acme-challenge/{token}", size=87,
            agent="Mozilla/5.0 (compatible; Let's Encrypt validation server; +https://www.letsencrypt.org)",
        )  # fmt: skip
    linux, machine = world.products.linux["shop"], world.server("shop")
    api = anywhere(random, "US", "hosting").address
    world.products.resolver.query(at - 9 * SECOND, machine.address, "acme-v02.api.letsencrypt.org", millis=30)
    world.products.firewall.session(at + 6 * SECOND, machine.address, api, 443, sent=9_800, received=16_100, seconds=14)
    linux.unit(at - 10 * SECOND, "certbot.service", "Certbot")
    linux.said(
        at + 9 * SECOND,
        "systemd[1]",
        f"Reloading {unit} - {description}...",
    )
    linux.said(
        at + 10 * SECOND,
        "systemd[1]",
        f"Reloaded {unit} - {description}.",
    )
