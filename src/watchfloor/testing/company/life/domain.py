"""The Windows domain: people at work, machines among themselves, and administration that looks like attacks."""

from __future__ import annotations

from random import Random

from watchfloor.testing.company.clock import HOUR, MINUTE, SECOND
from watchfloor.testing.company.people import Machine, Person
from watchfloor.testing.company.products.sysmon import Process, Program
from watchfloor.testing.company.products.windows import Account
from watchfloor.testing.company.world import World, arrivals, every

MICROSOFT = "Microsoft Corporation"
EXPLORER = Program("C:\\Windows\\explorer.exe", "Windows Explorer", MICROSOFT, "EXPLORER.EXE")
SERVICES = Program("C:\\Windows\\System32\\services.exe", "Services and Controller app", MICROSOFT, "services.exe")
SVCHOST = Program("C:\\Windows\\System32\\svchost.exe", "Host Process for Windows Services", MICROSOFT, "svchost.exe")
CMD = Program("C:\\Windows\\System32\\cmd.exe", "Windows Command Processor", MICROSOFT, "Cmd.Exe")
POWERSHELL = Program(
    "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", "Windows PowerShell", MICROSOFT, "PowerShell.EXE"
)
_OFFICE = "C:\\Program Files\\Microsoft Office\\root\\Office16\\"
OFFICE_PROGRAMS = (
    Program("C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", "Google Chrome", "Google LLC", "chrome.exe"),
    Program(
        "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe", "Microsoft Edge", MICROSOFT, "msedge.exe"
    ),
    Program(f"{_OFFICE}WINWORD.EXE", "Microsoft Word", MICROSOFT, "WinWord.exe"),
    Program(f"{_OFFICE}EXCEL.EXE", "Microsoft Excel", MICROSOFT, "Excel.exe"),
)
"""Browsers and office programs, as everybody has them."""
NOTEPAD = Program("C:\\Windows\\System32\\notepad.exe", "Notepad", MICROSOFT, "NOTEPAD.EXE")
RUN_BY_SYSTEM = (
    (Program("C:\\Windows\\System32\\taskhostw.exe", "Host Process for Windows Tasks", MICROSOFT, "taskhostw.exe"), "taskhostw.exe SYSTEM"),
    (SVCHOST, "C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s wuauserv"),
    (Program("C:\\Windows\\System32\\conhost.exe", "Console Window Host", MICROSOFT, "CONHOST.EXE"), "\\??\\C:\\Windows\\system32\\conhost.exe 0xffffffff -ForceV1"),
    (Program("C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.26080.5-0\\MpCmdRun.exe", "Microsoft Malware Protection Command Line Utility", MICROSOFT, "MpCmdRun.exe"), "MpCmdRun.exe SignatureUpdate -ScheduleJob -RestrictPrivileges"),
    (Program("C:\\Program Files (x86)\\Google\\GoogleUpdater\\130.0.6679.0\\updater.exe", "Google Updater", "Google LLC", "updater.exe"), "updater.exe --wake --system"),
)  # fmt: skip


def at_work(world: World, *, programs_a_day: float, files_a_day: float) -> None:
    """People log on, start programs, and open files on the file server; each with its tickets and log-ons."""
    for person, day, start, end in world.shifts():
        if person.workstation is not None:
            random = world.chance(f"at work:{person.account}:{day}")
            logon = _logged_on(world, random, person, person.workstation, start, end)
            _programs(world, random, person, person.workstation, logon, start, end, programs_a_day)
            _files(world, random, person, person.workstation, start, end, files_a_day)


def _logged_on(world: World, random: Random, person: Person, machine: Machine, start: int, end: int) -> str:
    windows, controller, account = world.products.windows, world.server("controller").name, world.account(person)
    if random.random() < 0.08:
        windows.ticket(start - 9 * SECOND, controller, account, machine.address, status="0x18")
        tried, name = start - 9 * SECOND, machine.name
        windows.logon_failed(tried, name, account.name, address="127.0.0.1", kind=2, workstation=name.upper())
    windows.ticket(start, controller, account, machine.address)
    windows.service_ticket(start + SECOND, controller, account, machine.address, world.machine_account(machine))
    logon = windows.logged_on(
        start + SECOND,
        machine.name,
        account,
        kind=2,
        address="127.0.0.1",
        package="Negotiate",
        workstation=machine.name.upper(),
        seconds=(end - start) // SECOND,
    )
    for at in every(random, start + MINUTE, end, 4 * 3600, 0.3):
        windows.ticket(at, controller, account, machine.address)
        for service in ("controller", "files", "application"):
            windows.service_ticket(
                at + SECOND, controller, account, machine.address, world.machine_account(world.server(service))
            )
        erp = world.names.services["erp"]
        if random.random() < 0.5:
            windows.service_ticket(at + 2 * SECOND, controller, account, machine.address, erp)
    for at in every(random, start + MINUTE, end, 5400, 0.3):
        windows.logged_on(at, controller, account, address=machine.address, seconds=12)
    for at in every(random, start + 2 * MINUTE, end, 2700, 0.3):
        windows.logged_on(
            at,
            machine.name,
            account,
            kind=7,
            address="127.0.0.1",
            package="Negotiate",
            workstation=machine.name.upper(),
        )
    return logon


