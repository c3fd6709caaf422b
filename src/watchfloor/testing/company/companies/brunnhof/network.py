"""Brunnhof as it stands: machines, people and products."""

from __future__ import annotations

from random import Random
from typing import Any

from watchfloor.testing.company.clock import SECOND, Clock
from watchfloor.testing.company.companies.brunnhof import names
from watchfloor.testing.company.internet import anywhere, networks, sites
from watchfloor.testing.company.life import servers
from watchfloor.testing.company.logs import Log, Trail, chance
from watchfloor.testing.company.people import Machine, Person
from watchfloor.testing.company.products.mail import MailServer
from watchfloor.testing.company.products.microsoft_cloud import MicrosoftCloud
from watchfloor.testing.company.products.network import FortiGate, IscDhcp, OpenVpn, Squid, Unbound
from watchfloor.testing.company.products.nxlog import Nxlog
from watchfloor.testing.company.products.suricata import Suricata
from watchfloor.testing.company.products.sysmon import Sysmon
from watchfloor.testing.company.products.unix import Linux
from watchfloor.testing.company.products.web import AccessLog
from watchfloor.testing.company.products.windows import Account, Windows
from watchfloor.testing.company.world import Names, Products, World


def _mac(random: Random, first: str = "3c:52:82") -> str:
    return first + "".join(f":{random.randrange(256):02x}" for _ in range(3))


def _staff(random: Random) -> tuple[Person, ...]:
    found = []
    for number, name in enumerate(names.STAFF):
        first, last = name.lower().split()
        has_desk, has_phone = number < 32, number % 3 != 1 or number >= 32
        desk = Machine(f"ws-{number + 1:03}", f"10.20.10.{number + 21}", _mac(random), "windows", ("workstation",))
        phone = Machine(f"phone-{first}", f"10.20.20.{number + 21}", _mac(random, "a4:83:e7"), "phone")
        admin = f"adm.{last}" if name in {"Martin Brandl", "Lukas Hutter"} else ""
        department = "it" if admin else ("office", "sales", "production")[number % 3]
        home = random.choice(networks("AT", "home"))
        found.append(
            Person(
                name,
                f"{first[0]}.{last}",
                1104 + number,
                desk if has_desk else None,
                phone if has_phone else None,
                department,
                home,
                4000 + number * 911,
                random.uniform(6.8, 8.9),
                admin,
            )
        )
    return tuple(found)


def _log_of(trail: Trail, clock: Clock, skewed: Clock) -> Any:
    silent = ((names.WEEK.at(3, "11:20"), names.WEEK.at(3, "17:45")),)

    def chosen(host: str) -> Log:
        name = "workstations" if host.startswith("ws-") else host
        if host == "fs01":
            return trail.log(f"windows/{name}.json", clock, silent)
        return trail.log(f"windows/{name}.json", skewed if host == "app01" else clock)

    return chosen


def _products(seed: int, trail: Trail, machines: dict[str, Machine]) -> Products:
    clock, utc = Clock(names.ZONE), Clock("UTC")
    skewed = Clock(names.ZONE, 47 * SECOND)

    def own(name: str) -> Random:
        return chance(seed, f"product:{name}")

    nxlog = Nxlog(_log_of(trail, clock, skewed), domain=names.DOMAIN)
    linux = {}
    for role in ("shop", "portal", "mail", "vpn", "proxy", "backup"):
        host = machines[role].name
        logs = [trail.log(f"{host}/{name}", clock) for name in ("auth.log", "syslog", "audit.log")]
        linux[role] = Linux(logs[0], logs[1], logs[2], own(host), host)
    zones = {
        "10.20.0.": "servers",
        "10.20.5.": "dmz",
        "10.20.99.": "mgmt",
        "10.20.8.": "ssl.root",
        "10.20.": "internal",
    }
    return Products(
        firewall=FortiGate(trail.log("fw01/traffic.log", clock), own("fw"), name="fw01", serial="FGT60FTK21004711", nat="203.0.113.2", zones=zones),
        proxy=Squid(trail.log("proxy01/squid-access.log", utc)),
        resolver=Unbound(trail.log("ns01/unbound.log", clock), "ns01"),
        dhcp=IscDhcp(trail.log("ns01/dhcpd.log", utc), "ns01", "10.20.0.53"),
        mail=MailServer(trail.log("mail01/mail.log", clock), own("mail"), host="mail01", domain=names.DOMAIN, address="10.20.5.25"),
        shop=AccessLog(trail.log("web01/nginx-access.log", clock), "web01", "nginx"),
        portal=AccessLog(trail.log("web02/apache-access.log", clock), "web02", "apache2"),
        vpn=OpenVpn(trail.log("vpn01/openvpn.log", clock), own("vpn"), "vpn01"),
        ids=Suricata(trail.log("ids01/eve.json", clock), own("ids")),
        cloud=MicrosoftCloud(trail.log("cloud/entra-signins.json", utc), trail.log("cloud/m365-audit.json", utc), own("cloud"), domain=names.DOMAIN),
        windows=Windows(nxlog, own("windows"), netbios=names.NETBIOS, sid=names.SID),
        sysmon=Sysmon(nxlog, own("sysmon")),
        linux=linux,
    )  # fmt: skip


def world(seed: int) -> World:
    """Who and what is there."""
    random, trail = chance(seed, "brunnhof"), Trail()
    machines = {
        role: Machine(name, address, _mac(random, "52:54:00"), kind, roles, criticality)
        for role, name, address, kind, roles, criticality in names.SERVERS
    }
    staff = _staff(random)
    printing = [
        Machine(f"print-{each}", f"10.20.40.{10 + each}", _mac(random, "00:1b:a9"), "printer") for each in range(1, 5)
    ]
    services = {
        "backup": Account("svc_backup", 1401), "sync": Account("MSOL_4f2a9c11d0e8", 1402),
        "deployment": Account("svc_deploy", 1403), "erp": Account("svc_erp", 1404),
    }  # fmt: skip
    more = tuple(
        Account(name, 1405 + at)
        for at, name in enumerate(
            (
                "svc_sql",
                "svc_web",
                "svc_print",
                "svc_scan",
                "svc_cad",
                "svc_archiv",
                "svc_zeit",
                "svc_crm",
                "svc_edi",
                "svc_lager",
                "svc_iis",
            )
        )
    )
    known = Names(
        domain=names.DOMAIN,
        netbios=names.NETBIOS,
        nat="203.0.113.2",
        servers=machines,
        public={
            "shop": "203.0.113.4", "portal": "203.0.113.5", "mail": "203.0.113.6", "vpn": "203.0.113.7",
            "backup_provider": anywhere(random, "DE", "hosting").address,
        },
        services=services,
        roastable=(services["erp"], services["backup"], *more),
        administrators=Account("Domänen-Admins", 512),
        wifi="10.20.20.",
        guests="10.20.30.",
        tunnel="10.20.8.",
        country="AT",
        neighbours=("AT", "DE", "CH", "IT"),
        partners=names.PARTNERS,
        local=names.LOCAL,
    )  # fmt: skip
    desks = [machine for each in staff for machine in (each.workstation, each.phone) if machine is not None]
    away = servers.days_away({"j.pichler": (0, 3), "s.wallner": (0, 6)})
    return World(
        seed, names.WEEK, trail, known, staff, (*machines.values(), *desks, *printing), sites(random, 420, names.WEB),
        _products(seed, trail, machines), away, frozenset({(names.READER, names.READ), (names.COLLEAGUE, names.STOLEN)}),
    )  # fmt: skip
