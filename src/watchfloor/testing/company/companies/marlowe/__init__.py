"""Marlowe carries freight in New Zealand: 57 people, an office in Auckland, a depot in Christchurch, trucks, a tracking portal.

It runs Exim and Dovecot with Roundcube, HAProxy before Apache and Tomcat, IIS, DNS and DHCP of Windows Server, a ProxySG,
a Cisco ASA with AnyConnect, Snort and Zeek, Rocky Linux servers with auditd, Windows with Sysmon through Winlogbeat, and Okta
with Google Workspace. Its people use an agent for remote management, a helpdesk in Manila, and telephones over the network.
Its week has the beginning of summer time, and a Saturday morning on which the depot has no power; the clock of the mail
server is 95 seconds behind, nothing comes from the partners' portal for five hours of Wednesday, and what the database
server writes on Tuesday evening arrives hours late.
"""

from __future__ import annotations

from watchfloor.testing.company.attacks.plan import Attack, Plan
from watchfloor.testing.company.companies.marlowe.network import WEEK, ZONE, world
from watchfloor.testing.company.companies.marlowe.papers import inventory, policy
from watchfloor.testing.company.companies.marlowe.week import life
from watchfloor.testing.company.companies.plan import Company
from watchfloor.testing.company.world import World


def attacks(there: World) -> list[Attack]:
    """What is planted."""
    plans: tuple[Plan, ...] = ()
    return [plan(there) for plan in plans]


COMPANY = Company("marlowe", ZONE, WEEK, world, life, attacks, inventory, policy)
