"""Linux servers: jobs, administrators, configuration management; and people who come in by VPN."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from watchfloor.testing.company.clock import HOUR, MINUTE, SECOND
from watchfloor.testing.company.internet import Place, anywhere
from watchfloor.testing.company.life.mail import carrier
from watchfloor.testing.company.people import Person
from watchfloor.testing.company.products.mail import Delivery
from watchfloor.testing.company.world import World, arrivals, every


def jobs(world: World, *, roles: Sequence[str]) -> None:
    """Cron and systemd run what they run everywhere, and the shop's own jobs as its own account."""
    for role in roles:
        linux, random = world.products.linux[role], world.chance(f"jobs:{role}")
        offset = random.randrange(60) * SECOND
        for hour in range(world.week.days * 24):
            at = world.week.start + hour * HOUR + 17 * MINUTE + offset
            linux.cron(at, "root", 0, "cd / && run-parts --report /etc/cron.hourly")
            if hour % 24 == 6:
                linux.cron(
                    at + 8 * MINUTE,
                    "root",
                    0,
                    "test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )",
                )
                linux.unit(at + 9 * MINUTE, "logrotate.service", "Rotate log files")
                linux.unit(at + 10 * MINUTE, "apt-daily-upgrade.service", "Daily apt upgrade and clean activities")
                linux.executed(
                    at + 10 * MINUTE,
                    "/usr/bin/apt-get -y -o Dpkg::Options::=--force-confold upgrade",
                    uid=0,
                    user="root",
                    exe="/usr/bin/apt-get",
                )
            if role == "shop":
                for quarter in range(4):
                    moment = at + quarter * 15 * MINUTE
                    linux.cron(moment, "www-data", 33, "/usr/bin/php /srv/shop/bin/cron.php > /dev/null 2>&1")
                    pid = linux.executed(
                        moment,
                        "/usr/bin/php /srv/shop/bin/cron.php",
                        uid=33,
                        user="www-data",
                        exe="/usr/bin/php8.2",
                        folder="/srv/shop",
                    )
                    if quarter == 0:
                        linux.executed(
                            moment + SECOND,
                            "sh -c '/usr/bin/convert /srv/shop/media/in.png -resize 800 /srv/shop/media/out.webp'",
                            uid=33,
                            user="www-data",
                            exe="/usr/bin/dash",
                            folder="/srv/shop",
                            parent=pid,
                        )


def administrators(world: World, *, admin: Person, a_day: float, commands: Sequence[str]) -> None:
    """Somebody of IT logs in with a key, looks around, and becomes root."""
    machine = world.server("management")
    for person, day, start, end in world.shifts():
        if person is admin:
            random = world.chance(f"ssh:{day}")
            for at in arrivals(random, start, end, a_day):
                linux = world.products.linux[random.choice(sorted(world.products.linux))]
                seconds = random.randrange(60, 3000)
                linux.ssh(at, admin.account, 1000, machine.address, seconds=seconds)
                for _ in range(random.randrange(4)):
                    command = random.choice(commands)
                    linux.sudo(at + random.randrange(5, seconds) * SECOND, admin.account, 1000, command)
                    linux.executed(
                        at + 20 * SECOND,
                        command,
                        uid=0,
                        user="root",
                        exe=command.partition(" ")[0],
                        login=(1000, admin.account),
                    )


def configuration_management(world: World, *, seconds: float) -> None:
    """A program logs in everywhere at a pace and changes what is not as it should be, as root."""
    machine = world.server("management")
    for role, linux in world.products.linux.items():
        random = world.chance(f"configuration:{role}")
        for at in every(random, world.week.start, world.week.end, seconds, 0.02):
            linux.ssh(at, "ansible", 998, machine.address, seconds=45)
            task = f"{random.randrange(10**12)}"
            linux.sudo(
                at + 2 * SECOND,
                "ansible",
                998,
                f"/bin/sh -c 'echo BECOME-SUCCESS-{task} ; /usr/bin/python3'",
                folder="/home/ansible",
                tty="pts/1",
            )
            linux.executed(
                at + 2 * SECOND,
                "/usr/bin/python3",
                uid=0,
                user="root",
                exe="/usr/bin/python3.11",
                login=(998, "ansible"),
            )