def user_of(world: World, account: str) -> str:
    """An account as Sysmon names it."""
    return f"{world.names.netbios}\\{account}"


def _programs(
    world: World, random: Random, person: Person, machine: Machine, logon: str, start: int, end: int, count: float
) -> None:
    sysmon, user = world.products.sysmon, user_of(world, person.account)
    explorer = sysmon.running(EXPLORER, user, "C:\\Windows\\Explorer.EXE")
    services = sysmon.running(SERVICES, "NT AUTHORITY\\SYSTEM")
    for at in arrivals(random, start + MINUTE, end, count):
        if random.random() < 0.45:
            program, command = random.choice(RUN_BY_SYSTEM)
            sysmon.started(
                at, machine.name, services, program, command, user="NT AUTHORITY\\SYSTEM", integrity="System"
            )
            continue
        program = random.choice(world.names.local.programs)
        process = sysmon.started(
            at,
            machine.name,
            explorer,
            program,
            f'"{program.image}"',
            user=user,
            logon=logon,
            folder=f"C:\\Users\\{person.account}\\",
        )
        if "chrome" in program.image or "msedge" in program.image or "thunderbird" in program.image:
            site = world.sites[min(int(random.paretovariate(0.6)) - 1, len(world.sites) - 1)]
            sysmon.asked(at + SECOND, machine.name, process, site.name, site.address)
            sysmon.connected(
                at + SECOND,
                machine.name,
                process,
                machine.address,
                world.server("proxy").address,
                world.names.local.proxy_port,
            )
        if "EXCEL" in program.image or "WINWORD" in program.image:
            name = f"{random.choice(world.names.local.folders)}-{random.randrange(999)}"
            sysmon.wrote(
                at + 40 * SECOND, machine.name, process, f"C:\\Users\\{person.account}\\Documents\\~${name}.tmp"
            )


def _files(world: World, random: Random, person: Person, machine: Machine, start: int, end: int, count: float) -> None:
    windows, server, account = world.products.windows, world.server("files"), world.account(person)
    for at in every(random, start + MINUTE, end, 3600, 0.4):
        logon = windows.logged_on(at, server.name, account, address=machine.address, seconds=900)
        world.products.firewall.session(
            at + 900 * SECOND,
            machine.address,
            server.address,
            445,
            sent=random.randrange(9_000, 900_000),
            received=random.randrange(9_000, 9_000_000),
            seconds=900,
        )
        for moment in arrivals(random, at, at + 15 * MINUTE, count / 9):
            folder = random.choice(world.names.local.folders)
            mask = random.choice(("0x1", "0x120089", "0x2"))
            windows.shared(
                moment,
                server.name,
                account,
                logon,
                machine.address,
                folder,
                f"2026\\{folder}-{random.randrange(999)}.xlsx",
                mask,
            )


def machines_among_themselves(world: World, *, seconds: float) -> None:
    """Machine accounts get tickets and read policies from the controller; the controllers replicate each other."""
    windows, controller = world.products.windows, world.server("controller")
    second = world.server("second_controller")
    for machine in world.machines:
        if machine.kind != "windows" or machine is controller:
            continue
        random, account = world.chance(f"machine:{machine.name}"), world.machine_account(machine)
        spans = [(world.week.start, world.week.end)]
        if "workstation" in machine.roles:
            spans = [(start, end) for person, _, start, end in world.shifts() if person.workstation is machine]
        for start, end in spans:
            for at in every(random, start, end, seconds, 0.2):
                if not world.runs(machine, at):
                    continue
                windows.ticket(at, controller.name, account, machine.address)
                windows.service_ticket(
                    at + SECOND, controller.name, account, machine.address, world.machine_account(controller)
                )
                windows.logged_on(at + SECOND, controller.name, account, address=machine.address, seconds=9)
    random, account = world.chance("replication"), world.machine_account(second)
    for at in every(random, world.week.start, world.week.end, 900, 0.3):
        if not world.runs(second, at):
            continue
        logon = windows.logged_on(at, controller.name, account, address=second.address, privileged=True, seconds=4)
        windows.replicated(at + SECOND, controller.name, account, logon)


