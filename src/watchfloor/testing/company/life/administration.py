"""Administration from afar: agents on every machine, a helpdesk in another country, remoting, and audits of passwords."""

from __future__ import annotations

from random import Random

from watchfloor.testing.company.clock import HOUR, MINUTE, SECOND
from watchfloor.testing.company.internet import anywhere
from watchfloor.testing.company.life.browsing import fetched
from watchfloor.testing.company.life.domain import CMD, MICROSOFT, POWERSHELL, SERVICES, SVCHOST, user_of
from watchfloor.testing.company.life.servers import tunnelled
from watchfloor.testing.company.people import Machine, Person
from watchfloor.testing.company.products.sysmon import Process, Program
from watchfloor.testing.company.world import World, arrivals, every

_SYSTEM = "NT AUTHORITY\\SYSTEM"
_FOLDER = "C:\\Program Files\\Tidewater\\"
_MAKER = "Tidewater Systems Inc."
AGENT = Program(f"{_FOLDER}TidewaterAgent.exe", "Tidewater Agent", _MAKER, "TidewaterAgent.exe")
CONTROL = Program(f"{_FOLDER}TidewaterConnect.exe", "Tidewater Connect", _MAKER, "TidewaterConnect.exe")
_INSTALLER = Program("C:\\Windows\\System32\\msiexec.exe", "Windows installer", MICROSOFT, "msiexec.exe")
REMOTING = Program(
    "C:\\Windows\\System32\\wsmprovhost.exe", "Host process for WinRM plug-ins", MICROSOFT, "wsmprovhost.exe"
)
_SCRIPTS = ("inventory.ps1", "patch-state.ps1", "disk-health.ps1", "av-state.ps1")
_ASKED = (
    "whoami /groups",
    "ipconfig /all",
    "systeminfo",
    "net localgroup administrators",
    "quser",
    "netstat -ano",
    "sc query",
)


def _spans(world: World, machine: Machine) -> list[tuple[int, int]]:
    if "workstation" not in machine.roles:
        return [(world.week.start, world.week.end)]
    return [(start, end) for person, _, start, end in world.shifts() if person.workstation is machine]


def _agent(world: World) -> Process:
    services = world.products.sysmon.running(SERVICES, _SYSTEM)
    return world.products.sysmon.running(AGENT, services.user, f'"{AGENT.image}" --service')


def agents_report(world: World, *, seconds: float, name: str) -> None:
    """An agent on each Windows machine asks its maker's cloud for work, and runs scripts as SYSTEM when there is some."""
    address = anywhere(world.chance("agents"), "US", "hosting").address
    for machine in world.machines:
        if machine.kind != "windows":
            continue
        random, agent = world.chance(f"agent:{machine.name}"), _agent(world)
        for start, end in _spans(world, machine):
            for number, at in enumerate(every(random, start, end, seconds, 0.05)):
                if world.runs(machine, at):
                    size = random.randrange(600, 2_400)
                    fetched(world, random, at, machine.address, "", name, address, size=size, seen=number % 12 == 0)
            for at in every(random, start, end, 3 * 3600, 0.3):
                if world.runs(machine, at):
                    script = f"C:\\ProgramData\\Tidewater\\scripts\\{random.choice(_SCRIPTS)}"
                    command = f'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "{script}"'
                    world.products.sysmon.started(
                        at, machine.name, agent, POWERSHELL, command, user=_SYSTEM, integrity="System"
                    )


def software_by_agents(world: World, *, day: int, time: str, package: str) -> None:
    """The agents fetch a package and install it at the same time everywhere: nobody logs on to any machine for it."""
    random, at = world.chance(f"roll-out:{day}"), world.week.at(day, time)
    for person in world.staff:
        machine, shift = person.workstation, world.shift(person, day)
        if machine is None or shift is None or not shift[0] <= at < shift[1]:
            continue
        moment, agent = at + random.randrange(600) * SECOND, _agent(world)
        path, sysmon = f"C:\\ProgramData\\Tidewater\\cache\\{package}", world.products.sysmon
        sysmon.wrote(moment, machine.name, agent, path)
        command = f'msiexec.exe /i "{path}" /qn /norestart /l*v C:\\ProgramData\\Tidewater\\logs\\install.log'
        sysmon.started(moment + 9 * SECOND, machine.name, agent, _INSTALLER, command, user=_SYSTEM, integrity="System")
        world.products.windows.service_state(moment + 50 * SECOND, machine.name, "Windows Installer", "running")


def helpdesk_abroad(world: World, *, cases_a_day: float) -> None:
    """People of a helpdesk in another country come in by VPN all day, and look at screens by the agents."""
    people = [each for each in world.staff if each.site == "abroad"]
    management, windows = world.server("management"), world.products.windows
    for person in people:
        for day in world.week.workdays():
            random = world.chance(f"helpdesk:{person.account}:{day}")
            if random.random() < 0.1:
                continue
            start = world.week.hour(day, random.gauss(person.begins, 0.2))
            end = start + int(random.gauss(8.9, 0.3) * HOUR)
            tunnelled(world, random, person, world.home(person), start, end)
            for at in arrivals(random, start, end, 5):
                world.products.cloud.signed_in(
                    at, person.account, person.name, world.home(person), browser="Chrome 129.0"
                )
            by, inside = world.account(person, admin=True), f"{world.names.tunnel}{world.staff.index(person) + 10}"
            windows.logged_on(
                start + 4 * MINUTE, management.name, by, kind=10, address=inside, package="Negotiate",
                workstation=management.name.upper(), privileged=True, seconds=8 * 3600,
            )  # fmt: skip
            world.products.firewall.session(
                end, inside, management.address, 3389, sent=9_000_000, received=190_000_000, seconds=8 * 3600
            )
            _looked(world, random, day, cases_a_day / len(people))


