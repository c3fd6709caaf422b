"""Brunnhof makes furniture in Graz: 38 people, a web shop, mail of its own, one Windows domain.

It runs Postfix and Dovecot, nginx and Apache, unbound, ISC dhcpd, Squid, OpenVPN, a FortiGate, Suricata, Debian servers with
auditd, Windows with Sysmon through NXLog, and Microsoft 365 for meetings and files. Its week has the end of summer time
and a holiday in it; the clock of one server is 47 seconds ahead, and nothing comes from the file server for six hours
of Saturday.
"""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from watchfloor.testing.company.attacks.mailbox import mailbox_taken
from watchfloor.testing.company.attacks.plan import Attack
from watchfloor.testing.company.attacks.shop import shop_exploited
from watchfloor.testing.company.attacks.unsuccessful import failed_attack, penetration_test
from watchfloor.testing.company.attacks.workstation import workstation_to_controller
from watchfloor.testing.company.clock import SECOND, Clock, Week
from watchfloor.testing.company.companies import inventory as listed
from watchfloor.testing.company.companies.plan import Company
from watchfloor.testing.company.internet import Web, anywhere, networks, sites
from watchfloor.testing.company.life import browsing, domain, mail, noise, servers, shop
from watchfloor.testing.company.local import Local
from watchfloor.testing.company.logs import Log, Trail, chance
from watchfloor.testing.company.people import Machine, Person
from watchfloor.testing.company.products.mail import MailServer
from watchfloor.testing.company.products.microsoft_cloud import MicrosoftCloud
from watchfloor.testing.company.products.network import FortiGate, IscDhcp, OpenVpn, Squid, Unbound
from watchfloor.testing.company.products.nxlog import Nxlog
from watchfloor.testing.company.products.suricata import Suricata
from watchfloor.testing.company.products.sysmon import Program, Sysmon
from watchfloor.testing.company.products.unix import Linux
from watchfloor.testing.company.products.web import AccessLog
from watchfloor.testing.company.products.windows import Account, Windows
from watchfloor.testing.company.world import Names, Products, World

ZONE = "Europe/Vienna"
WEEK = Week(ZONE, dt.date(2026, 10, 21), 7, holidays=frozenset({5}))
"""Wednesday to Tuesday; clocks go back on Sunday, and Monday is Austria's national holiday."""
DOMAIN, NETBIOS, SID = "brunnhof.example", "BRUNNHOF", "S-1-5-21-2718281828-1414213562-1732050807"
TESTER_OUTSIDE, TESTER_INSIDE = "198.51.100.77", "10.20.50.66"
_LEASE = 14_400
_COLLEAGUE, _STOLEN = "t.hofer", 2
"""Who believes the mail of a stolen mailbox, and the day."""
_READER, _READ = "p.egger", 6
"""Who reads the page that was tampered with, and the day."""