def directory_synchronisation(world: World, *, seconds: float) -> None:
    """The account that synchronises the directory with the cloud copies it as a controller would: DCSync by right."""
    windows, controller, machine = world.products.windows, world.server("controller"), world.server("sync")
    random, account = world.chance("sync"), world.names.services["sync"]
    for at in every(random, world.week.start, world.week.end, seconds, 0.02):
        windows.service_ticket(at, controller.name, account, machine.address, world.machine_account(controller))
        logon = windows.logged_on(at, controller.name, account, address=machine.address, privileged=True, seconds=20)
        windows.replicated(at + SECOND, controller.name, account, logon)


def software_deployment(world: World, *, day: int, time: str, name: str, maker: str, package: str) -> None:
    """A tool installs a service on each workstation, runs an installer by it as SYSTEM, and takes it away: like PsExec."""
    windows, sysmon = world.products.windows, world.products.sysmon
    random, account, machine = (
        world.chance(f"deployment:{day}"),
        world.names.services["deployment"],
        world.server("management"),
    )
    runner = Program(f"C:\\Windows\\{name}.exe", "Deployment Runner", maker, f"{name}.exe")
    installer = Program("C:\\Windows\\System32\\msiexec.exe", "Windows installer", MICROSOFT, "msiexec.exe")
    at = world.week.at(day, time)
    for person in world.staff:
        target = person.workstation
        if target is None or world.shift(person, day) is None:
            continue
        at += random.randrange(20, 70) * SECOND
        controller = world.server("controller").name
        windows.service_ticket(at, controller, account, machine.address, world.machine_account(target))
        logon = windows.logged_on(at, target.name, account, address=machine.address, privileged=True, seconds=80)
        windows.shared(at + SECOND, target.name, account, logon, machine.address, "ADMIN$", f"{name}.exe", "0x2")
        windows.service_installed(at + 2 * SECOND, target.name, account, logon, name, f"%SystemRoot%\\{name}.exe")
        services = sysmon.running(SERVICES, "NT AUTHORITY\\SYSTEM")
        running = sysmon.started(
            at + 3 * SECOND,
            target.name,
            services,
            runner,
            runner.image,
            user="NT AUTHORITY\\SYSTEM",
            integrity="System",
        )
        sysmon.started(
            at + 5 * SECOND,
            target.name,
            running,
            installer,
            f"msiexec.exe /i {package} /qn /norestart",
            user="NT AUTHORITY\\SYSTEM",
            integrity="System",
        )
        windows.service_state(at + 70 * SECOND, target.name, name, "stopped")
        world.products.firewall.session(
            at + 80 * SECOND, machine.address, target.address, 445, sent=44_000_000, received=900_000, seconds=80
        )


def helpdesk(world: World, *, admin: Person, source: Machine, resets: tuple[tuple[int, str, str], ...]) -> None:
    """Accounts are locked by wrong passwords, and somebody of IT sets new ones: day, time, account of each.

    `source` is the machine from which it is done.
    """
    windows, controller = world.products.windows, world.server("controller")
    by = world.account(admin, admin=True)
    for day, time, name in resets:
        person = world.person(name)
        at, target = world.week.at(day, time), world.account(person)
        machine = person.workstation or world.server("files")
        for number in range(5):
            windows.ticket(
                at - 20 * MINUTE + number * 11 * SECOND, controller.name, target, machine.address, status="0x18"
            )
        windows.locked_out(at - 19 * MINUTE, controller.name, target, machine.name.upper())
        logon = windows.logged_on(at, controller.name, by, address=source.address, privileged=True, seconds=400)
        windows.password_reset(at + MINUTE, controller.name, by, logon, target)
        windows.ticket(at + 3 * MINUTE, controller.name, target, machine.address)