def _looked(world: World, random: Random, day: int, cases: float) -> None:
    sysmon = world.products.sysmon
    for at in arrivals(random, world.week.hour(day, 8.5), world.week.hour(day, 16), cases):
        person = random.choice([each for each in world.staff if each.workstation is not None])
        shift, machine = world.shift(person, day), person.workstation
        if machine is None or shift is None or not shift[0] <= at < shift[1]:
            continue
        process = sysmon.started(
            at,
            machine.name,
            _agent(world),
            CONTROL,
            f'"{CONTROL.image}" --session {random.randrange(10**8)}',
            user=_SYSTEM,
            integrity="System",
        )
        sysmon.connected(
            at + SECOND,
            machine.name,
            process,
            machine.address,
            world.server("proxy").address,
            world.names.local.proxy_port,
        )
        opened = sysmon.started(
            at + 2 * MINUTE, machine.name, process, CMD, "cmd.exe", user=_SYSTEM, integrity="System"
        )
        for number, command in enumerate(random.sample(_ASKED, random.randrange(1, 4))):
            _ran(world, at + (3 + number) * MINUTE, machine, opened, command, _SYSTEM, "0x3e7", "System")


def _ran(
    world: World, at: int, machine: Machine, parent: Process, command: str, user: str, logon: str, level: str
) -> None:
    name = command.partition(" ")[0]
    program = Program(f"C:\\Windows\\System32\\{name}.exe", name, MICROSOFT, f"{name}.exe")
    world.products.sysmon.started(at, machine.name, parent, program, command, user=user, logon=logon, integrity=level)


def remoting(world: World, *, admin: Person, a_day: float) -> None:
    """Somebody of IT runs commands on servers by PowerShell remoting, from the machine for that."""
    windows, sysmon = world.products.windows, world.products.sysmon
    machine, by = world.server("management"), world.account(admin, admin=True)
    for person, day, start, end in world.shifts():
        if person is not admin:
            continue
        random = world.chance(f"remoting:{admin.account}:{day}")
        for at in arrivals(random, start + HOUR, end, a_day):
            target = world.server(random.choice(("controller", "files", "application", "sync", "dhcp", "portal")))
            windows.service_ticket(
                at, world.server("controller").name, by, machine.address, world.machine_account(target)
            )
            logon = windows.logged_on(
                at + SECOND, target.name, by, address=machine.address, privileged=True, seconds=240
            )
            world.products.firewall.session(
                at + 4 * MINUTE, machine.address, target.address, 5985, sent=60_000, received=240_000, seconds=240
            )
            host = sysmon.started(
                at + SECOND, target.name, sysmon.running(SVCHOST, _SYSTEM), REMOTING, "C:\\Windows\\system32\\wsmprovhost.exe -Embedding",
                user=user_of(world, by.name), logon=logon, integrity="High",
            )  # fmt: skip
            for number, command in enumerate(random.sample(_ASKED, 2)):
                _ran(
                    world,
                    at + (number + 2) * 20 * SECOND,
                    target,
                    host,
                    command,
                    user_of(world, by.name),
                    logon,
                    "High",
                )


def identity_agent(world: World, *, seconds: float, name: str) -> None:
    """A program asks the identity provider for log-ins to check, and reads the directory with its account."""
    random, machine = world.chance("identity agent"), world.server("sync")
    controller, account, windows = world.server("controller"), world.names.services["sync"], world.products.windows
    address = anywhere(random, "US", "hosting").address
    for number, at in enumerate(every(random, world.week.start, world.week.end, seconds, 0.02)):
        fetched(world, random, at, machine.address, "", name, address, size=900, seen=number % 20 == 0)
    for at in every(random, world.week.start, world.week.end, 900, 0.05):
        windows.service_ticket(at, controller.name, account, machine.address, world.machine_account(controller))
        windows.logged_on(at, controller.name, account, address=machine.address, seconds=25)


def password_audit(world: World, *, day: int, time: str) -> None:
    """Once a week a program copies the directory as a controller would, to compare passwords with those that have leaked."""
    windows, machine, controller = world.products.windows, world.server("management"), world.server("controller")
    account, at = world.names.services["audit"], world.week.at(day, time)
    windows.ticket(at, controller.name, account, machine.address)
    windows.service_ticket(at + SECOND, controller.name, account, machine.address, world.machine_account(controller))
    logon = windows.logged_on(
        at + SECOND, controller.name, account, address=machine.address, privileged=True, seconds=190
    )
    for number in range(4):
        windows.replicated(at + (5 + 40 * number) * SECOND, controller.name, account, logon)
    world.products.firewall.session(
        at + 190 * SECOND, machine.address, controller.address, 135, sent=3_000, received=2_400, seconds=190
    )
    world.products.firewall.session(
        at + 191 * SECOND, machine.address, controller.address, 49_668, sent=90_000, received=4_800_000, seconds=188
    )
