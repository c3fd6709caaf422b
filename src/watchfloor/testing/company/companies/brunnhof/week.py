"""What goes on at Brunnhof without any attack."""

from __future__ import annotations

from watchfloor.testing.company.companies.brunnhof import names
from watchfloor.testing.company.life import browsing, domain, mail, noise, servers, shop
from watchfloor.testing.company.world import World

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
        there, there.person("n.kogler"), since=names.WEEK.at(1, "09:12"), until=names.WEEK.at(2, "16:40"), seconds=900
    )
    mail.newsletter(
        there,
        at=names.WEEK.at(1, "17:30"),
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
    shop.customers(there, a_day=680, rush=(names.WEEK.at(1, "17:45"), 300))
    shop.search_engines(there, a_day=700, pages="/product/{}")
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
    noise.leases(there, seconds=names.LEASE)
    noise.guests(there, a_day=22, seconds=3600)
    noise.names_that_do_not_exist(there, an_hour=3, gone=("wpad", "isatap", "drucker", "intranet2", "fs-alt"))
    noise.mail_server_asks(there, a_day=700)
    noise.vulnerability_scanner(
        there, day=4, time="04:10", agent="Mozilla/5.0 [en] (X11, U; VulnScan 22.4)", tried=_TRIED, guessed="shop"
    )
    noise.printers(there, a_day=6, maker="eprintcenter.druckwerk.example")
    servers.jobs(there, roles=tuple(there.products.linux))
    servers.administrators(there, admin=admin, a_day=5, commands=_COMMANDS)
    servers.configuration_management(there, seconds=7200)
    servers.monitoring(there, seconds=600, ports=_WATCHED)
    servers.work_from_home(there, share=0.2)
    servers.traveller(there, there.person("j.pichler"), first=0, last=3, country="IT")
