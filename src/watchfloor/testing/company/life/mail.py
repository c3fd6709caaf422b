"""Mail of a company: what comes, what goes, phones that look for it, and the newsletter."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from watchfloor.testing.company.clock import DAY, HOUR, MINUTE, SECOND
from watchfloor.testing.company.internet import Place, anywhere, networks, place
from watchfloor.testing.company.people import Person
from watchfloor.testing.company.products.mail import Delivery
from watchfloor.testing.company.world import World, arrivals, every

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def outside(random: Random, world: World) -> tuple[str, str]:
    """A host and a domain that mail comes from or goes to: mostly partners."""
    if random.random() < 0.7:
        domain = random.choice(world.names.partners)
        return f"mail.{domain}", domain
    domain = random.choice(world.names.local.freemail)
    return f"mx{random.randrange(1, 5)}.{domain}", domain


def carrier(world: World, person: Person, random: Random) -> Place:
    """Where somebody's phone comes out of the mobile network: one of few addresses that many share."""
    mobile = networks(world.names.country, "mobile")
    return place(mobile[person.place % len(mobile)], person.place % 8 + (random.random() < 0.3))


def mail_comes(world: World, *, a_day: float) -> None:
    """Mail from outside, most of it during the day."""
    random = world.chance("incoming")
    addresses: dict[str, str] = {}
    for day in range(world.week.days):
        count = a_day if world.week.works(day) else a_day * 0.25
        for start, share in ((0.0, 0.1), (7.0, 0.75), (18.0, 0.15)):
            begin = world.week.hour(day, start)
            end = world.week.hour(day, {0.0: 7.0, 7.0: 18.0, 18.0: 23.9}[start])
            for at in arrivals(random, begin, end, count * share):
                host, domain = outside(random, world)
                address = addresses.setdefault(host, anywhere(random, world.names.local.hosting, "hosting").address)
                sender = f"{''.join(random.choices(_LETTERS, k=6))}@{domain}"
                users = [each.account for each in random.sample(world.staff, random.choice((1, 1, 1, 1, 2, 3)))]
                size = int(random.lognormvariate(10.3, 1.1))
                world.products.mail.received(at, host, address, sender, users, size=size)
                world.products.firewall.session(
                    at + 3 * SECOND,
                    address,
                    world.server("mail").address,
                    25,
                    sent=size + 2_000,
                    received=3_000,
                    seconds=3,
                )


def people_write(world: World, *, a_day: float) -> None:
    """Everybody reads and writes mail at the workstation; some recipients do not exist any more."""
    random = world.chance("relays")
    addresses: dict[str, str] = {}
    for person, day, start, end in world.shifts():
        own = world.chance(f"writing:{person.account}:{day}")
        client = person.workstation or person.phone
        if client is None:
            continue
        mail = world.products.mail
        for at in every(own, start, end, 1500, 0.6):
            mail.imap(
                at,
                person.account,
                client.address,
                out=own.randrange(900, 400_000),
                seconds=own.randrange(1, 900),
                bodies=own.randrange(9),
            )
        for at in arrivals(own, start, end, a_day * own.lognormvariate(0, 0.5)):
            deliveries = []
            for _ in range(own.choice((1, 1, 1, 2, 2, 4))):
                if own.random() < 0.4:
                    deliveries.append(Delivery(f"{own.choice(world.staff).account}@{world.names.domain}"))
                else:
                    host, domain = outside(own, world)
                    address = addresses.setdefault(host, anywhere(random, world.names.local.hosting, "hosting").address)
                    to = f"{''.join(own.choices(_LETTERS, k=7))}@{domain}"
                    status = own.choices(("sent", "bounced", "deferred"), (96, 2, 2))[0]
                    deliveries.append(Delivery(to, status, host, address))
            mail.submitted(at, person.account, client.address, deliveries, size=int(own.lognormvariate(9.8, 1.2)))


