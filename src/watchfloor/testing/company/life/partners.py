"""Partners of a carrier: a portal that their people use, and a server to which their programs bring files."""

from __future__ import annotations

from watchfloor.testing.company.clock import HOUR, SECOND
from watchfloor.testing.company.internet import anywhere, networks, place
from watchfloor.testing.company.life.shop import AGENTS
from watchfloor.testing.company.world import World, arrivals, every


def partners_at_the_portal(world: World, *, visits_a_day: float) -> None:
    """People of partners log in, look at manifests and rates, and upload lists."""
    random, portal = world.chance("partners"), world.products.portal
    users = [f"{domain.partition('.')[0]}{number}" for domain in world.names.partners for number in (1, 2, 3)]
    for day in world.week.workdays():
        for first in arrivals(random, world.week.hour(day, 7), world.week.hour(day, 18), visits_a_day):
            number, at = random.randrange(len(users)), first
            country = world.names.neighbours[number % 7 == 0]
            where = place(random.choice(networks(country, "home")), 9000 + number * 53)
            agent, user = AGENTS[number % len(AGENTS)], users[number]
            portal.request(at, where.address, "/Account/Login.aspx", size=6_100, agent=agent)
            if random.random() < 0.07:
                portal.request(
                    at + 9 * SECOND, where.address, "/Account/Login.aspx", method="POST", size=6_400, agent=agent
                )
            portal.request(
                at + 20 * SECOND, where.address, "/Account/Login.aspx", method="POST", status=302, size=410, agent=agent
            )
            for _ in range(random.randrange(3, 22)):
                at += random.randrange(5, 60) * SECOND
                path = random.choice((
                    "/Manifests/Default.aspx", f"/Manifests/View.aspx?id={random.randrange(40_000, 41_000)}", "/Rates/Current.aspx",
                    f"/Handlers/Document.ashx?doc={random.randrange(9_000)}&type=pdf", "/Claims/List.aspx?status=open", "/bundles/site.js",
                ))  # fmt: skip
                portal.request(
                    at + 30 * SECOND, where.address, path, size=random.randrange(900, 120_000), agent=agent, user=user
                )
            if random.random() < 0.3:
                portal.request(
                    at + 40 * SECOND,
                    where.address,
                    "/Manifests/Upload.aspx",
                    method="POST",
                    status=302,
                    size=380,
                    agent=agent,
                    user=user,
                )
            target = world.server("portal").address
            world.products.firewall.session(
                at + HOUR // 12, where.address, target, 443, sent=40_000, received=400_000, seconds=300
            )


def files_by_sftp(world: World, *, seconds: float) -> None:
    """Programs of partners log in with their keys at a pace, bring orders and take confirmations; one still has a password.

    The one with the password had it changed at night and not been told before morning.
    """
    linux, target = world.products.linux["transfer"], world.server("transfer").address
    random = world.chance("edi")
    for number, domain in enumerate(world.names.partners[:9]):
        user, where = (
            f"edi-{domain.partition('.')[0]}"[:24],
            anywhere(random, world.names.neighbours[number % 2], "hosting", "home"),
        )
        own, password = world.chance(f"edi:{domain}"), number == 6
        changed = (world.week.at(3, "01:00"), world.week.at(3, "08:25"))
        for at in every(own, world.week.start, world.week.end, seconds * (1 + number % 4), 0.04):
            if password and changed[0] <= at < changed[1]:
                linux.ssh_refused(at, user, where.address, known=True)
                continue
            linux.ssh(at, user, 5001 + number, where.address, password=password, seconds=own.randrange(2, 40))
            size = own.randrange(2_000, 900_000)
            world.products.firewall.session(
                at + 40 * SECOND, where.address, target, 22, sent=size, received=9_000, seconds=30
            )
