"""Marlowe Freight as it stands: machines, people, and what of it is without power or out of step in its week."""

from __future__ import annotations

from watchfloor.testing.company.companies.marlowe import names
from watchfloor.testing.company.companies.marlowe.products import products
from watchfloor.testing.company.companies.marlowe.times import OUTAGE, WEEK
from watchfloor.testing.company.internet import sites
from watchfloor.testing.company.life.servers import days_away
from watchfloor.testing.company.logs import Trail, chance
from watchfloor.testing.company.people import Machine
from watchfloor.testing.company.products.windows import Account
from watchfloor.testing.company.world import Names, World

TRAVELLER, TRAVELS = "simon.thorne", (1, 3)
"""Who is in Australia, and the first and last day."""
_SERVICES = {
    "backup": "svc.vaultkeep", "sync": "svc.directory", "erp": "svc.freightpilot", "deployment": "svc.tidewater",
    "audit": "svc.pwaudit", "scan": "svc.harbourscan",
}  # fmt: skip
_MORE = (
    "svc.sqltms",
    "svc.scandock",
    "svc.printq",
    "svc.edi",
    "svc.iisportal",
    "svc.fleetgps",
    "svc.reports",
    "svc.weighbridge",
)


def world(seed: int) -> World:
    """Who and what is there."""
    random, trail = chance(seed, "marlowe"), Trail()
    servers = {
        role: Machine(name, address, names.mac(random, "00:50:56"), kind, roles, criticality)
        for role, name, address, kind, roles, criticality in names.SERVERS
    }
    servers["resolver"] = servers["controller"]
    staff = names.staff(random)
    clients = [machine for each in staff for machine in (each.workstation, each.phone) if machine is not None]
    machines = (
        *(servers[role] for role, *_ in names.SERVERS),
        *clients,
        *names.printing(random),
        *names.telephones(random, staff),
    )
    services = {role: Account(name, 1601 + at) for at, (role, name) in enumerate(_SERVICES.items())}
    more = tuple(Account(name, 1620 + at) for at, name in enumerate(_MORE))
    known = Names(
        domain=names.DOMAIN,
        netbios=names.NETBIOS,
        nat=names.NAT,
        servers=servers,
        public=names.PUBLIC,
        services=services,
        roastable=(services["erp"], services["backup"], *more),
        administrators=Account("Domain Admins", 512),
        wifi="172.20.20.",
        guests="172.20.24.",
        tunnel="172.20.60.",
        country="NZ",
        neighbours=("NZ", "AU"),
        partners=names.PARTNERS,
        local=names.LOCAL,
    )
    off = {each.name: OUTAGE for each in machines if each.name.startswith("chc-")}
    return World(
        seed, WEEK, trail, known, staff, machines, sites(random, 480, names.WEB), products(seed, trail, servers),
        days_away({TRAVELLER: TRAVELS, "bronwyn.pascoe": (0, 4), "dale.whitcombe": (2, 2)}), frozenset({(names.PASTER, names.PASTED), (names.COLLEAGUE, names.STOLEN)}), off,
    )  # fmt: skip
