"""What people of one name do, and what services do everywhere, does not belong together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from watchfloor.app.analyze import Request, analyze
from watchfloor.core.settings import Settings

RULES = """
title: Log cleared
level: high
logsource: {product: windows, service: security}
detection: {sel: {EventID: 1102}, condition: sel}
---
title: Command by sudo
level: high
logsource: {product: linux, service: sudo}
detection: {keywords: [/bin/true], condition: keywords}
"""
CORRELATION = """
---
title: Many commands
level: high
correlation: {type: event_count, rules: [sudo], group-by: [user.name, host.name], timespan: 1m, condition: {gte: 5}}
"""
SIDS = {"EXAMPLE": "S-1-5-21-1-2-3", "OTHER": "S-1-5-21-9-9-9"}


def _event(minute: int, host: str, **data: str) -> str:
    code, kind = (1102, "user_data") if "SubjectUserName" in data else (4624, "event_data")
    winlog = {"channel": "Security", "event_id": code, "computer_name": host, "record_id": minute, kind: data}
    winlog["provider_name"] = "Microsoft-Windows-Eventlog" if code == 1102 else "Microsoft-Windows-Security-Auditing"
    return json.dumps({"@timestamp": f"2026-11-25T09:{minute:02}:00Z", "winlog": winlog}) + "\n"


def _cleared(minute: int, host: str, domain: str, name: str, number: int) -> str:
    """The account logs on, then clears the log."""
    sid = f"{SIDS[domain]}-{number}"
    on = {"TargetUserName": name, "TargetDomainName": domain, "TargetUserSid": sid, "LogonType": "3"}
    off = {"SubjectUserName": name, "SubjectDomainName": domain, "SubjectUserSid": sid, "SubjectLogonId": f"0x{minute}"}
    return _event(minute, host, **on) + _event(minute, host, **off)


def _incidents(folder: Path, log: str, inventory: str = "", rules: str = RULES) -> list[dict[str, Any]]:
    (folder / "rules").mkdir()
    (folder / "rules/rule.yml").write_text(rules)
    (folder / "logs").mkdir()
    (folder / "logs/the.log").write_text(log)
    (folder / "inventory.yml").write_text(inventory)
    request = Request(
        [str(folder / "logs")],
        (folder / "rules",),
        folder / "home",
        whole_incidents=True,
        inventory=folder / "inventory.yml",
    )
    return analyze(request, Settings(cache_dir=folder / "cache")).incidents


def test_people_of_one_name_in_two_domains_are_two(tmp_path: Path) -> None:
    log = _cleared(1, "ws1", "EXAMPLE", "anna", 1104) + _cleared(20, "ws9", "OTHER", "anna", 1104)
    assert [each["alerts"] for each in _incidents(tmp_path, log)] == [1, 1]


@pytest.mark.parametrize(("account", "counts"), [("root", [1, 1]), ("anna", [2])])
def test_accounts_that_every_system_has_are_their_hosts_own(tmp_path: Path, account: str, counts: list[int]) -> None:
    line = "2026-11-25T09:{minute}:00+00:00 {host} sudo: {name} : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/true\n"
    log = "".join(line.format(minute=minute, host=f"web{minute}", name=account) for minute in (10, 20))
    assert [each["alerts"] for each in _incidents(tmp_path, log)] == counts


def test_one_person_on_two_machines_is_one(tmp_path: Path) -> None:
    log = _cleared(1, "ws1", "EXAMPLE", "anna", 1104) + _cleared(20, "ws9", "EXAMPLE", "Anna", 1104)
    assert [each["alerts"] for each in _incidents(tmp_path, log)] == [2]


@pytest.mark.parametrize("account", ["svc_backup", "EXAMPLE\\svc_backup", "S-1-5-21-1-2-3-1200"])
@pytest.mark.parametrize(("role", "counts"), [("service_account", [1, 1]), ("backup", [1, 1]), ("server", [2])])
def test_a_service_account_joins_nothing_by_itself(tmp_path: Path, account: str, role: str, counts: list[int]) -> None:
    log = _cleared(1, "ws1", "EXAMPLE", "svc_backup", 1200) + _cleared(20, "ws9", "EXAMPLE", "svc_backup", 1200)
    inventory = f"people:\n  - {{name: Nightly backup, accounts: '{account}', roles: {role}}}\n"
    assert [each["alerts"] for each in _incidents(tmp_path, log, inventory)] == counts


def test_an_incident_names_people_with_their_accounts(tmp_path: Path) -> None:
    log = _cleared(1, "ws1", "EXAMPLE", "anna", 1104)
    inventory = "people:\n  - {name: Anna, accounts: anna@other.com}\n  - {name: B, accounts: 'EXAMPLE\\anna'}\n"
    (incident,) = _incidents(tmp_path, log, inventory)
    (user,) = [each for each in incident["entities"] if each["kind"] == "user"]
    assert (user["value"], user["known_as"]) == ("b", ["example\\anna"])
    assert "user b (example\\anna)" in incident["summary"]


def test_an_incident_names_what_a_correlation_alone_is_about(tmp_path: Path) -> None:
    line = "2026-11-25T09:00:{second:02}+00:00 web1 sudo: anna : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/true\n"
    rules = RULES.replace("title: Command by sudo\nlevel: high", "title: Command by sudo\nname: sudo\nlevel: low")
    log = "".join(line.format(second=second) for second in range(5))
    (incident,) = _incidents(tmp_path, log, rules=rules + CORRELATION)
    named = [(each["kind"], each["value"]) for each in incident["entities"]]
    assert named == [("host", "web1"), ("user", "anna"), ("user", "web1\\root")], "root by the records alone"