def monitoring(world: World, *, seconds: float, ports: Mapping[str, int]) -> None:
    """The monitor asks every server at a strict pace whether it is there."""
    random, monitor = world.chance("monitoring"), world.server("monitor")
    for role, port in ports.items():
        target = world.server(role)
        for at in every(random, world.week.start, world.week.end, seconds, 0.01):
            there = world.runs(target, at)
            world.products.firewall.session(
                at, monitor.address, target.address, port, sent=300 if there else 180, received=280 if there else 0
            )
            if role == "mail":
                world.products.mail.probed(at, monitor.address)


def work_from_home(world: World, *, share: float) -> None:
    """Some people work by VPN from home on days when they are not in the office, some also in the evening."""
    for person in world.staff:
        for day in range(world.week.days):
            random = world.chance(f"vpn:{person.account}:{day}")
            if (person.account, day) not in world.away and person.workstation and random.random() < share:
                shift = world.shift(person, day)
                start = shift[1] + 2 * HOUR if shift else world.week.hour(day, random.uniform(8, 10))
                if world.week.works(day):
                    tunnelled(
                        world, random, person, world.home(person), start, start + int(random.uniform(1, 5) * HOUR)
                    )


def tunnelled(world: World, random: Random, person: Person, where: Place, start: int, end: int) -> None:
    """Somebody works through the VPN from a place."""
    vpn, inside = world.products.vpn, f"{world.names.tunnel}{world.staff.index(person) + 10}"
    if random.random() < 0.1:
        vpn.refused(start - 20 * SECOND, where.address)
    peer = vpn.connected(start, person.account, where.address, inside)
    vpn.left(end, person.account, peer)
    public = world.names.public["vpn"]
    world.products.firewall.session(
        end, where.address, public, world.names.local.vpn_port, sent=9_000_000, received=60_000_000,
        seconds=(end - start) // SECOND, udp=world.names.local.vpn_udp,
    )  # fmt: skip
    account, files = world.account(person), world.server("files")
    world.products.windows.ticket(start + MINUTE, world.server("controller").name, account, inside)
    for at in every(random, start + MINUTE, end, 1800, 0.4):
        world.products.windows.service_ticket(
            at, world.server("controller").name, account, inside, world.machine_account(files)
        )
        logon = world.products.windows.logged_on(at + SECOND, files.name, account, address=inside, seconds=600)
        for number in range(random.randrange(1, 6)):
            world.products.windows.shared(
                at + number * 9 * SECOND,
                files.name,
                account,
                logon,
                inside,
                world.names.local.folders[0],
                f"2026\\{world.names.local.folders[0]}-{random.randrange(999)}.xlsx",
                "0x120089",
            )
    for at in every(random, start, end, 900, 0.5):
        world.products.mail.imap(at, person.account, inside, out=random.randrange(900, 90_000))


def traveller(world: World, person: Person, *, first: int, last: int, country: str) -> None:
    """Somebody is abroad for days: VPN from the hotel, mail by the phone that roams, and sign-ins from both.

    The roaming phone comes out at home's mobile network, the hotel's network abroad: two places at once.
    """
    random = world.chance(f"travel:{person.account}")
    hotel = anywhere(random, country, "home")
    for day in range(first, last + 1):
        for time in (7.2, 19.5):
            start = world.week.hour(day, time) + random.randrange(40) * MINUTE
            tunnelled(world, random, person, hotel, start, start + random.randrange(50, 150) * MINUTE)
            world.products.cloud.signed_in(start + 5 * MINUTE, person.account, person.name, hotel, browser="Edge 129.0")
            deliveries = [Delivery(f"{random.choice(world.staff).account}@{world.names.domain}")]
            world.products.mail.submitted(start + 20 * MINUTE, person.account, hotel.address, deliveries, size=40_000)
        for at in every(random, world.week.hour(day, 6.5), world.week.hour(day, 23), 1500, 0.4):
            where = carrier(world, person, random)
            address = where.address if random.random() < 0.7 else hotel.address
            world.products.mail.imap(at, person.account, address, out=random.randrange(900, 50_000))
            if random.random() < 0.1:
                world.products.cloud.signed_in(
                    at, person.account, person.name, where, system="iOS 18", browser="Mobile Safari 18"
                )


def days_away(accounts: dict[str, tuple[int, int]]) -> dict[tuple[str, int], str]:
    """For `World.away`: who is not in the office on which days, from first and last day of each."""
    return {(account, day): "away" for account, (first, last) in accounts.items() for day in range(first, last + 1)}
