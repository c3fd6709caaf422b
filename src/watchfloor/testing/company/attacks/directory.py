"""From an administrator's ticket to the file with all passwords, by remoting and WMI, and a way to come back."""

from __future__ import annotations

from watchfloor.testing.company.attacks.plan import Attack
from watchfloor.testing.company.clock import MINUTE, SECOND
from watchfloor.testing.company.life.administration import REMOTING
from watchfloor.testing.company.life.domain import CMD, MICROSOFT, SVCHOST, user_of
from watchfloor.testing.company.people import Machine
from watchfloor.testing.company.products.sysmon import Process, Program
from watchfloor.testing.company.products.windows import Account
from watchfloor.testing.company.world import World

_WMI = Program("C:\\Windows\\System32\\wbem\\WmiPrvSE.exe", "WMI Provider Host", MICROSOFT, "Wmiprvse.exe")
_VSSADMIN = Program(
    "C:\\Windows\\System32\\vssadmin.exe",
    "Command Line Interface for Microsoft® Volume Shadow Copy Service",
    MICROSOFT,
    "VSSADMIN.EXE",
)
_REG = Program("C:\\Windows\\System32\\reg.exe", "Registry Console Tool", MICROSOFT, "reg.exe")
_SYSTEM, _SERVICE = "NT AUTHORITY\\SYSTEM", "NT AUTHORITY\\NETWORK SERVICE"
_SHADOW = "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy14"
_COPY = "C:\\ProgramData\\USOShared\\Logs\\"


def directory_taken(attack: Attack, source: Machine, admin: Account, at: int) -> int:
    """From `source`, as the administrator: over a server to the controller; gives back when the copy is at `source`."""
    _remoted(attack, source, admin, at)
    logon, host = _managed(attack, source, admin, at + 16 * MINUTE)
    _copied(attack, admin, logon, host, at + 21 * MINUTE)
    _fetched(attack, source, admin, logon, at + 27 * MINUTE)
    _stayed(attack, source, admin, logon, at + 34 * MINUTE)
    return at + 41 * MINUTE


def _entered(world: World, at: int, source: Machine, target: Machine, admin: Account, seconds: int) -> str:
    """A log-on by a ticket, as the controller and the target record it; gives back its id."""
    windows = world.products.windows
    windows.service_ticket(at, world.server("controller").name, admin, source.address, world.machine_account(target))
    return windows.logged_on(at + SECOND, target.name, admin, address=source.address, privileged=True, seconds=seconds)


def _ran(world: World, at: int, host: str, shell: Process, command: str) -> None:
    name = command.partition(" ")[0]
    program = Program(f"C:\\Windows\\System32\\{name}.exe", name, MICROSOFT, f"{name}.exe")
    world.products.sysmon.started(at, host, shell, program, command, user=shell.user, integrity="High")


def _remoted(attack: Attack, source: Machine, admin: Account, at: int) -> None:
    world, target = attack.world, attack.world.server("application")
    what = "The administrator's ticket opens a remote shell on the application server"
    with attack.step(at, what, "T1021.006", target.name, admin.name, source.address):
        logon, sysmon, user = (
            _entered(world, at, source, target, admin, 540),
            world.products.sysmon,
            user_of(world, admin.name),
        )
        launcher = sysmon.running(SVCHOST, _SYSTEM, "C:\\Windows\\system32\\svchost.exe -k DcomLaunch -p")
        command = f"{REMOTING.image} -Embedding"
        shell = sysmon.started(
            at + 2 * SECOND, target.name, launcher, REMOTING, command, user=user, logon=logon, integrity="High"
        )
        for number, each in enumerate(("whoami /priv", "hostname", "quser", "netstat -ano", "nltest /dsgetdc:")):
            _ran(world, at + (9 + 41 * number) * SECOND, target.name, shell, each)
        world.products.firewall.session(
            at + 540 * SECOND, source.address, target.address, 5985, sent=88_000, received=140_000, seconds=540
        )


