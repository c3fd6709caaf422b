"""An attack that gets nowhere, and a penetration test that was announced."""

from __future__ import annotations

from watchfloor.testing.company.attacks.plan import Attack
from watchfloor.testing.company.clock import HOUR, MINUTE, SECOND
from watchfloor.testing.company.internet import anywhere
from watchfloor.testing.company.world import World


def failed_attack(world: World, *, day: int, time: str) -> Attack:
    """One address abroad guesses at SSH, the VPN and mail, and throws what it knows at the shop; nothing works."""
    attack = Attack("failed", "An attack from abroad gets nowhere", "low", world)
    random = world.chance("attack:failed")
    source = anywhere(random, "VN", "home").address
    names = (
        "root",
        "admin",
        "test",
        "backup",
        "oracle",
        "ubuntu",
        "www",
        "git",
        "ftp",
        "support",
        "user1",
        "postgres",
        "info",
        "office",
    )
    at = world.week.at(day, time)
    with attack.step(at, "Passwords of many names are guessed at SSH", "T1110.001", source, world.server("vpn").name):
        linux = world.products.linux["vpn"]
        for number in range(420):
            name = names[number % len(names)]
            linux.ssh_refused(at + number * 4 * SECOND, name, source, known=name in {"root", "backup"})
    at += 40 * MINUTE
    with attack.step(at, "Names of people are tried at the VPN", "T1110.003", source):
        for number in range(60):
            world.products.vpn.refused(at + number * 11 * SECOND, source)
    at += 20 * MINUTE
    with attack.step(at, "Names of people are tried at the mail server, one password each", "T1110.003", source):
        for number, person in enumerate(world.staff):
            world.products.mail.imap_refused(at + number * 6 * SECOND, person.account, source)
    at += 10 * MINUTE
    with attack.step(
        at, "The shop refuses injections, traversals and old holes", "T1190", source, world.server("shop").name
    ):
        for number in range(300):
            path = (
                f"/product/{number}%27%20OR%20%271%27=%271", "/..%2f..%2f..%2fetc/passwd", "/cgi-bin/test.cgi",
                "/login?user=admin%27--", "/index.php?page=php://filter/convert.base64-encode/resource=config",
            )[number % 5]  # fmt: skip
            world.products.shop.request(
                at + number * SECOND,
                source,
                path,
                status=400 if ".." in path else 404,
                size=1_190,
                agent="Mozilla/5.0 (Nikto/2.5.0)",
            )
    return attack


def penetration_test(world: World, *, day: int, time: str, outside: str, inside: str) -> Attack:
    """Hired testers, from an address outside and one inside that the policy names, do what attackers do."""
    attack = Attack("pentest", "A penetration test that the policy announces", "low", world)
    random = world.chance("attack:pentest")
    at = world.week.at(day, time)
    with attack.step(
        at,
        "The shop is tested from outside, a hole in its search is shown",
        "T1190",
        outside,
        world.server("shop").name,
    ):
        for number in range(400):
            path = (
                "/search?q=a%27%20UNION%20SELECT%20NULL,NULL,version()--%20-",
                "/search?q=%3Cscript%3Ealert(7)%3C/script%3E",
                "/.env",
                "/product/9%20AND%20SLEEP(5)",
            )[number % 4]
            status = 200 if path.startswith("/search") else 404
            world.products.shop.request(
                at + number * 2 * SECOND,
                outside,
                path,
                status=status,
                size=9_700 if status == 200 else 1_190,
                agent="sqlmap/1.8.10#stable (https://sqlmap.org)",
            )
    at += HOUR
    with attack.step(at, "The servers' network is scanned from inside", "T1046", inside):
        for machine in world.machines:
            if machine.kind in {"linux", "windows"}:
                for port in (21, 22, 80, 135, 139, 389, 443, 445, 1433, 3389, 5985):
                    at += random.randrange(20, 200) * 1000
                    world.products.firewall.session(
                        at, inside, machine.address, port, denied=random.random() < 0.7, sent=90, received=60
                    )
    at += 30 * MINUTE
    with attack.step(at, "One password is tried for every account of the domain", "T1110.003", inside):
        controller = world.server("controller").name
        for number, person in enumerate(world.staff):
            world.products.windows.ticket(
                at + number * 2 * SECOND, controller, world.account(person), inside, status="0x18"
            )
    return attack
