"""What goes on at Marlowe Freight without any attack."""

from __future__ import annotations

from watchfloor.testing.company.companies.marlowe import names
from watchfloor.testing.company.companies.marlowe.network import TRAVELLER, TRAVELS
from watchfloor.testing.company.companies.marlowe.products import ROCKY
from watchfloor.testing.company.companies.marlowe.times import WEEK
from watchfloor.testing.company.life import (
    administration,
    backups,
    browsing,
    certificates,
    clear,
    depot,
    domain,
    mail,
    noise,
    partners,
    rocky,
    scanning,
    servers,
    shop,
    telephony,
    tracking,
    webmail,
)
from watchfloor.testing.company.world import World

_ADMIN, _SECOND_ADMIN = "marcus.oldfield", "hana.morioka"
_CONTACTS = (
    browsing.Contact("clients6.google.com", 1500, 0.2, 0.9, 2_300),
    browsing.Contact("meet.google.com", 5400, 0.6, 0.7, 60_000),
    *browsing.WINDOWS,
    browsing.Contact("sync.keyhaven.example", 1200, 0.1, 0.8, 1_500),
    browsing.Contact("feed.freightpilot.example", 1500, 0.02, 0.5, 3_800),
    browsing.Contact("push.cartage-radio.example", 60, 0.01, 0.05, 400),
)
"""The password manager, the news of the transport program, and an internet radio's heartbeat of two or three people."""
_RESETS = (
    (0, "08:20", "tania.rangihuna"),
    (1, "15:45", "grant.ogilvie"),
    (3, "09:05", "wei.zhang"),
    (4, "13:30", "mele.fonua"),
)
_WATCHED = {
    "mail": 25,
    "portal": 443,
    "balancer": 443,
    "files": 445,
    "depot_files": 445,
    "controller": 389,
    "proxy": 8080,
    "database": 5432,
}
_TRIED = (
    "/manager/html", "/.env", "/track/%27%20or%201=1--", "/examples/servlets/", "/bookings/search?q=%24%7B7*7%7D", "/WEB-INF/web.xml",
    "/track/..%2f..%2fetc%2fpasswd", "/bookings/search?q=%3Csvg%20onload=alert(1)%3E", "/server-status", "/host-manager/html",
)  # fmt: skip


_CRIES = (
    (1000101, "MF SCAN SIP OPTIONS from outside", "Detection of a Network Scan", 3, 5060),
    (1000104, "MF POLICY TLS 1.0 offered by a client", "Potential Corporate Privacy Violation", 3, 443),
    (1000117, "MF WEB request for a dot file", "Attempted Information Leak", 2, 443),
    (1000122, "MF SCAN SSH client with the name of a scanner", "Attempted Information Leak", 2, 22),
    (1000131, "MF SMTP too many unknown recipients", "Misc activity", 3, 25),
)
"""Signatures of the company's own that match on most days."""


def life(there: World) -> None:
    """All of it."""
    _people(there)
    _mail(there)
    _portals(there)
    _domain(there)
    _linux(there)
    _network(there)


def _people(there: World) -> None:
    browsing.people_browse(there, pages_a_day=26)
    browsing.programs_call_home(there, contacts=_CONTACTS)
    browsing.phones_on_wifi(there, contacts_an_hour=6)
    domain.at_work(there, programs_a_day=80, files_a_day=38)
    domain.sign_ins(there, a_day=7, documents="Shared documents")
    servers.work_from_home(there, share=0.15)
    servers.traveller(there, there.person(TRAVELLER), first=TRAVELS[0], last=TRAVELS[1], country="AU")
    depot.handhelds(there, count=9, network="172.20.132.", scans_an_hour=22)


def _mail(there: World) -> None:
    mail.mail_comes(there, a_day=610)
    mail.people_write(there, a_day=8)
    mail.phones_look_for_mail(there, seconds=2700)
    mail.phone_with_old_password(
        there, there.person("priya.raman"), since=WEEK.at(2, "10:02"), until=WEEK.at(3, "12:15"), seconds=1200
    )
    mail.newsletter(
        there, at=WEEK.at(3, "14:00"), account="rates", recipients=640, role="application",
        domains=("gmail.com", "xtra.co.nz", "outlook.com", *names.PARTNERS[:5]),
    )  # fmt: skip
    mail.spam_is_refused(
        there, a_day=410, mailboxes=("info", "accounts", "dispatch", "office", "sales", "admin", "jobs", "test")
    )
    mail.strangers_knock(there, a_day=150)
    mail.old_habits(there, a_day=0.05)
    webmail.people_use_webmail(there, on_the_road=1.6, at_home=0.12)
    webmail.filter_for_holidays(there, account="grace.okafor", day=4, time="15:40")
    webmail.mail_is_forwarded(
        there,
        account="tevita.havili",
        to="clearances@portside-customs.example",
        relay="mx.portside-customs.example",
        a_day=9,
    )


