"""An address stands for the device that had it, and the inventory says who joins nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from watchfloor.app.analyze import Request, analyze
from watchfloor.core.settings import Settings

RULES = """
title: First page
level: high
logsource: {category: webserver}
detection: {sel: {cs-uri-stem: /first}, condition: sel}
---
title: Second page
level: high
logsource: {category: webserver}
detection: {sel: {cs-uri-stem: /second}, condition: sel}
"""
WEB = '10.2.0.50 - - [02/Mar/2026:{hour}:30:00 +0000] "GET /{page} HTTP/1.1" 200 10 "-" "curl/8"\n'
DHCP = (
    "2026-03-02T08:00:00+00:00 dhcp1 dhcpd[7]: DHCPACK on 10.2.0.50 to 00:00:5e:00:53:01 (pc-one) via eth0\n"
    "2026-03-02T09:45:00+00:00 dhcp1 dhcpd[7]: DHCPRELEASE of 10.2.0.50 from 00:00:5e:00:53:01 (pc-one) via eth0\n"
    "2026-03-02T11:00:00+00:00 dhcp1 dhcpd[7]: DHCPACK on 10.2.0.50 to 00:00:5e:00:53:02 (pc-two) via eth0\n"
)


def _incidents(folder: Path, **files: str) -> list[dict[str, Any]]:
    folder.mkdir()
    rules = folder / "rules"
    rules.mkdir()
    (rules / "rule.yml").write_text(RULES)
    logs = folder / "logs"
    logs.mkdir()
    for name, text in files.items():
        if name == "inventory":
            (folder / "inventory.yml").write_text(text)
        else:
            (logs / f"{name}.log").write_text(text)
    inventory = folder / "inventory.yml"
    request = Request(
        [str(logs)],
        (rules,),
        folder / "home",
        whole_incidents=True,
        inventory=inventory if inventory.exists() else None,
    )
    return analyze(request, Settings(cache_dir=folder / "cache")).incidents


WEB_OF_TWO_HOURS = WEB.format(page="first", hour="09") + WEB.format(page="second", hour="11")


def test_what_one_address_did_belongs_together(tmp_path: Path) -> None:
    (incident,) = _incidents(tmp_path / "a", web=WEB_OF_TWO_HOURS)
    assert incident["alerts"] == 2


def test_leases_tell_two_devices_of_one_address_apart(tmp_path: Path) -> None:
    found = _incidents(tmp_path / "a", web=WEB_OF_TWO_HOURS, dhcp=DHCP)
    assert [each["alerts"] for each in found] == [1, 1]


def test_a_nat_address_joins_nothing_by_itself(tmp_path: Path) -> None:
    inventory = "networks:\n  - {cidr: 10.2.0.0/24, zone: carrier, roles: [nat]}\n"
    found = _incidents(tmp_path / "a", web=WEB_OF_TWO_HOURS, inventory=inventory)
    assert [each["alerts"] for each in found] == [1, 1]
