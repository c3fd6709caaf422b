"""What Brunnhof has written down: its inventory and its policy."""

from __future__ import annotations

from typing import Any

from watchfloor.testing.company.companies import inventory as listed
from watchfloor.testing.company.companies.brunnhof import names
from watchfloor.testing.company.world import World


def inventory(there: World) -> dict[str, Any]:
    """What the company knows of itself."""
    senders = ["newsletter", f"newsletter@{names.DOMAIN}"]
    return listed.inventory(
        there,
        gateways=[{"name": "fw01", "addresses": ["10.20.0.1", there.names.nat], "roles": ["nat"]}],
        zones=names.ZONES,
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
                "networks": [names.TESTER_OUTSIDE, names.TESTER_INSIDE],
                "zone": names.ZONE,
                "from": "2026-10-22 09:00",
                "until": "2026-10-22 17:00",
            }
        ],
    }
