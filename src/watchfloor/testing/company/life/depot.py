"""A depot: hand-held scanners day and night, and a Saturday on which it has no power."""

from __future__ import annotations

from watchfloor.testing.company.clock import HOUR, MINUTE, SECOND
from watchfloor.testing.company.people import Machine
from watchfloor.testing.company.world import World, arrivals


def handhelds(world: World, *, count: int, network: str, scans_an_hour: float) -> None:
    """Whoever works in the depot takes a scanner from the shelf, which takes a lease and tells the application each parcel."""
    random = world.chance("handhelds")
    scanners = [
        Machine(f"tc52-{number:02}", f"{network}{180 + number}", f"84:24:8d:{random.randrange(256):02x}:11:{number:02x}", "handheld")
        for number in range(count)
    ]  # fmt: skip
    application = world.server("application").address
    for number, (person, day, start, end) in enumerate(world.shifts()):
        if person.site != "depot":
            continue
        own, machine = world.chance(f"handheld:{person.account}:{day}"), scanners[number % count]
        world.products.dhcp.leased(start + 5 * MINUTE, machine, 28_800, offered=True)
        world.products.dhcp.leased(start + 4 * HOUR + 5 * MINUTE, machine, 28_800)
        world.products.resolver.query(start + 5 * MINUTE, machine.address, f"tms.{world.names.domain}")
        for at in arrivals(own, start + 6 * MINUTE, end, scans_an_hour * (end - start) / HOUR):
            world.products.firewall.session(
                at, machine.address, application, 443, sent=1_400, received=2_100, seconds=2
            )


def power_comes_back(world: World) -> None:
    """What was without power starts: services, machine accounts, leases."""
    for machine in world.machines:
        end = world.off.get(machine.name, (0, 0))[1]
        if not end:
            continue
        random = world.chance(f"power:{machine.name}")
        at = end + random.randrange(40, 240) * SECOND
        if machine.kind == "printer":
            world.products.dhcp.leased(at, machine, 14_400, offered=True)
        elif machine.kind == "windows":
            for name in (
                "Windows Event Log",
                "DHCP Client",
                "Tidewater Agent",
                "VaultKeep Agent",
                "Netlogon",
                "Server",
            ):
                at += random.randrange(1, 9) * SECOND
                world.products.windows.service_state(at, machine.name, name, "running")
            account, controller = world.machine_account(machine), world.server("controller")
            world.products.windows.ticket(at, controller.name, account, machine.address)
            world.products.windows.logged_on(at + SECOND, controller.name, account, address=machine.address, seconds=9)


def shut_down_before(world: World, *, minutes: int) -> None:
    """Servers are shut down in time, one after the other."""
    for machine in world.machines:
        start = world.off.get(machine.name, (0, 0))[0]
        if start and machine.kind == "windows":
            at = start - minutes * MINUTE
            for name in ("VaultKeep Agent", "Tidewater Agent", "Server", "Netlogon", "Windows Event Log"):
                at += 7 * SECOND
                world.products.windows.service_state(at, machine.name, name, "stopped")
