"""Brunnhof makes furniture in Graz: 38 people, a web shop, mail of its own, one Windows domain.

It runs Postfix and Dovecot, nginx and Apache, unbound, ISC dhcpd, Squid, OpenVPN, a FortiGate, Suricata, Debian servers with
auditd, Windows with Sysmon through NXLog, and Microsoft 365 for meetings and files. Its week has the end of summer time
and a holiday in it; the clock of one server is 47 seconds ahead, and nothing comes from the file server for six hours
of Saturday.
"""

from __future__ import annotations

from watchfloor.testing.company.attacks.mailbox import mailbox_taken
from watchfloor.testing.company.attacks.plan import Attack
from watchfloor.testing.company.attacks.shop import shop_exploited
from watchfloor.testing.company.attacks.unsuccessful import failed_attack, penetration_test
from watchfloor.testing.company.attacks.workstation import workstation_to_controller
from watchfloor.testing.company.companies.brunnhof import names
from watchfloor.testing.company.companies.brunnhof.network import world
from watchfloor.testing.company.companies.brunnhof.papers import inventory, policy
from watchfloor.testing.company.companies.brunnhof.week import life
from watchfloor.testing.company.companies.plan import Company
from watchfloor.testing.company.world import World


def attacks(there: World) -> list[Attack]:
    """What is planted; the shop and the workstation are attacked at the same time, and both leave by one address."""
    return [
        failed_attack(there, day=0, time="22:05"),
        penetration_test(there, day=1, time="09:30", outside=names.TESTER_OUTSIDE, inside=names.TESTER_INSIDE),
        mailbox_taken(
            there,
            day=names.STOLEN,
            time="11:10",
            victim="m.leitner",
            colleague=names.COLLEAGUE,
            country="NG",
            mails=160,
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
            day=names.READ,
            time="09:20",
            victim=names.READER,
            admin="m.brandl",
            hours=5,
            site="www.moebel-trends.example",
            file="Katalog_2026-10.js",
            control="cdn-telemetrie.example",
        ),
    ]


COMPANY = Company("brunnhof", names.ZONE, names.WEEK, world, life, attacks, inventory, policy)