def _managed(attack: Attack, source: Machine, admin: Account, at: int) -> tuple[str, Process]:
    world, target = attack.world, attack.world.server("controller")
    what = "Commands are run on the controller by WMI, their output is read from a share"
    with attack.step(at, what, "T1047", target.name, admin.name, source.address):
        logon, sysmon = _entered(world, at, source, target, admin, 3_300), world.products.sysmon
        launcher = sysmon.running(SVCHOST, _SYSTEM, "C:\\Windows\\system32\\svchost.exe -k DcomLaunch -p")
        command = f"{_WMI.image.lower()} -secured -Embedding"
        host = sysmon.started(at + 2 * SECOND, target.name, launcher, _WMI, command, user=_SERVICE, integrity="System")
        for number, each in enumerate(("whoami", "hostname", "vssadmin list shadows")):
            moment = at + (5 + 33 * number) * SECOND
            output = f"__{1_790_000_000 + at // SECOND % 1_000_000}.{number}"
            shell = _asked(world, moment, host, admin, logon, f"{each} 1> \\\\127.0.0.1\\ADMIN$\\{output} 2>&1")
            _ran(world, moment + 30_000, target.name, shell, each)
            world.products.windows.shared(
                moment + SECOND, target.name, admin, logon, source.address, "ADMIN$", output, "0x120089"
            )
        world.products.firewall.session(
            at + 80 * SECOND, source.address, target.address, 135, sent=2_100, received=1_900, seconds=78
        )
        world.products.firewall.session(
            at + 55 * MINUTE, source.address, target.address, 49_668, sent=61_000, received=44_000, seconds=3_290
        )
    return logon, host


def _asked(world: World, at: int, host: Process, admin: Account, logon: str, command: str) -> Process:
    """A shell below WMI's host of providers on the controller."""
    return world.products.sysmon.started(
        at, world.server("controller").name, host, CMD, f"cmd.exe /Q /c {command}", user=user_of(world, admin.name),
        logon=logon, folder="C:\\", integrity="High",
    )  # fmt: skip


def _copied(attack: Attack, admin: Account, logon: str, host: Process, at: int) -> None:
    world, controller = attack.world, attack.world.server("controller").name
    sysmon = world.products.sysmon
    what = "The directory's file is copied from a shadow copy, with the key to it"
    with attack.step(at, what, "T1003.003", controller, admin.name):
        command = "vssadmin create shadow /for=C:"
        shell = _asked(world, at, host, admin, logon, command)
        sysmon.started(at + 40_000, controller, shell, _VSSADMIN, command, user=shell.user, integrity="High")
        world.products.windows.shadow_copied(at + SECOND, controller)
        at += 70 * SECOND
        shell = _asked(world, at, host, admin, logon, f"copy {_SHADOW}\\Windows\\NTDS\\ntds.dit {_COPY}ntds.dit")
        sysmon.wrote(at + SECOND, controller, shell, f"{_COPY}ntds.dit")
        at += 48 * SECOND
        command = f"reg save HKLM\\SYSTEM {_COPY}sys.hiv /y"
        shell = _asked(world, at, host, admin, logon, command)
        saver = sysmon.started(at + 40_000, controller, shell, _REG, command, user=shell.user, integrity="High")
        sysmon.wrote(at + 2 * SECOND, controller, saver, f"{_COPY}sys.hiv")
        at += 65 * SECOND
        command = "vssadmin delete shadows /for=C: /oldest /quiet"
        shell = _asked(world, at, host, admin, logon, command)
        sysmon.started(at + 40_000, controller, shell, _VSSADMIN, command, user=shell.user, integrity="High")


def _fetched(attack: Attack, source: Machine, admin: Account, logon: str, at: int) -> None:
    world, target = attack.world, attack.world.server("controller")
    what = "The copy is brought to the laptop over a share of the controller"
    with attack.step(at, what, "T1039", target.name, source.name, admin.name, told=False):
        folder = _COPY.removeprefix("C:\\")
        for number, name in enumerate(("ntds.dit", "sys.hiv")):
            world.products.windows.shared(
                at + number * 20 * SECOND, target.name, admin, logon, source.address, "C$", folder + name, "0x120089"
            )
        world.products.firewall.session(
            at + 64 * SECOND, source.address, target.address, 445, sent=390_000, received=61_400_000, seconds=60
        )


def _stayed(attack: Attack, source: Machine, admin: Account, logon: str, at: int) -> None:
    world, controller = attack.world, attack.world.server("controller").name
    what = "WMI on the controller is told to start a program a few minutes after each boot"
    with attack.step(at, what, "T1546.003", controller, admin.name):
        path, sysmon = "C:\\ProgramData\\USOShared\\usoclient64.exe", world.products.sysmon
        world.products.windows.shared(at, controller, admin, logon, source.address, "C$", path[3:], "0x2")
        sysmon.wrote(at + 90_000, controller, sysmon.running(Program("System"), _SYSTEM), path)
        query = (
            "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_PerfFormattedData_PerfOS_System' "
            "AND TargetInstance.SystemUpTime >= 240 AND TargetInstance.SystemUpTime < 325"
        )
        sysmon.subscribed(
            at + 40 * SECOND, controller, user_of(world, admin.name), "UpdateOrchestratorHealth", query, path
        )
