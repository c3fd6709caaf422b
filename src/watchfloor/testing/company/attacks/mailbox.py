"""A stolen mail password, used from abroad to read, to hide, and to spread."""

from __future__ import annotations

from watchfloor.testing.company.attacks.plan import Attack
from watchfloor.testing.company.clock import HOUR, MINUTE, SECOND
from watchfloor.testing.company.internet import anywhere
from watchfloor.testing.company.life.browsing import fetched
from watchfloor.testing.company.life.mail import outside
from watchfloor.testing.company.products.mail import Delivery
from watchfloor.testing.company.world import World


def mailbox_taken(
    world: World, *, day: int, time: str, victim: str, colleague: str, country: str, mails: int
) -> Attack:
    """Somebody abroad has a password.

    Args:
        world: to act in.
        day: on which it begins.
        time: at which it begins.
        victim: account whose password was stolen.
        colleague: account of who believes the mail that comes from it.
        country: where the attacker's address is.
        mails: how many are sent.
    """
    attack = Attack("mailbox", "A stolen mail password is used from abroad, and to spread", "incident", world)
    random, mail, names = world.chance("attack:mailbox"), world.products.mail, world.names
    thief = anywhere(random, country, "mobile").address
    at = world.week.at(day, time)
    mailbox = f"{victim}@{names.domain}"
    with attack.step(at, "A log-in to the mailbox from a country in which nobody works", "T1078", mailbox, thief):
        mail.imap(at, victim, thief, out=41_000, seconds=90, bodies=3)
        mail.imap(at + 4 * MINUTE, victim, thief, out=9_700_000, seconds=600, bodies=480)
    at += 14 * MINUTE
    with attack.step(at, "A filter that hides answers is set from there", "T1564.008", mailbox, thief, told=False):
        mail.imap(at, victim, thief, service="managesieve", out=900, seconds=30)
    at += 9 * MINUTE
    with attack.step(
        at, "Mail to very many recipients is sent as the victim, much of it refused", "T1534", mailbox, thief
    ):
        relays: dict[str, str] = {}
        for number in range(mails):
            host, domain = outside(random, world)
            address = relays.setdefault(host, anywhere(random, "DE", "hosting").address)
            status = random.choices(("sent", "bounced", "deferred"), (68, 28, 4))[0]
            to = Delivery(f"{''.join(random.choices('abcdefghilmnoprstu', k=6))}@{domain}", status, host, address)
            inside = [Delivery(f"{each.account}@{names.domain}") for each in random.sample(world.staff, 2)]
            mail.submitted(at + number * 9 * SECOND, victim, thief, [to, *inside[: number % 3]], size=7_800)
    at += 26 * MINUTE
    lure = f"login-{names.netbios.lower()}.example"
    person, site = world.person(colleague), anywhere(random, "NL", "hosting").address
    with attack.step(
        at, "A colleague opens the link and gives the own password", "T1566.002", colleague, lure, told=False
    ):
        if person.workstation is not None:
            for number in range(3):
                moment = at + number * 40 * SECOND
                fetched(world, random, moment, person.workstation.address, colleague, lure, site, size=31_000)
    at += 70 * MINUTE
    with attack.step(
        at, "The colleague's mailbox is opened from the same place", "T1078", f"{colleague}@{names.domain}", thief
    ):
        mail.imap(at, colleague, thief, out=2_900_000, seconds=400, bodies=160)
        mail.imap(at + HOUR, colleague, thief, out=90_000, seconds=60)
    return attack
