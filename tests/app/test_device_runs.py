"""Devices from end to end: alerts and commands name who had an address, whatever comes late or is read twice."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from watchfloor.app.analyze import Request, analyze
from watchfloor.app.home import reading
from watchfloor.core.settings import Settings
from watchfloor.store.asset_tables import account_fact, lease_observation

NOW = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
RULE = """
title: Page
level: high
logsource: {category: webserver}
detection: {sel: {cs-uri-stem: /page}, condition: sel}
"""
WEB = [
    f'10.2.0.50 - - [25/Nov/2026:{clock}:00 +0000] "GET /page HTTP/1.1" 200 10 "-" "curl/8"'
    for clock in ("09:30", "10:30", "11:30")
]
DHCP = [
    "2026-11-25T09:00:00+00:00 dhcp1 dhcpd[7]: DHCPACK on 10.2.0.50 to 00:00:5e:00:53:01 (pc-one) via eth0",
    "2026-11-25T10:00:00+00:00 dhcp1 dhcpd[7]: DHCPRELEASE of 10.2.0.50 from 00:00:5e:00:53:01 (pc-one) via eth0",
    "2026-11-25T11:00:00+00:00 dhcp1 dhcpd[7]: DHCPACK on 10.2.0.50 to 00:00:5e:00:53:02 (pc-two) via eth0",
    "2026-11-25T11:00:01+00:00 web01 useradd[7]: new user: name=alma, UID=1001, GID=1001, home=/home/a, shell=/bin/sh",
]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "rule.yml").write_text(RULE)
    for name, lines in (("web.log", WEB), ("dhcp.log", DHCP)):
        (tmp_path / name).write_text("\n".join(lines) + "\n")
    return tmp_path


def run(place: Path, home: str, *names: str, batch_size: int = 50_000, jobs: int = 1) -> list[dict[str, Any]]:
    request = Request([str(place / name) for name in names], [place / "rules"], home=place / home, now=NOW, jobs=jobs)
    return analyze(request, Settings(cache_dir=place / "cache", batch_size=batch_size)).alerts


def kept(place: Path, home: str) -> list[tuple[Any, ...]]:
    with reading(place / home) as opened, opened.store.read() as connection:
        tables = (lease_observation, account_fact)
        return sorted(tuple(map(str, row)) for table in tables for row in connection.execute(sa.select(table)))


def test_an_alert_names_the_device_of_its_time(place: Path) -> None:
    (alert,) = run(place, "home", "dhcp.log", "web.log")
    (entity,) = [entity for entity in alert["entities"] if entity["kind"] == "ip"]
    assert entity["device"]["hostname"] == "pc-one"
    assert entity["device"]["mac"] == "00-00-5E-00-53-01"
    assert entity["device"]["since"] == "2026-11-25T09:00:00Z"
    assert [later["hostname"] for later in entity["later_devices"]] == ["pc-two"]


def test_many_events_of_one_device_do_not_hide_the_next_one(place: Path) -> None:
    lines = [WEB[0].replace("09:30:00", f"09:30:{second:02}") for second in range(60)] * 3
    (place / "web.log").write_text("\n".join([*lines, WEB[2]]) + "\n")
    (alert,) = run(place, "home", "dhcp.log", "web.log")
    (entity,) = [entity for entity in alert["entities"] if entity["kind"] == "ip"]
    assert [later["hostname"] for later in entity["later_devices"]] == ["pc-two"]


def test_the_screen_names_devices_or_says_why_it_does_not(place: Path) -> None:
    (alert,) = run(place, "home", "dhcp.log", "web.log")

    def screen(home: str, *words: str) -> str:
        program = [
            sys.executable,
            "-c",
            "from watchfloor.cli.main import main; main()",
            *words,
            "--home",
            str(place / home),
        ]
        wide = {**os.environ, "COLUMNS": "200"}
        return subprocess.run(program, capture_output=True, text=True, check=True, env=wide).stdout

    shown = screen("home", "alerts", "show", alert["id"])
    lease = "from 2026-11-25 09:00 to 2026-11-25 10:00, lease time by default"
    assert f"10.2.0.50: pc-one 00-00-5E-00-53-01, {lease}" in shown
    assert "10.2.0.50 later: pc-two 00-00-5E-00-53-02, from 2026-11-25 11:00" in shown
    incident = json.loads(screen("home", "incidents", "list", "--json"))["id"]
    assert "10.2.0.50 (pc-one)" in screen("home", "incidents", "show", incident)
    (place / "dhcp.log").write_text(DHCP[2] + "\n")
    run(place, "late", "dhcp.log", "web.log")
    shown = screen("late", "alerts", "show", alert["id"])
    assert "10.2.0.50: device unknown, no lease at that time" in shown


def test_leases_may_come_after_the_events(place: Path) -> None:
    at_once = run(place, "one", "dhcp.log", "web.log")
    (before,) = run(place, "two", "web.log")
    assert not any("device" in entity for entity in before["entities"])
    run(place, "two", "dhcp.log")
    again = run(place, "two", "web.log")
    assert [alert["entities"] for alert in again] == [alert["entities"] for alert in at_once]


LEASES = {
    "dhcpd.leases": """# The format of this file is documented in the dhcpd.leases(5) manual page.
