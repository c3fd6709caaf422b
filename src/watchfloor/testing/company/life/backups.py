"""Backups by agents that bring their data by themselves, through snapshots of their volumes."""

from __future__ import annotations

from watchfloor.testing.company.clock import HOUR, MINUTE, SECOND
from watchfloor.testing.company.internet import anywhere
from watchfloor.testing.company.life.domain import MICROSOFT
from watchfloor.testing.company.people import Machine
from watchfloor.testing.company.products.sysmon import Program
from watchfloor.testing.company.world import World

_SYSTEM = "NT AUTHORITY\\SYSTEM"
_AGENT = Program("C:\\Program Files\\VaultKeep\\vkagent.exe", "VaultKeep Agent", "VaultKeep BV", "vkagent.exe")
_SNAPSHOT = Program("C:\\Windows\\System32\\diskshadow.exe", "DiskShadow", MICROSOFT, "diskshadow.exe")
_STATE = Program(
    "C:\\Windows\\System32\\wbadmin.exe", "Command Line Interface for Microsoft BLB Backup", MICROSOFT, "WBADMIN.EXE"
)
_PORT = 8411


def agents_bring_backups(world: World, *, time: str, gigabytes: float, provider: str) -> None:
    """Each server freezes its volumes at night and brings what has changed; the whole goes to a provider abroad after it.

    Windows servers make a snapshot by script; controllers save the state of the system, the directory in it.
    """
    random, store = world.chance("agents' backup"), world.server("backup")
    account, outside = world.names.services["backup"], anywhere(random, world.names.local.hosting, "hosting").address
    for day in range(world.week.days):
        at = world.week.at(day, time)
        for machine in world.machines:
            if machine.kind not in {"windows", "linux"} or "workstation" in machine.roles or machine is store:
                continue
            at += random.randrange(60, 420) * SECOND
            if not world.runs(machine, at):
                continue
            if machine.kind == "windows":
                world.products.windows.logged_on(
                    at, machine.name, account, address=store.address, package="NTLM", workstation=store.name.upper(),
                    privileged=True, seconds=500,
                )  # fmt: skip
                _frozen(world, at + SECOND, machine)
            size = int(gigabytes * 1e9 * random.uniform(0.01, 0.09))
            world.products.firewall.session(
                at + 500 * SECOND, machine.address, store.address, _PORT, sent=size, received=size // 90, seconds=490
            )
        for role, linux in world.products.linux.items():
            if role != "backup":
                moment = world.week.at(day, time) + random.randrange(5400) * SECOND
                command = "/opt/vaultkeep/bin/vkfile --incremental /etc /srv /var/lib"
                linux.executed(moment, command, uid=0, user="root", exe="/opt/vaultkeep/bin/vkfile")
                linux.said(
                    moment + 8 * MINUTE,
                    "vkagent[811]",
                    f"job nightly finished, {random.randrange(900, 90_000)} files, 0 errors",
                )
        end = at + 3 * HOUR
        world.products.resolver.query(at, store.address, provider, millis=31)
        for number in range(6):
            sent = int(gigabytes * 1e9 / 30)
            world.products.firewall.session(
                end - number * MINUTE, store.address, outside, 443, sent=sent, received=4_000_000, seconds=9_000
            )


def _frozen(world: World, at: int, machine: Machine) -> None:
    sysmon = world.products.sysmon
    world.products.windows.shadow_copied(at + 2 * SECOND, machine.name)
    agent = sysmon.running(_AGENT, _SYSTEM, f'"{_AGENT.image}" /service')
    if "domain_controller" in machine.roles:
        store = world.server("backup").name
        command = f"wbadmin.exe start systemstatebackup -backupTarget:\\\\{store}\\state -quiet"
        sysmon.started(at, machine.name, agent, _STATE, command, user=_SYSTEM, integrity="System")
    else:
        script = "C:\\ProgramData\\VaultKeep\\scripts\\freeze.dsh"
        sysmon.started(
            at, machine.name, agent, _SNAPSHOT, f"diskshadow.exe /s {script}", user=_SYSTEM, integrity="System"
        )
