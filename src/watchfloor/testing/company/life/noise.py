"""The network itself: what the internet sends to everybody, leases, guests, printers and those who look for holes."""

from __future__ import annotations

from collections.abc import Sequence

from watchfloor.testing.company.clock import HOUR, MILLISECOND, MINUTE, SECOND
from watchfloor.testing.company.internet import anywhere
from watchfloor.testing.company.people import Machine
from watchfloor.testing.company.world import World, arrivals, every

_PORTS = (
    22,
    23,
    23,
    23,
    80,
    443,
    445,
    445,
    1433,
    3306,
    3389,
    3389,
    5060,
    5900,
    6379,
    8080,
    8443,
    8728,
    2375,
    9200,
    5555,
)
_COUNTRIES = ("CN", "RU", "US", "US", "NL", "VN", "BR", "IN", "DE", "FR", "TR", "SG")

_SCANNED = (
    21, 22, 23, 25, 53, 80, 88, 110, 135, 139, 143, 389, 443, 445, 993, 1433, 3306, 3389, 5432, 5985, 8080, 8443,
)  # fmt: skip


def internet_noise(world: World, *, a_day: float) -> None:
    """Scanners knock at every public address; the firewall refuses."""
    random = world.chance("noise")
    targets = [world.names.nat, *world.names.public.values()]
    for at in arrivals(random, world.week.start, world.week.end, a_day * world.week.days):
        where = anywhere(random, random.choice(_COUNTRIES), "hosting", "home").address
        port = random.choice(_PORTS) if random.random() < 0.8 else random.randrange(1, 65535)
        for number in range(random.choice((1, 1, 1, 2, 4))):
            world.products.firewall.session(
                at + number * 300 * MILLISECOND,
                where,
                targets[number % len(targets)],
                port,
                denied=True,
                udp=port == 5060,
            )


def ssh_noise(world: World, *, a_day: float, role: str) -> None:
    """Scanners guess a few passwords at the one machine that has SSH open, each from its own address."""
    random = world.chance("ssh noise")
    names = (
        "root",
        "admin",
        "ubuntu",
        "test",
        "oracle",
        "postgres",
        "git",
        "pi",
        "user",
        "ftpuser",
        "deploy",
        "hadoop",
    )
    linux = world.products.linux[role]
    for at in arrivals(random, world.week.start, world.week.end, a_day * world.week.days):
        where = anywhere(random, random.choice(_COUNTRIES), "hosting", "home").address
        if random.random() < 0.4:
            linux.ssh_probed(at, where)
        else:
            for number in range(random.choice((1, 1, 2, 3))):
                name = random.choice(names)
                linux.ssh_refused(at + number * 4 * SECOND, name, where, known=name == "root")


