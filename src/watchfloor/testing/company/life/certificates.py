"""The company's own authority: certificates that machines and people get by themselves, and those for names of servers."""

from __future__ import annotations

from watchfloor.testing.company.clock import HOUR, SECOND
from watchfloor.testing.company.people import Machine, Person
from watchfloor.testing.company.products.windows import Account
from watchfloor.testing.company.world import World


def enrolled_by_themselves(world: World, *, share: float) -> None:
    """A share of the machines and of the people renew in this week, some hours after they came."""
    for person, day, start, end in world.shifts():
        random = world.chance(f"enrolment:{person.account}:{day}")
        if person.workstation is None or random.random() > share / 5 or not world.week.works(day):
            continue
        at, machine = random.randrange(start + HOUR, end - HOUR), person.workstation
        _issued(
            world, at, machine, world.machine_account(machine), f"CN={machine.name}.{world.names.domain}", "Machine"
        )
        parts = ",".join(f"DC={each}" for each in reversed(world.names.domain.split(".")))
        at += random.randrange(20, 4000) * SECOND
        _issued(world, at, machine, world.account(person), f"CN={person.name},OU=Staff,{parts}", "WorkstationUser")


def names_of_servers(world: World, *, admin: Person, template: str, requests: tuple[tuple[int, str, str], ...]) -> None:
    """Somebody of IT asks for certificates of servers' names: day, time and name of each."""
    for day, time, name in requests:
        subject = f"CN={name}.{world.names.domain}"
        account = world.account(admin, admin=True)
        _issued(world, world.week.at(day, time), world.server("management"), account, subject, template)


def _issued(world: World, at: int, source: Machine, requester: Account, subject: str, template: str) -> None:
    windows, authority = world.products.windows, world.server("authority")
    controller = world.server("controller").name
    windows.service_ticket(at, controller, requester, source.address, world.machine_account(authority))
    windows.logged_on(at + SECOND, authority.name, requester, address=source.address, seconds=12)
    world.products.firewall.session(at + 3 * SECOND, source.address, authority.address, 135, sent=700, received=620)
    windows.certified(
        at + 2 * SECOND, authority.name, requester, subject, template=template, client=source.name.upper()
    )
