"""A stolen password opens the webmail: mail is read and sent on, and used against a colleague and others."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from watchfloor.testing.company.attacks.plan import Attack
from watchfloor.testing.company.clock import HOUR, MINUTE, SECOND
from watchfloor.testing.company.internet import Place, anywhere
from watchfloor.testing.company.life.browsing import fetched
from watchfloor.testing.company.life.mail import outside
from watchfloor.testing.company.products.mail import Delivery
from watchfloor.testing.company.roles import Webmail
from watchfloor.testing.company.world import World

_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the steps share.

    Attributes:
        world: to act in.
        random: chance of the attack.
        webmail: the company's.
        thief: where the thief comes from.
        victim: account.
        colleague: account of who believes a mail from the victim.
    """

    world: World
    random: Random
    webmail: Webmail
    thief: Place
    victim: str
    colleague: str

    def opened(self, at: int, user: str, *, seconds: int, mails: int) -> None:
        """The thief reads in somebody's mailbox."""
        source, target = self.thief.address, self.world.server("mail").address
        self.webmail.read(at, user, source, seconds=seconds, mails=mails, agent=_AGENT)
        self.world.products.firewall.session(
            at + (seconds + 15) * SECOND,
            source,
            target,
            443,
            sent=2_100 * mails,
            received=39_000 * mails,
            seconds=seconds + 20,
        )

    @property
    def mailbox(self) -> str:
        """The victim's."""
        return f"{self.victim}@{self.world.names.domain}"


def webmail_taken(
    world: World, *, day: int, time: str, victim: str, colleague: str, country: str, drop: str, lure: str
) -> Attack:
    """Somebody abroad has a password of the mail system.

    Args:
        world: to act in.
        day: on which it begins.
        time: at which it begins.
        victim: account whose password was stolen.
        colleague: account of who believes the mail that comes from it.
        country: where the thief's address is.
        drop: address of mail to which the victim's mail is sent on.
        lure: host name of the page that asks for passwords.
    """
    attack = Attack(
        "mailbox", "A stolen password opens the webmail from abroad, and mail is sent on", "incident", world
    )
    random, webmail = world.chance("attack:mailbox"), world.products.webmail
    if webmail is None:
        raise ValueError(world.names.domain)
    scene = _Scene(world, random, webmail, anywhere(random, country, "home", "hosting"), victim, colleague)
    at = world.week.at(day, time)
    _opened(attack, scene, at)
    _pushed(attack, scene, at + 26 * MINUTE)
    _redirected(attack, scene, at + 51 * MINUTE)
    _copied(attack, scene, at + 66 * MINUTE, drop)
    _spread(attack, scene, at + 155 * MINUTE)
    _believed(attack, scene, at + 178 * MINUTE, lure)
    _next(attack, scene, at + 215 * MINUTE)
    return attack


def _somebody(random: Random) -> str:
    return "".join(random.choices("aeghiklmnoprstuw", k=7))


def _opened(attack: Attack, scene: _Scene, at: int) -> None:
    what = "The webmail is opened from a country in which nobody works, and much of it is read"
    with attack.step(at, what, "T1078", scene.mailbox, scene.thief.address):
        scene.opened(at, scene.victim, seconds=1_300, mails=31)


def _pushed(attack: Attack, scene: _Scene, at: int) -> None:
    what = "The same password is right at the cloud's log-in too; nine questions for the second factor are declined"
    with attack.step(at, what, "T1621", scene.victim, scene.thief.address):
        person = scene.world.person(scene.victim)
        for number in range(9):
            scene.world.products.cloud.signed_in(
                at + number * 50 * SECOND, person.account, person.name, scene.thief, refused="factor", system="Linux",
                browser="Chrome 138.0.0",
            )  # fmt: skip


def _redirected(attack: Attack, scene: _Scene, at: int) -> None:
    what = "A filter that sends mail on is set in the webmail"
    with attack.step(at, what, "T1564.008", scene.mailbox, scene.thief.address, told=False):
        scene.opened(at, scene.victim, seconds=420, mails=2)
        scene.webmail.filtered(at + 2 * MINUTE, scene.victim, scene.thief.address, agent=_AGENT)


def _copied(attack: Attack, scene: _Scene, at: int, drop: str) -> None:
    world, relays = scene.world, dict[str, str]()
    domain = drop.partition("@")[2]
    relay, address = f"mx1.{domain}", anywhere(scene.random, "US", "hosting").address
    what = "What comes in for the victim leaves again for a mailbox elsewhere"
    with attack.step(at, what, "T1114.003", scene.mailbox, drop):
        for _ in range(26):
            host, theirs = outside(scene.random, world)
            peer = relays.setdefault(host, anywhere(scene.random, world.names.local.hosting, "hosting").address)
            size = scene.random.randrange(6_000, 240_000)
            world.products.mail.received(
                at, host, peer, f"{_somebody(scene.random)}@{theirs}", [scene.victim], size=size
            )
            world.products.mail.forwarded(at + SECOND, scene.victim, Delivery(drop, "sent", relay, address))
            at += scene.random.randrange(2, 14) * MINUTE


def _spread(attack: Attack, scene: _Scene, at: int) -> None:
    world, random = scene.world, scene.random
    relays: dict[str, str] = {}
    what = "Mails with a link are sent as the victim, each to many partners and colleagues"
    with attack.step(at, what, "T1534", scene.mailbox, scene.thief.address):
        scene.opened(at, scene.victim, seconds=1_200, mails=3)
        colleagues = [each for each in world.staff if each.account != scene.victim]
        for number in range(11):
            deliveries = [Delivery(f"{each.account}@{world.names.domain}") for each in random.sample(colleagues, 12)]
            for _ in range(22):
                host, domain = outside(random, world)
                address = relays.setdefault(host, anywhere(random, world.names.local.hosting, "hosting").address)
                status = random.choices(("sent", "bounced", "deferred"), (82, 14, 4))[0]
                deliveries.append(Delivery(f"{_somebody(random)}@{domain}", status, host, address))
            scene.webmail.sent(
                at + (60 + number * 85) * SECOND,
                scene.victim,
                scene.thief.address,
                deliveries,
                agent=_AGENT,
                size=9_400,
            )


def _believed(attack: Attack, scene: _Scene, at: int, lure: str) -> None:
    what = "A colleague follows the link and gives the own password"
    with attack.step(at, what, "T1566.002", scene.colleague, lure, told=False):
        machine = scene.world.person(scene.colleague).workstation
        if machine is None:
            raise ValueError(scene.colleague)
        site = anywhere(scene.random, "US", "hosting").address
        for number, size in enumerate((64_000, 7_900, 5_200)):
            fetched(
                scene.world,
                scene.random,
                at + number * 35 * SECOND,
                machine.address,
                scene.colleague,
                lure,
                site,
                size=size,
            )


def _next(attack: Attack, scene: _Scene, at: int) -> None:
    mailbox = f"{scene.colleague}@{scene.world.names.domain}"
    what = "The colleague's webmail is opened from the same place"
    with attack.step(at, what, "T1078", mailbox, scene.thief.address):
        scene.opened(at, scene.colleague, seconds=900, mails=18)
        scene.opened(at + 3 * HOUR, scene.colleague, seconds=200, mails=3)