lease 10.2.0.50 {
  starts 3 2026/11/25 09:00:00;
  ends 3 2026/11/25 21:00:00;
  binding state active;
  hardware ethernet 00:00:5e:00:53:01;
  client-hostname "pc-one";
}
lease 10.2.0.50 {
  starts 3 2026/11/25 09:00:00;
  ends 3 2026/11/25 10:00:00;
  binding state free;
  hardware ethernet 00:00:5e:00:53:01;
}
lease 10.2.0.50 {
  starts 3 2026/11/25 11:00:00;
  ends 3 2026/11/25 23:00:00;
  binding state active;
  hardware ethernet 00:00:5e:00:53:02;
  client-hostname "pc-two";
}
""",
    "kea-leases4.csv": """address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state
10.2.0.50,00:00:5e:00:53:01,,3600,1795600800,1,0,0,pc-one,0
10.2.0.50,00:00:5e:00:53:01,,3600,1795600800,1,0,0,,2
10.2.0.50,00:00:5e:00:53:02,,43200,1795647600,1,0,0,pc-two,0
10.2.0.50,00:00:5e:00:53:02,,0,1795604400,1,0,0,pc-two,0
""",
}


@pytest.mark.parametrize("name", LEASES)
def test_lease_files_tell_who_had_an_address(place: Path, name: str) -> None:
    (place / name).write_text(LEASES[name])
    run(place, "home", name)
    moments = ("09:30", "10:30", "11:30")
    found = [told("10.2.0.50", "--at", f"2026-11-25T{at}:00", "--home", str(place / "home")) for at in moments]
    assert [(one["hostname"], one["mac"]) for (one,) in found] == [
        ("pc-one", "00-00-5E-00-53-01"),
        (None, None),
        ("pc-two", "00-00-5E-00-53-02"),
    ]
    assert found[0][0]["until"] == "2026-11-25T10:00:00Z"


def test_the_length_of_a_lease_file_holds_where_the_log_tells_none(place: Path) -> None:
    (place / "kea-leases4.csv").write_text("\n".join(LEASES["kea-leases4.csv"].splitlines()[:2]) + "\n")
    (place / "dhcp.log").write_text(DHCP[0].replace("09:00:00", "09:00:00.4") + "\n")
    run(place, "home", "kea-leases4.csv", "dhcp.log")
    (one,) = told("10.2.0.50", "--at", "2026-11-25T09:30:00", "--home", str(place / "home"))
    assert (one["until"], one["basis"]) == ("2026-11-25T10:00:00Z", "lease time logged")


@pytest.mark.parametrize(("batch_size", "jobs"), [(1, 1), (2, 2)])
def test_batches_and_second_runs_change_nothing(place: Path, batch_size: int, jobs: int) -> None:
    whole = run(place, "one", "dhcp.log", "web.log")
    cut = run(place, "two", "web.log", "dhcp.log", batch_size=batch_size, jobs=jobs)
    assert [alert["entities"] for alert in cut] == [alert["entities"] for alert in whole]
    assert kept(place, "two") == kept(place, "one")
    run(place, "two", "dhcp.log", "web.log")
    assert kept(place, "two") == kept(place, "one")


def device(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = (sys.executable, "-c", "from watchfloor.cli.main import main; main()", "assets", "device", *arguments)
    return subprocess.run(program, capture_output=True, text=True, check=False)


def told(*arguments: str) -> list[dict[str, Any]]:
    result = device(*arguments, "--json")
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_command_tells_who_had_an_address(place: Path) -> None:
    run(place, "home", "dhcp.log", "web.log")
    home = str(place / "home")
    (row,) = told("10.2.0.50", "--at", "2026-11-25T11:30:00", "--home", home)
    assert (row["hostname"], row["mac"]) == ("pc-two", "00-00-5E-00-53-02")
    (gap,) = told("10.2.0.50", "--at", "2026-11-25T10:30:00", "--home", home)
    assert (gap["hostname"], gap["basis"]) == (None, "no lease at that time")
    history = told("10.2.0.50", "--history", "--home", home)
    assert [row["hostname"] for row in history] == ["pc-one", "pc-two"]
    screen = device("10.2.0.50", "--history", "--home", home).stdout
    assert "pc-two" in screen
    assert "MAC address" in screen
    assert "no address that a device can have" in device("ten", "--home", home).stderr