def leases(world: World, *, seconds: int) -> None:
    """Clients of the office take leases when they come and renew them; whose time is over goes to somebody else."""
    dhcp = world.products.dhcp
    for person, day, start, end in world.shifts():
        own = world.chance(f"lease:{person.account}:{day}")
        for machine in (person.workstation, person.phone):
            if machine is not None:
                at = start - own.randrange(20, 240) * SECOND
                dhcp.leased(at, machine, seconds, offered=True)
                for renewal in every(own, at + seconds // 2 * SECOND, end, seconds / 2, 0.02):
                    dhcp.leased(renewal, machine, seconds)
    for machine in world.machines:
        if machine.kind == "printer":
            own = world.chance(f"lease:{machine.name}")
            for at in every(own, world.week.start, world.week.end, seconds / 2, 0.01):
                if world.runs(machine, at):
                    dhcp.leased(at, machine, seconds)


def guests(world: World, *, a_day: float, seconds: int) -> None:
    """Visitors' phones with random MAC addresses take short leases of few addresses, one after the other."""
    random = world.chance("guests")
    hosts = [
        (name, anywhere(random, world.names.local.hosting, "hosting").address)
        for name in ("gateway.icloud.com", "www.google.com", "cdn.whatsapp.net")
    ]
    free: dict[int, int] = {}
    for day in world.week.workdays():
        for at in arrivals(random, world.week.hour(day, 8), world.week.hour(day, 17), a_day):
            number = next((each for each in range(10, 60) if free.get(each, 0) < at), None)
            if number is None:
                continue
            end = at + random.randrange(30, 200) * MINUTE
            free[number] = end + seconds * SECOND if random.random() < 0.6 else end + MINUTE
            mac = f"{random.randrange(256) & 0xFC | 2:02x}:" + ":".join(
                f"{random.randrange(256):02x}" for _ in range(5)
            )
            address = f"{world.names.guests}{number}"
            phone = Machine(random.choice(("iPhone", "", "Galaxy-S24", "Pixel-8", "")), address, mac, "guest")
            world.products.dhcp.leased(at, phone, seconds, offered=True)
            for renewal in every(random, at + seconds // 2 * SECOND, end, seconds / 2, 0.02):
                world.products.dhcp.leased(renewal, phone, seconds)
            if free[number] == end + MINUTE:
                world.products.dhcp.released(end, phone)
            for moment in arrivals(random, at + MINUTE, end, 25):
                name, outside = random.choice(hosts)
                world.products.resolver.query(moment, address, name, size=84)
                world.products.firewall.session(
                    moment + 9 * SECOND, address, outside, 443, sent=random.randrange(900, 30_000),
                    received=random.randrange(2_000, 4_000_000), seconds=random.randrange(1, 400),
                )  # fmt: skip


def names_that_do_not_exist(world: World, *, an_hour: float, gone: Sequence[str]) -> None:
    """Browsers probe for hijacked answers with random single labels, and suffixes are tried in turn."""
    for person, day, start, end in world.shifts():
        if person.workstation is not None:
            own = world.chance(f"nxdomain:{person.account}:{day}")
            for at in arrivals(own, start, end, an_hour * (end - start) / HOUR):
                if own.random() < 0.3:
                    for number in range(3):
                        name = "".join(own.choices("abcdefghijklmnopqrstuvwxyz", k=own.randrange(7, 15)))
                        world.products.resolver.query(
                            at + number * MILLISECOND,
                            person.workstation.address,
                            name,
                            code="NXDOMAIN",
                            size=100,
                            millis=9,
                        )
                else:
                    name = f"{own.choice(gone)}.{world.names.domain}"
                    world.products.resolver.query(at, person.workstation.address, name, code="NXDOMAIN", size=101)


def mail_server_asks(world: World, *, a_day: float) -> None:
    """The mail server asks lists of spammers and for the records of senders: many names of few zones."""
    random = world.chance("dnsbl")
    mail = world.server("mail").address
    for at in arrivals(random, world.week.start, world.week.end, a_day * world.week.days):
        octets = ".".join(str(random.randrange(1, 255)) for _ in range(4))
        world.products.resolver.query(at, mail, f"{octets}.zen.spamhaus.org", code="NXDOMAIN", size=110, millis=14)
        name = random.choice(world.names.partners)
        world.products.resolver.query(at + MILLISECOND, mail, name, "TXT", size=210, millis=20)
        world.products.resolver.query(at + 2 * MILLISECOND, mail, f"_dmarc.{name}", "TXT", size=180, millis=20)
        world.products.resolver.query(
            at + 3 * MILLISECOND, mail, f"s{random.randrange(9)}._domainkey.{name}", "TXT", size=420, millis=20
        )


def vulnerability_scanner(world: World, *, day: int, time: str, agent: str, tried: Sequence[str], guessed: str) -> None:
    """The company's own scanner looks at all servers once a week: ports, a web server's pages, and log-ins that fail."""
    random = world.chance("scanner")
    scanner = world.server("scanner").address
    at = world.week.at(day, time)
    servers = [each for each in world.machines if each.kind in {"linux", "windows"} and "workstation" not in each.roles]
    for machine in servers:
        for port in _SCANNED:
            at += random.randrange(30, 400) * MILLISECOND
            world.products.firewall.session(
                at, scanner, machine.address, port, denied=random.random() < 0.75, sent=120, received=60
            )
    for number in range(160):
        path = tried[number % len(tried)]
        status = 400 if ".." in path else 200 if path.startswith("/search") else 404
        size = 9_410 if status == 200 else 1_190
        world.products.shop.request(at + number * SECOND // 2, scanner, path, status=status, size=size, agent=agent)
    for number in range(12):
        name = random.choice(("root", "admin", "test"))
        world.products.linux[guessed].ssh_refused(at + number * SECOND, name, scanner)
    for role in ("controller", "files"):
        for name in ("administrator", "guest", "test", "scan"):
            at += SECOND
            host = world.server(role).name
            world.products.windows.logon_failed(at, host, name, address=scanner, known=name != "test")


def printers(world: World, *, a_day: float, maker: str) -> None:
    """Workstations print; printers ask for their maker's cloud at a strict pace."""
    random = world.chance("printers")
    cloud = anywhere(random, "US", "hosting").address
    printing = [each for each in world.machines if each.kind == "printer"]
    for person, _, start, end in world.shifts():
        if person.workstation is not None:
            for at in arrivals(random, start, end, a_day):
                world.products.firewall.session(
                    at,
                    person.workstation.address,
                    random.choice(printing).address,
                    9100,
                    sent=random.randrange(20_000, 4_000_000),
                    received=400,
                    seconds=6,
                )
    for machine in printing:
        for at in every(random, world.week.start, world.week.end, 1800, 0.01):
            if not world.runs(machine, at):
                continue
            world.products.resolver.query(at, machine.address, maker, size=90)
            world.products.firewall.session(
                at + SECOND, machine.address, cloud, 443, sent=1_900, received=3_100, seconds=2
            )