def phones_look_for_mail(world: World, *, seconds: float) -> None:
    """Phones ask for mail day and night: by the office's network at work, by the mobile network or from home else.

    Many phones share the mobile network's few addresses (carrier NAT), and change between them.
    """
    for person in world.staff:
        if person.phone is None:
            continue
        own = world.chance(f"phone mail:{person.account}")
        for at in every(own, world.week.start, world.week.end, seconds, 0.5):
            day = (at - world.week.start) // DAY
            asleep = world.week.hour(day, 0.5) <= at < world.week.hour(day, 6)
            if asleep and own.random() < 0.6:
                continue
            if world.inside(person, at):
                address = person.phone.address
            elif (person.account, day) in world.away:
                continue
            else:
                address = carrier(world, person, own).address if own.random() < 0.45 else world.home(person).address
            world.products.mail.imap(
                at, person.account, address, out=own.randrange(700, 60_000), seconds=own.randrange(1, 20)
            )


def phone_with_old_password(world: World, person: Person, *, since: int, until: int, seconds: float) -> None:
    """Somebody changed the password and forgot the phone: it goes on with the old one until they come round to it."""
    random = world.chance(f"old password:{person.account}")
    for at in every(random, since, until, seconds, 0.15):
        inside = person.phone is not None and world.inside(person, at)
        address = person.phone.address if inside and person.phone else carrier(world, person, random).address
        world.products.mail.imap_refused(at, person.account, address)


def newsletter(world: World, *, at: int, account: str, recipients: int, role: str, domains: Sequence[str]) -> None:
    """A program of a server sends the newsletter, to customers of whom some are gone."""
    random = world.chance("newsletter")
    web = world.server(role)
    hosts = [
        (f"mx.{domain}", domain, anywhere(random, world.names.local.hosting, "hosting").address) for domain in domains
    ]
    for number in range(recipients):
        host, domain, address = random.choice(hosts)
        status = random.choices(("sent", "bounced", "deferred"), (97, 2, 1))[0]
        to = Delivery(f"{''.join(random.choices(_LETTERS, k=8))}{random.randrange(99)}@{domain}", status, host, address)
        moment = at + int(number * 1.3 * SECOND)
        world.products.mail.submitted(
            moment, account, web.address, [to], size=48_000, name=f"{web.name}.{world.names.domain}"
        )


def spam_is_refused(world: World, *, a_day: float, mailboxes: Sequence[str]) -> None:
    """Strangers try names that do not exist, or to send through this server to others."""
    random = world.chance("spam")
    for at in arrivals(random, world.week.start, world.week.end, a_day * world.week.days):
        where = anywhere(random, random.choice(("VN", "BR", "RU", "CN", "IN", "TR", "US")), "home", "hosting")
        helo = "".join(random.choices(_LETTERS, k=7)) + ".example"
        name = random.choice(mailboxes)
        relay = random.random() < 0.15
        recipient = (
            f"{name}{random.randrange(99)}@gmail.com" if relay else f"{name}{random.randrange(50)}@{world.names.domain}"
        )
        world.products.mail.rejected(at, where.address, f"{name}@{helo}", recipient, helo, relay=relay)


def strangers_knock(world: World, *, a_day: float) -> None:
    """Scanners of the internet connect to the mail server, and guess a password for a name or two."""
    random = world.chance("knocking")
    for at in arrivals(random, world.week.start, world.week.end, a_day * world.week.days):
        where = anywhere(random, random.choice(("CN", "RU", "US", "NL", "VN", "BR")), "hosting", "home")
        kind = random.random()
        if kind < 0.5:
            world.products.mail.probed(at, where.address)
        elif kind < 0.8:
            name = random.choice(("info", "admin", "test", "scanner", "office"))
            world.products.mail.smtp_refused(at, f"{name}@{world.names.domain}", where.address)
        else:
            world.products.mail.imap_refused(at, random.choice(("info", "admin", "sales")), where.address, known=False)


def old_habits(world: World, *, a_day: float) -> None:
    """People mistype a password now and then, and get it right."""
    random = world.chance("mistyped")
    for person, _, start, end in world.shifts():
        if random.random() < a_day and person.workstation is not None:
            at = random.randrange(start, end - HOUR)
            world.products.mail.imap_refused(
                at, person.account, person.workstation.address, tries=random.choice((1, 1, 2))
            )
            world.products.mail.imap(at + MINUTE // 2, person.account, person.workstation.address, out=9_000)
