"""What Marlowe Freight has written down: its inventory and its policy."""

from __future__ import annotations

from typing import Any

from watchfloor.testing.company.companies import inventory as listed
from watchfloor.testing.company.companies.marlowe import names
from watchfloor.testing.company.companies.marlowe.times import ZONE
from watchfloor.testing.company.world import World

_TEST = ("2026-09-22 08:30", "2026-09-22 17:30")
"""When testers are announced."""


def inventory(there: World) -> dict[str, Any]:
    """What the company knows of itself."""
    senders = ["rates", f"rates@{names.DOMAIN}"]
    return listed.inventory(
        there,
        gateways=[{"name": "akl-edge01", "addresses": [names.NAT], "roles": ["nat"]}],
        zones=names.ZONES,
        copies=there.names.services["audit"],
        programs=[
            {"name": "Notices of rates", "accounts": senders, "roles": ["service_account"]},
            {"name": "HarbourScan on Linux", "accounts": ["harbourscan"], "roles": ["service_account"]},
        ],
    )


def policy(there: World) -> dict[str, Any]:
    """What is a violation in it."""
    server, services = there.server, there.names.services
    return {
        "allowed_countries": ["NZ", "AU", "PH"],
        "resolvers": [server("controller").address, server("second_controller").address],
        "mail_relays": [server("mail").address],
        "dhcp_servers": [server("dhcp").address],
        "remote_tools": ["TidewaterConnect.exe"],
        "file_sharing_sites": ["drive.google.com", "docs.google.com"],
        "confidential_names": ["*payroll*", "*rate-card*confidential*"],
        "service_accounts": {
            services["backup"].name: [each.name for each in there.machines if "server" in each.roles],
            services["sync"].name: [server("sync").name, server("controller").name],
            services["erp"].name: [server("application").name, server("database").name],
            services["audit"].name: [server("management").name, server("controller").name],
            services["scan"].name: [each.name for each in there.machines if "server" in each.roles],
        },
        "vpn_networks": [there.names.public["vpn"], "172.20.60.0/24"],
        "scanners": [server("scanner").address],
        "maintenance": [
            {
                "name": "penetration test, statement of work 2026-09",
                "networks": [names.TESTER_OUTSIDE, names.TESTER_INSIDE],
                "zone": ZONE,
                "from": _TEST[0],
                "until": _TEST[1],
            }
        ],
    }
