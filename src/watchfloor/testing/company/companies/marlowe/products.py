"""What writes Marlowe Freight's logs."""

from __future__ import annotations

from random import Random

from watchfloor.testing.company.clock import Clock
from watchfloor.testing.company.companies.marlowe import names
from watchfloor.testing.company.logs import Log, Trail, chance
from watchfloor.testing.company.people import Machine
from watchfloor.testing.company.products.mail import MailServer
from watchfloor.testing.company.products.microsoft_cloud import MicrosoftCloud
from watchfloor.testing.company.products.network import FortiGate, IscDhcp, OpenVpn, Squid, Unbound
from watchfloor.testing.company.products.nxlog import Nxlog
from watchfloor.testing.company.products.suricata import Suricata
from watchfloor.testing.company.products.sysmon import Sysmon
from watchfloor.testing.company.products.unix import Linux
from watchfloor.testing.company.products.web import AccessLog
from watchfloor.testing.company.products.windows import Windows
from watchfloor.testing.company.world import Products


def products(seed: int, trail: Trail, machines: dict[str, Machine]) -> Products:
    """Stand-ins."""
    clock, utc = Clock("Pacific/Auckland"), Clock("UTC")

    def own(name: str) -> Random:
        return chance(seed, f"product:{name}")

    def log_of(host: str) -> Log:
        name = "workstations" if host.startswith("mf-") else host
        return trail.log(f"windows/{name}.json", clock)

    nxlog = Nxlog(log_of, domain=names.DOMAIN)
    linux = {}
    for role in ("shop", "mail", "balancer", "database", "transfer", "backup"):
        host = machines[role].name
        logs = [trail.log(f"{host}/{name}", clock) for name in ("auth.log", "syslog", "audit.log")]
        linux[role] = Linux(logs[0], logs[1], logs[2], own(host), host)
    return Products(
        firewall=FortiGate(
            trail.log("fw01/traffic.log", clock),
            own("fw"),
            name="fw01",
            serial="FGT60FTK21004711",
            nat="203.0.113.2",
            zones={"172.20.": "x"},
        ),
        proxy=Squid(trail.log("proxy01/squid-access.log", utc)),
        resolver=Unbound(trail.log("ns01/unbound.log", clock), "ns01"),
        dhcp=IscDhcp(trail.log("ns01/dhcpd.log", utc), "ns01", "10.20.0.53"),
        mail=MailServer(
            trail.log("mail01/mail.log", clock), own("mail"), host="mail01", domain=names.DOMAIN, address="10.20.5.25"
        ),
        shop=AccessLog(trail.log("web01/nginx-access.log", clock), "web01", "nginx"),
        portal=AccessLog(trail.log("web02/apache-access.log", clock), "web02", "apache2"),
        vpn=OpenVpn(trail.log("vpn01/openvpn.log", clock), own("vpn"), "vpn01"),
        ids=Suricata(trail.log("ids01/eve.json", clock), own("ids")),
        cloud=MicrosoftCloud(
            trail.log("cloud/entra-signins.json", utc),
            trail.log("cloud/m365-audit.json", utc),
            own("cloud"),
            domain=names.DOMAIN,
        ),
        windows=Windows(nxlog, own("windows"), netbios=names.NETBIOS, sid=names.SID),
        sysmon=Sysmon(nxlog, own("sysmon")),
        linux=linux,
    )
