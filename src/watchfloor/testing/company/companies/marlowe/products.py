"""What writes Marlowe Freight's logs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from watchfloor.testing.company.clock import Clock
from watchfloor.testing.company.companies.marlowe import names
from watchfloor.testing.company.companies.marlowe.times import BEHIND, LATE, SILENT, ZONE
from watchfloor.testing.company.logs import Log, Trail, chance
from watchfloor.testing.company.people import Machine
from watchfloor.testing.company.products import iis, proxysg, windows_services
from watchfloor.testing.company.products.cisco import AnyConnect, Asa
from watchfloor.testing.company.products.exim import EximDovecot, Roundcube
from watchfloor.testing.company.products.haproxy import Balanced, Haproxy
from watchfloor.testing.company.products.okta_google import OktaGoogle
from watchfloor.testing.company.products.rocky import RockyLinux
from watchfloor.testing.company.products.sysmon import Sysmon
from watchfloor.testing.company.products.unix import Linux
from watchfloor.testing.company.products.web import AccessLog
from watchfloor.testing.company.products.windows import Windows
from watchfloor.testing.company.products.winlogbeat import Winlogbeat
from watchfloor.testing.company.products.zeek import Sensor, Watched
from watchfloor.testing.company.world import Products

_INSIDE = "172.20."
_INTERFACES = {
    names.PUBLIC["vpn"]: "identity", "172.20.2.": "dmz", "172.20.24.": "guests", "172.20.60.": "outside",
    "172.20.129.": "depot", "172.20.13": "depot", _INSIDE: "inside",
}  # fmt: skip
ROCKY = ("shop", "balancer", "database", "transfer", "backup")
"""Roles of the servers that run Rocky Linux; the mail server is a Debian."""
_PUBLISHED = {"shop": "balancer", "portal": "portal", "mail": "mail", "transfer": "transfer"}
"""Role of a public address -> role of the server behind it."""


def products(seed: int, trail: Trail, machines: Mapping[str, Machine]) -> Products:
    """Everything that has a log."""
    clock, utc = Clock(ZONE), Clock("UTC")

    def own(name: str) -> Random:
        return chance(seed, f"product:{name}")

    collector = Winlogbeat(_windows(trail, utc), domain=names.DOMAIN)
    edge = machines["vpn"].name
    published = {names.PUBLIC[role]: machines[behind].address for role, behind in _PUBLISHED.items()}
    syslog = trail.log(f"{edge}/asa.log", clock)
    sensor = Sensor(
        {stream: trail.log(f"akl-sensor01/{stream}.log", utc) for stream in ("conn", "ssl", "http", "files")},
        trail.log("akl-sensor01/alert_fast.txt", clock),
        own("sensor"),
        _INSIDE,
    )
    wall = Asa(syslog, own("wall"), host=edge, nat=names.NAT, zones=_INTERFACES, published=published)
    mail, webmail = _mail(trail, machines["mail"], own)
    portal = machines["portal"]
    return Products(
        firewall=Watched(wall, sensor, published),
        proxy=proxysg.ProxySg(
            trail.log(f"{machines['proxy'].name}/main.log", utc, header=proxysg.HEADER),
            address=machines["proxy"].address, domain=names.NETBIOS,
        ),
        resolver=windows_services.WindowsDns(_resolvers(trail, clock, machines), own("dns")),
        dhcp=windows_services.WindowsDhcp(
            trail.log(f"{machines['dhcp'].name}/DhcpSrvLog.log", clock, header=windows_services.DHCP_HEADER), own("dhcp"), domain=names.DOMAIN
        ),
        mail=mail,
        webmail=webmail,
        shop=_tracking(trail, clock, machines, own),
        portal=iis.Iis(trail.log(f"{portal.name}/u_ex.log", utc, (SILENT,), header=iis.HEADER), own("portal"), address=portal.address),
        vpn=AnyConnect(syslog, own("vpn"), host=edge, group="GP-STAFF", server=machines["controller"].address),
        ids=sensor,
        cloud=OktaGoogle(trail.log("cloud/okta-system.json", utc), trail.log("cloud/google-drive.json", utc), own("cloud"), domain=names.DOMAIN),
        windows=Windows(collector, own("windows"), netbios=names.NETBIOS, sid=names.SID),
        sysmon=Sysmon(collector, own("sysmon")),
        linux=_linux(trail, machines, own),
    )  # fmt: skip


def _tracking(trail: Trail, clock: Clock, machines: Mapping[str, Machine], own: Callable[[str], Random]) -> Balanced:
    balancer, server = machines["balancer"].name, machines["shop"].name
    front = Haproxy(
        trail.log(f"{balancer}/haproxy.log", clock), own("balancer"), host=balancer, site=f"track.{names.DOMAIN}",
        backend="tracking", server=server,
    )  # fmt: skip
    return Balanced(front, AccessLog(trail.log(f"{server}/httpd-access.log", clock), server, "httpd"))


def _windows(trail: Trail, clock: Clock) -> Callable[[str], Log]:
    def chosen(host: str) -> Log:
        return trail.log(f"windows/{'notebooks' if host.startswith('mf-') else host}.json", clock)

    return chosen


def _resolvers(trail: Trail, clock: Clock, machines: Mapping[str, Machine]) -> Callable[[str], Log]:
    """The depot asks the controller that stands there."""
    near, far = (trail.log(f"{machines[role].name}/dns.log", clock) for role in ("controller", "second_controller"))

    def chosen(client: str) -> Log:
        return far if client.startswith(("172.20.129.", "172.20.13")) else near

    return chosen


def _mail(trail: Trail, machine: Machine, own: Callable[[str], Random]) -> tuple[EximDovecot, Roundcube]:
    host, clock = machine.name, Clock(ZONE, BEHIND)
    mail = EximDovecot(
        trail.log(f"{host}/exim-mainlog", clock), trail.log(f"{host}/dovecot.log", clock), own("mail"),
        host=host, domain=names.DOMAIN, address=machine.address,
    )  # fmt: skip
    web = AccessLog(trail.log(f"{host}/apache-access.log", clock), host, "apache2")
    logins, sendings = (trail.log(f"{host}/roundcube-{name}.log", clock) for name in ("userlogins", "sendmail"))
    return mail, Roundcube(logins, sendings, web, mail, own("webmail"), names.DOMAIN)


def _linux(trail: Trail, machines: Mapping[str, Machine], own: Callable[[str], Random]) -> dict[str, Linux]:
    found: dict[str, Linux] = {}
    for role in (*ROCKY, "mail"):
        host, debian = machines[role].name, role == "mail"
        clock, late = Clock(ZONE, BEHIND if debian else 0), (LATE,) if role == "database" else ()
        files = ("auth.log", "syslog", "audit.log") if debian else ("secure", "messages", "audit.log")
        logs = [trail.log(f"{host}/{name}", clock, late=late) for name in files]
        found[role] = (Linux if debian else RockyLinux)(logs[0], logs[1], logs[2], own(host), host)
    return found