_SERVERS = (
    ("controller", "dc01", "10.20.0.10", "windows", ("domain_controller", "server"), "critical"),
    ("second_controller", "dc02", "10.20.0.11", "windows", ("domain_controller", "server"), "critical"),
    ("files", "fs01", "10.20.0.12", "windows", ("server",), "high"),
    ("application", "app01", "10.20.0.13", "windows", ("server",), "high"),
    ("sync", "sync01", "10.20.0.14", "windows", ("server",), ""),
    ("backup", "bak01", "10.20.0.15", "linux", ("backup", "server"), "high"),
    ("proxy", "proxy01", "10.20.0.20", "linux", ("proxy", "server"), ""),
    ("resolver", "ns01", "10.20.0.53", "linux", ("resolver", "server"), ""),
    ("scanner", "scan01", "10.20.0.50", "linux", ("scanner", "server"), ""),
    ("monitor", "mon01", "10.20.0.51", "linux", ("monitoring", "server"), ""),
    ("management", "adm01", "10.20.99.10", "windows", ("management", "server"), "high"),
    ("shop", "web01", "10.20.5.10", "linux", ("server",), "high"),
    ("portal", "web02", "10.20.5.11", "linux", ("server",), ""),
    ("mail", "mail01", "10.20.5.25", "linux", ("mail_relay", "server"), "high"),
    ("vpn", "vpn01", "10.20.5.30", "linux", ("vpn", "server"), ""),
)
_STAFF = (
    "Anna Reiter", "Paul Egger", "Maria Leitner", "Thomas Hofer", "Eva Gruber", "Johann Pichler", "Sabine Wallner",
    "Martin Brandl", "Lena Fuchs", "Georg Steiner", "Katharina Moser", "Stefan Auer", "Julia Lackner", "Peter Haas",
    "Birgit Schober", "Michael Ebner", "Nina Kogler", "Franz Winkler", "Petra Hirsch", "Andreas Lang", "Claudia Mayr",
    "Robert Zechner", "Elisabeth Kern", "Daniel Strasser", "Monika Riegler", "Wolfgang Pfeifer", "Silvia Bauer",
    "Lukas Hutter", "Renate Wagner", "Jakob Sailer", "Manuela Koch", "Felix Aigner", "Karin Schuster", "Simon Thaler",
    "Ingrid Lechner", "Tobias Neuner", "Verena Holzer", "David Kainz",
)  # fmt: skip
_PARTNERS = (
    "holz-gruber.example", "lackwerk-nord.example", "beschlaege-tal.example", "polster-stein.example", "spedition-alpen.example",
    "moebel-markt.example", "glas-bach.example", "werkzeug-see.example", "steuer-linden.example", "druckerei-wald.example",
)  # fmt: skip
_ZONES = (
    ("10.20.0.0/24", "servers", ""), ("10.20.5.0/24", "dmz", ""), ("10.20.10.0/24", "office", ""),
    ("10.20.20.0/24", "wifi", ""), ("10.20.30.0/24", "guests", "guest_network"), ("10.20.40.0/24", "printers", ""),
    ("10.20.50.0/24", "test", ""), ("10.20.8.0/24", "vpn", ""), ("10.20.99.0/24", "management", ""),
    ("203.0.113.0/28", "public", ""),
)  # fmt: skip
_WEB = Web(
    well_known=(
        "www.google.com", "www.bing.com", "www.orf.at", "www.derstandard.at", "de.wikipedia.org", "www.youtube.com",
        "www.amazon.de", "www.willhaben.at", "www.linkedin.com", "www.post.at", "www.wko.at", "outlook.office.com",
        "teams.microsoft.com", "www.finanzonline.at", "github.com", "www.dhl.de", "maps.google.com", "www.oebb.at",
    ),
    trades=("holz", "lack", "beschlag", "werkzeug", "polster", "glas", "versand", "verpackung", "stoffe", "maschinen"),
    words=("nord", "alpen", "tal", "stein", "bach", "gruen", "linden", "markt", "stadt", "berg", "see", "wald"),
    countries=("DE", "DE", "FR", "NL", "US"),
)  # fmt: skip
_LOCAL = Local(
    city="Graz",
    hosting="DE",
    freemail=("gmail.com", "gmx.at", "outlook.com", "a1.net", "web.de", "icloud.com"),
    folders=("Angebote", "Auftraege", "Einkauf", "Marketing", "Planung", "Vorlagen"),
    programs=(
        *domain.OFFICE_PROGRAMS,
        Program("C:\\Program Files\\HolzERP\\client\\holzerp.exe", "HolzERP Client", "HolzERP Software GmbH", "holzerp.exe"),
        Program("C:\\Program Files\\Mozilla Thunderbird\\thunderbird.exe", "Thunderbird", "Mozilla Corporation", "thunderbird.exe"),
        domain.NOTEPAD,
    ),
    proxy_port=3128,
    vpn_port=1194,
    vpn_udp=True,
)  # fmt: skip
_CONTACTS = (
    *browsing.MEETINGS,
    *browsing.WINDOWS,
    browsing.Contact("update.erp-werkzeug.example", 3600, 0.01, 0.35, 1_200),
    browsing.Contact("chat.holzbund.example", 60, 0.02, 0.07, 800),
)
"""The last is a small trade association's chat that few people use, at a strict pace."""
_TRIED = (
    "/.env", "/.git/HEAD", "/admin/", "/search?q=1%27%20UNION%20SELECT%20NULL,NULL--", "/product/1%27",
    "/../../etc/passwd", "/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "/backup.sql", "/server-status", "/phpinfo.php",
)  # fmt: skip
"""What the vulnerability scanner asks the shop for."""
_COMMANDS = (
    "/usr/bin/apt-get update",
    "/usr/bin/systemctl restart nginx",
    "/usr/bin/journalctl -u postfix -n 200",
    "/usr/bin/tail -f /var/log/syslog",
    "/usr/bin/less /etc/nginx/nginx.conf",
)
"""What administrators run as root."""
_INSTALLER = "iex ((New-Object System.Net.WebClient).DownloadString('https://community.chocolatey.org/install.ps1'))"
"""What an administrator copies from a page."""
_WATCHED = {"mail": 25, "portal": 443, "files": 445, "controller": 389, "proxy": 3128, "application": 1433}
"""What the monitor asks for."""


def _mac(random: Random, first: str = "3c:52:82") -> str:
    return first + "".join(f":{random.randrange(256):02x}" for _ in range(3))


