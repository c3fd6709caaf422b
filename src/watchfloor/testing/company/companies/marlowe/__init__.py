"""Marlowe carries freight in New Zealand: 57 people, an office in Auckland, a depot in Christchurch, trucks, a tracking portal.

It runs Exim and Dovecot with Roundcube, HAProxy before Apache and Tomcat, IIS, DNS and DHCP of Windows Server, a ProxySG,
a Cisco ASA with AnyConnect, Snort and Zeek, Rocky Linux servers with auditd, Windows with Sysmon through Winlogbeat, and Okta
with Google Workspace. Its people use an agent for remote management, a helpdesk in Manila, and telephones over the network.
Its week has the beginning of summer time, and a Saturday morning on which the depot has no power; the clock of the mail
server is 95 seconds behind, nothing comes from the partners' portal for five hours of Wednesday, and what the database
server writes on Tuesday evening arrives hours late.
"""

from __future__ import annotations

from watchfloor.testing.company.attacks.laptop import laptop_to_controller
from watchfloor.testing.company.attacks.plan import Attack
from watchfloor.testing.company.attacks.tracking import tracking_exploited
from watchfloor.testing.company.attacks.turned_away import guessed_by_many, tested_by_contract
from watchfloor.testing.company.attacks.webmail import webmail_taken
from watchfloor.testing.company.companies.marlowe import names
from watchfloor.testing.company.companies.marlowe.network import world
from watchfloor.testing.company.companies.marlowe.papers import inventory, policy
from watchfloor.testing.company.companies.marlowe.times import WEEK, ZONE
from watchfloor.testing.company.companies.marlowe.week import life
from watchfloor.testing.company.companies.plan import Company
from watchfloor.testing.company.world import World


def attacks(there: World) -> list[Attack]:
    """What is planted; the portal and the laptop are attacked at the same time, and both leave by one address."""
    return [
        guessed_by_many(there, day=0, time="23:10", country="BR", addresses=4),
        tested_by_contract(
            there, day=1, time="09:10", outside=names.TESTER_OUTSIDE, inside=names.TESTER_INSIDE, lent="kiri.waitoa"
        ),
        webmail_taken(
            there,
            day=names.STOLEN,
            time="11:05",
            victim="fiona.caldwell",
            colleague=names.COLLEAGUE,
            country="RO",
            drop="f.caldwell.desk@kestrelpost.example",
            lure="shared-papers-marlowe.example",
        ),
        tracking_exploited(
            there,
            day=3,
            time="10:05",
            comes_from="NL",
            stores_in="US",
            page="/preview/pod-stamp.jsp",
            tunnel="relay.quiet-harbour.example",
        ),
        laptop_to_controller(
            there,
            day=names.PASTED,
            time="10:20",
            victim=names.PASTER,
            admin="marcus.oldfield",
            hours=5.5,
            country="FR",
            page="www.kauri-coastholidays.example",
            check="verify-visitor.example",
            control="status.weather-tiles.example",
            template=names.TEMPLATE,
        ),
    ]


COMPANY = Company("marlowe", ZONE, WEEK, world, life, attacks, inventory, policy)
