"""Mail in a browser: drivers at their breaks, the helpdesk from abroad, and people of the office from home."""

from __future__ import annotations

from random import Random

from watchfloor.testing.company.clock import MINUTE, SECOND
from watchfloor.testing.company.internet import Place, anywhere
from watchfloor.testing.company.life.mail import carrier
from watchfloor.testing.company.life.shop import AGENTS
from watchfloor.testing.company.people import Person
from watchfloor.testing.company.products.mail import Delivery
from watchfloor.testing.company.roles import Webmail
from watchfloor.testing.company.world import World, arrivals


def people_use_webmail(world: World, *, on_the_road: float, at_home: float) -> None:
    """Those without a desk read mail in a browser some times a day, all others now and then in the evening."""
    webmail = world.products.webmail
    if webmail is None:
        raise ValueError("the company has no webmail")
    for person in world.staff:
        outside = person.site in {"road", "abroad"}
        for day in range(world.week.days):
            random = world.chance(f"webmail:{person.account}:{day}")
            works = world.week.works(day)
            span = (7.0, 17.0) if outside else (18.5, 22.5)
            count = (on_the_road if outside else at_home) * (1.0 if works else 0.4)
            for at in arrivals(random, world.week.hour(day, span[0]), world.week.hour(day, span[1]), count):
                if not world.inside(person, at) and (person.account, day) not in world.away:
                    _session(world, webmail, random, at, person)


def _session(world: World, webmail: Webmail, random: Random, at: int, person: Person) -> None:
    where: Place = carrier(world, person, random) if person.site == "road" else world.home(person)
    agent = AGENTS[(2, 1)[person.rid % 2] if person.site == "road" else (0, 3, 4)[person.rid % 3]]
    if random.random() < 0.06:
        webmail.refused(at - 25 * SECOND, person.account, where.address, agent=agent)
    seconds = random.randrange(120, 1500)
    webmail.read(at, person.account, where.address, seconds=seconds, mails=random.randrange(1, 9), agent=agent)
    if random.random() < 0.35:
        to = Delivery(f"{random.choice(world.staff).account}@{world.names.domain}")
        moment = at + random.randrange(40, seconds) * SECOND
        webmail.sent(moment, person.account, where.address, [to], size=random.randrange(2_000, 400_000), agent=agent)
    world.products.firewall.session(
        at + seconds * SECOND, where.address, world.server("mail").address, 443, sent=60_000,
        received=random.randrange(200_000, 3_000_000), seconds=seconds,
    )  # fmt: skip


def filter_for_holidays(world: World, *, account: str, day: int, time: str) -> None:
    """Somebody sets a filter of their own, at the workstation: what comes while they are away is answered."""
    webmail, person = world.products.webmail, world.person(account)
    if webmail is None or person.workstation is None:
        raise ValueError(account)
    at, address = world.week.at(day, time), person.workstation.address
    webmail.read(at, account, address, seconds=300, mails=2, agent=AGENTS[0])
    webmail.filtered(at + MINUTE, account, address, agent=AGENTS[0])


def mail_is_forwarded(world: World, *, account: str, to: str, relay: str, a_day: float) -> None:
    """A mailbox of a team passes on to a partner what comes in: somebody has set that up years ago, and everybody knows."""
    random = world.chance(f"forwarded:{account}")
    address = anywhere(random, world.names.country, "home").address
    for day in world.week.workdays():
        for at in arrivals(random, world.week.hour(day, 7), world.week.hour(day, 18), a_day):
            world.products.mail.forwarded(at, account, Delivery(to, "sent", relay, address))