def _staff(random: Random) -> tuple[Person, ...]:
    found = []
    for number, name in enumerate(_STAFF):
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
    silent = ((WEEK.at(3, "11:20"), WEEK.at(3, "17:45")),)

    def chosen(host: str) -> Log:
        name = "workstations" if host.startswith("ws-") else host
        if host == "fs01":
            return trail.log(f"windows/{name}.json", clock, silent)
        return trail.log(f"windows/{name}.json", skewed if host == "app01" else clock)

    return chosen


def _products(seed: int, trail: Trail, machines: dict[str, Machine]) -> Products:
    clock, utc = Clock(ZONE), Clock("UTC")
    skewed = Clock(ZONE, 47 * SECOND)

    def own(name: str) -> Random:
        return chance(seed, f"product:{name}")

    nxlog = Nxlog(_log_of(trail, clock, skewed), domain=DOMAIN)
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
        mail=MailServer(trail.log("mail01/mail.log", clock), own("mail"), host="mail01", domain=DOMAIN, address="10.20.5.25"),
        shop=AccessLog(trail.log("web01/nginx-access.log", clock), "web01", "nginx"),
        portal=AccessLog(trail.log("web02/apache-access.log", clock), "web02", "apache2"),
        vpn=OpenVpn(trail.log("vpn01/openvpn.log", clock), own("vpn"), "vpn01"),
        ids=Suricata(trail.log("ids01/eve.json", clock), own("ids")),
        cloud=MicrosoftCloud(trail.log("cloud/entra-signins.json", utc), trail.log("cloud/m365-audit.json", utc), own("cloud"), domain=DOMAIN),
        windows=Windows(nxlog, own("windows"), netbios=NETBIOS, sid=SID),
        sysmon=Sysmon(nxlog, own("sysmon")),
        linux=linux,
    )  # fmt: skip