def administration(world: World, *, admin: Person, a_day: int, script: str) -> None:
    """Somebody of IT works on servers by remote desktop and with scripts, from the machine for that."""
    windows, machine, by = world.products.windows, world.server("management"), world.account(admin, admin=True)
    sysmon = world.products.sysmon
    for person, day, start, _ in world.shifts():
        if person is not admin:
            continue
        random = world.chance(f"administration:{day}")
        windows.logged_on(
            start + 10 * MINUTE,
            machine.name,
            by,
            kind=10,
            address=(admin.workstation or machine).address,
            package="Negotiate",
            workstation=machine.name.upper(),
            privileged=True,
            seconds=8 * 3600,
        )
        for _ in range(a_day):
            at = start + random.randrange(HOUR // SECOND, 7 * HOUR // SECOND) * SECOND
            target = world.server(random.choice(("controller", "files", "application")))
            windows.service_ticket(
                at, world.server("controller").name, by, machine.address, world.machine_account(target)
            )
            logon = windows.logged_on(
                at, target.name, by, kind=random.choice((3, 10)), address=machine.address, privileged=True, seconds=900
            )
            shell = sysmon.started(
                at + MINUTE,
                target.name,
                sysmon.running(EXPLORER, user_of(world, by.name)),
                POWERSHELL,
                '"powershell.exe" -NoLogo',
                user=user_of(world, by.name),
                logon=logon,
                integrity="High",
            )
            for command in random.sample(
                ("ipconfig /all", "net group /domain", "whoami /groups", "gpupdate /force", "nltest /dsgetdc:"), 2
            ):
                _ran(world, at + 2 * MINUTE, target, shell, command, by, logon)
        if day == world.week.workdays()[0]:
            windows.script_block(start + HOUR, machine.name, by, script)


def _ran(world: World, at: int, target: Machine, shell: Process, command: str, by: Account, logon: str) -> None:
    name = command.partition(" ")[0]
    program = Program(f"C:\\Windows\\System32\\{name}.exe", name, MICROSOFT, f"{name}.exe")
    world.products.sysmon.started(
        at, target.name, shell, program, command, user=user_of(world, by.name), logon=logon, integrity="High"
    )


def backup_at_night(world: World, *, time: str, gigabytes: float, provider: str) -> None:
    """A service account reads every server at night and takes away very much, and sends a copy to a provider outside."""
    windows, machine, account = world.products.windows, world.server("backup"), world.names.services["backup"]
    random = world.chance("backup")
    for day in range(world.week.days):
        at = world.week.at(day, time)
        for role in ("files", "application", "controller", "shop", "mail"):
            target = world.server(role)
            at += random.randrange(60, 900) * SECOND
            size = int(gigabytes * 1e9 * random.uniform(0.05, 0.3))
            if target.kind == "windows":
                logon = windows.logged_on(
                    at, target.name, account, address=machine.address, privileged=True, seconds=600
                )
                for number in range(20):
                    windows.shared(
                        at + number * SECOND,
                        target.name,
                        account,
                        logon,
                        machine.address,
                        "Backup",
                        f"block-{number:05}.vbk",
                        "0x120089",
                    )
            else:
                world.products.linux[role].ssh(at, "backup", 34, machine.address, seconds=600)
            world.products.firewall.session(
                at + 600 * SECOND,
                machine.address,
                target.address,
                445 if target.kind == "windows" else 22,
                sent=size // 60,
                received=size,
                seconds=600,
            )
        outside = world.names.public["backup_provider"]
        world.products.resolver.query(at, machine.address, provider, millis=20)
        world.products.firewall.session(
            at + 50 * MINUTE, machine.address, outside, 443, sent=int(gigabytes * 2e8), received=9_000_000, seconds=3000
        )


def sign_ins(world: World, *, a_day: float, documents: str) -> None:
    """People use the cloud for meetings and files: from the office, from home and from phones."""
    cloud, office = world.products.cloud, world.names.nat
    for person, day, start, end in world.shifts():
        random = world.chance(f"cloud:{person.account}:{day}")
        home = world.home(person)
        here = type(home)(office, world.names.country, world.names.local.city, home.latitude, home.longitude)
        for at in arrivals(random, start, end, a_day):
            cloud.signed_in(at, person.account, person.name, here, interactive=random.random() < 0.2)
        if random.random() < 0.05:
            cloud.signed_in(
                start - 40 * SECOND, person.account, person.name, here, refused="password", browser="Edge 129.0"
            )
        if random.random() < 0.5:
            at = start - random.randrange(20, 80) * MINUTE
            cloud.signed_in(at, person.account, person.name, home, system="iOS 18", browser="Mobile Safari 18")
        for at in arrivals(random, start, end, a_day * 2):
            name = f"{random.choice(world.names.local.folders)}-{random.randrange(99)}.xlsx"
            cloud.file(
                at,
                person.account,
                office,
                random.choice(("read", "changed", "fetched")),
                documents,
                name,
            )