def _portals(there: World) -> None:
    tracking.receivers(there, a_day=520)
    tracking.senders(there, customers=140, visits_a_day=190)
    tracking.programs_of_customers(there, seconds=600, count=7)
    tracking.drivers(there, seconds=180)
    shop.search_engines(there, a_day=120, pages="/help/article/{}")
    shop.uptime_probes(there, seconds=60)
    shop.strangers_probe(there, a_day=110)
    shop.certificate_renewal(there, day=1, unit="haproxy.service", description="HAProxy Load Balancer")
    partners.partners_at_the_portal(there, visits_a_day=52)
    partners.files_by_sftp(there, seconds=1200)


def _domain(there: World) -> None:
    admin = there.person(_ADMIN)
    domain.machines_among_themselves(there, seconds=5400)
    domain.helpdesk(there, admin=there.person(names.HELPDESK[0]), source=there.server("management"), resets=_RESETS)
    domain.administration(
        there,
        admin=admin,
        a_day=4,
        script="Get-ADUser -Filter * -Properties LastLogonDate | Export-Csv C:\\Reports\\stale.csv",
    )
    administration.agents_report(there, seconds=1500, name="agents.tidewater.example")
    administration.software_by_agents(there, day=2, time="10:30", package="FreightPilot-8.2.1.msi")
    administration.helpdesk_abroad(there, cases_a_day=7)
    administration.remoting(there, admin=there.person(_SECOND_ADMIN), a_day=6)
    administration.identity_agent(there, seconds=150, name="marlowe-freight.okta.com")
    certificates.enrolled_by_themselves(there, share=0.5)
    certificates.names_of_servers(
        there,
        admin=admin,
        template=names.TEMPLATE,
        requests=((1, "11:35", "akl-pbx01"), (3, "15:20", "portal"), (4, "10:05", "akl-nms01")),
    )
    administration.password_audit(there, day=2, time="19:00")
    backups.agents_bring_backups(there, time="01:10", gigabytes=210, provider="ap-southeast-2.vaultkeep.example")
    depot.shut_down_before(there, minutes=12)
    depot.power_comes_back(there)


def _linux(there: World) -> None:
    rocky.timers(there, roles=ROCKY)
    servers.jobs(there, roles=("mail",))
    rocky.configuration_applied(there, seconds=1800, roles=ROCKY)
    rocky.administrators_log_in(there, admin=there.person(_ADMIN), a_day=6, roles=ROCKY)
    rocky.application_at_work(there, renderings_a_day=70)
    rocky.database_at_work(there)
    scanning.scanner_logs_in(there, day=3, time="03:20", user="harbourscan")


def _network(there: World) -> None:
    browsing.machines_keep_time(
        there, seconds=1100, pool="nz.pool.ntp.org", roles=("controller", "shop", "balancer", "transfer", "telephony")
    )
    noise.internet_noise(there, a_day=1_700)
    noise.ssh_noise(there, a_day=160, role="transfer")
    clear.windows_asks_in_the_clear(there, seconds=2400)
    clear.sensor_cries(there, a_day=60, cries=_CRIES)
    noise.leases(there, seconds=28_800)
    noise.guests(there, a_day=12, seconds=3600)
    noise.names_that_do_not_exist(
        there, an_hour=3, gone=("wpad", "isatap", "akl-print", "intranet", "chc-old", "_ldap._tcp.chc")
    )
    noise.mail_server_asks(there, a_day=340)
    noise.vulnerability_scanner(
        there, day=3, time="02:15", agent="Mozilla/5.0 (compatible; HarbourScan/6.2)", tried=_TRIED, guessed="shop"
    )
    noise.printers(there, a_day=8, maker="connect.inkwell-print.example")
    servers.monitoring(there, seconds=900, ports=_WATCHED)
    telephony.telephones_register(there, seconds=1800)
    telephony.calls(there, a_day=280)