def world(seed: int) -> World:
    """Who and what is there."""
    random, trail = chance(seed, "brunnhof"), Trail()
    machines = {
        role: Machine(name, address, _mac(random, "52:54:00"), kind, roles, criticality)
        for role, name, address, kind, roles, criticality in _SERVERS
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
    names = Names(
        domain=DOMAIN,
        netbios=NETBIOS,
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
        partners=_PARTNERS,
        local=_LOCAL,
    )  # fmt: skip
    desks = [machine for each in staff for machine in (each.workstation, each.phone) if machine is not None]
    away = servers.days_away({"j.pichler": (0, 3), "s.wallner": (0, 6)})
    return World(
        seed, WEEK, trail, names, staff, (*machines.values(), *desks, *printing), sites(random, 420, _WEB),
        _products(seed, trail, machines), away, frozenset({(_READER, _READ), (_COLLEAGUE, _STOLEN)}),
    )  # fmt: skip


def life(there: World) -> None:
    """What goes on in the week without any attack."""
    admin = there.person("m.brandl")
    browsing.people_browse(there, pages_a_day=60)
    browsing.programs_call_home(there, contacts=_CONTACTS)
    browsing.phones_on_wifi(there, contacts_an_hour=14)
    browsing.machines_keep_time(
        there, seconds=1024, pool="at.pool.ntp.org", roles=("controller", "shop", "mail", "vpn")
    )
    mail.mail_comes(there, a_day=520)
    mail.people_write(there, a_day=7)
    mail.phones_look_for_mail(there, seconds=2100)
    mail.phone_with_old_password(
        there, there.person("n.kogler"), since=WEEK.at(1, "09:12"), until=WEEK.at(2, "16:40"), seconds=900
    )
    mail.newsletter(
        there,
        at=WEEK.at(1, "17:30"),
        account="newsletter",
        recipients=1400,
        role="shop",
        domains=("gmx.at", "gmail.com", "a1.net", "outlook.com", "web.de", "aon.at"),
    )
    mail.spam_is_refused(
        there, a_day=320, mailboxes=("info", "sales", "office", "test", "kontakt", "buero", "max", "admin", "post")
    )
    mail.strangers_knock(there, a_day=120)
    mail.old_habits(there, a_day=0.06)
    shop.customers(there, a_day=680, rush=(WEEK.at(1, "17:45"), 300))
    shop.search_engines(there, a_day=700)
    shop.uptime_probes(there, seconds=60)
    shop.dealers(there, dealers_a_day=45)
    shop.strangers_probe(there, a_day=90)
    shop.certificate_renewal(
        there, day=2, unit="nginx.service", description="A high performance web server and a reverse proxy server"
    )
    domain.at_work(there, programs_a_day=130, files_a_day=60)
    domain.machines_among_themselves(there, seconds=5400)
    domain.directory_synchronisation(there, seconds=1800)
    domain.software_deployment(
        there,
        day=1,
        time="12:20",
        name="RolloutSvc",
        maker="RolloutWerk GmbH",
        package="\\\\app01\\deploy$\\holzerp-client-9.4.msi",
    )
    domain.helpdesk(
        there,
        admin=admin,
        source=admin.workstation or there.server("management"),
        resets=((0, "09:40", "n.kogler"), (2, "13:05", "p.hirsch"), (6, "08:50", "k.moser")),
    )
    domain.administration(there, admin=admin, a_day=9, script=_INSTALLER)
    domain.backup_at_night(there, time="01:30", gigabytes=45, provider="vault7.sicherwerk.example")
    domain.sign_ins(there, a_day=9, documents="Freigegebene Dokumente")
    noise.internet_noise(there, a_day=2_600)
    noise.ssh_noise(there, a_day=130, role="vpn")
    noise.leases(there, seconds=_LEASE)
    noise.guests(there, a_day=22, seconds=3600)
    noise.names_that_do_not_exist(there, an_hour=3, gone=("wpad", "isatap", "drucker", "intranet2", "fs-alt"))
    noise.mail_server_asks(there, a_day=700)
    noise.vulnerability_scanner(
        there, day=4, time="04:10", agent="Mozilla/5.0 [en] (X11, U; VulnScan 22.4)", tried=_TRIED, guessed="shop"
    )
    noise.printers(there, a_day=6, maker="eprintcenter.druckwerk.example")
    servers.jobs(there)
    servers.administrators(there, admin=admin, a_day=5, commands=_COMMANDS)
    servers.configuration_management(there, seconds=7200)
    servers.monitoring(there, seconds=600, ports=_WATCHED)
    servers.work_from_home(there, share=0.2)
    servers.traveller(there, there.person("j.pichler"), first=0, last=3, country="IT")


def attacks(there: World) -> list[Attack]:
    """What is planted; the shop and the workstation are attacked at the same time, and both leave by one address."""
    return [
        failed_attack(there, day=0, time="22:05"),
        penetration_test(there, day=1, time="09:30", outside=TESTER_OUTSIDE, inside=TESTER_INSIDE),
        mailbox_taken(
            there, day=_STOLEN, time="11:10", victim="m.leitner", colleague=_COLLEAGUE, country="NG", mails=160
        ),
        shop_exploited(
            there,
            day=6,
            time="09:50",
            gigabytes=1.9,
            script="/media/custom/2026/10/entwurf-88412.php",
            drop="files.transfer-quelle.example",
        ),
        workstation_to_controller(
            there,
            day=_READ,
            time="09:20",
            victim=_READER,
            admin="m.brandl",
            hours=5,
            site="www.moebel-trends.example",
            file="Katalog_2026-10.js",
            control="cdn-telemetrie.example",
        ),
    ]


def inventory(there: World) -> dict[str, Any]:
    """What the company knows of itself."""
    senders = ["newsletter", f"newsletter@{DOMAIN}"]
    return listed.inventory(
        there,
        gateways=[{"name": "fw01", "addresses": ["10.20.0.1", there.names.nat], "roles": ["nat"]}],
        zones=_ZONES,
        copies=there.names.services["sync"],
        programs=[{"name": "Newsletter of the shop", "accounts": senders, "roles": ["service_account"]}],
    )


def policy(there: World) -> dict[str, Any]:
    """What is a violation in it."""
    server = there.server
    return {
        "allowed_countries": ["AT", "DE", "CH", "IT"],
        "resolvers": [server("resolver").address, server("controller").address, server("second_controller").address],
        "mail_relays": [server("mail").address],
        "dhcp_servers": [server("resolver").address],
        "remote_tools": [],
        "file_sharing_sites": ["sharepoint.com"],
        "confidential_names": ["*gehaltsliste*", "*_vertraulich.*"],
        "service_accounts": {
            "svc_backup": [server(role).name for role in ("backup", "files", "application", "controller")],
            "svc_deploy": [server("management").name],
            "svc_erp": [server("application").name],
            there.names.services["sync"].name: [server("sync").name, server("controller").name],
        },
        "vpn_networks": [there.names.public["vpn"], "10.20.8.0/24"],
        "scanners": [server("scanner").address],
        "maintenance": [
            {
                "name": "penetration test, order 2026-118",
                "networks": [TESTER_OUTSIDE, TESTER_INSIDE],
                "zone": ZONE,
                "from": "2026-10-22 09:00",
                "until": "2026-10-22 17:00",
            }
        ],
    }


COMPANY = Company("brunnhof", ZONE, WEEK, world, life, attacks, inventory, policy)
