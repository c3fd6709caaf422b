"""A vulnerability scanner that has accounts of its own: it logs in where it can, and looks from inside."""

from __future__ import annotations

from watchfloor.testing.company.clock import SECOND
from watchfloor.testing.company.world import World

_ASKED = (
    "/usr/bin/rpm -qa",
    "/usr/bin/uname -a",
    "/usr/bin/cat /etc/os-release",
    "/usr/sbin/sshd -T",
    "/usr/bin/ss -lntup",
)


def scanner_logs_in(world: World, *, day: int, time: str, user: str) -> None:
    """It looks at every Linux server by SSH and at every Windows server by shares and NTLM, with its account."""
    scanner, at = world.server("scanner"), world.week.at(day, time)
    account, windows, random = world.names.services["scan"], world.products.windows, world.chance("scanner logs in")
    for linux in world.products.linux.values():
        at += random.randrange(20, 90) * SECOND
        linux.ssh(at, user, 1900, scanner.address, seconds=70)
        for number, command in enumerate(_ASKED):
            moment = at + (4 + 6 * number) * SECOND
            linux.executed(moment, command, uid=1900, user=user, exe=command.partition(" ")[0], login=(1900, user))
        linux.sudo(at + 50 * SECOND, user, 1900, "/usr/bin/cat /etc/shadow")
        linux.executed(
            at + 50 * SECOND, "/usr/bin/cat /etc/shadow", uid=0, user="root", exe="/usr/bin/cat", login=(1900, user)
        )
    for machine in world.machines:
        if machine.kind == "windows" and "workstation" not in machine.roles and world.runs(machine, at):
            at += random.randrange(20, 90) * SECOND
            logon = windows.logged_on(
                at, machine.name, account, address=scanner.address, package="NTLM", workstation=scanner.name.upper(),
                privileged=True, seconds=60,
            )  # fmt: skip
            for number, path in enumerate(("System32\\ntoskrnl.exe", "System32\\drivers\\srv2.sys", "win.ini")):
                windows.shared(
                    at + (3 + number) * SECOND,
                    machine.name,
                    account,
                    logon,
                    scanner.address,
                    "ADMIN$",
                    path,
                    "0x120089",
                )
            world.products.firewall.session(
                at + 60 * SECOND, scanner.address, machine.address, 445, sent=90_000, received=3_000_000, seconds=58
            )
