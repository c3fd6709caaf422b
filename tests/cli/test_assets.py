"""`watchfloor assets` and `--inventory` as a user runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

INVENTORY = """\
hosts:
  - {name: bastion, addresses: 203.0.113.9, owner: "Ops [bold]", roles: server, until: 2026-03-01}
networks:
  - {cidr: 203.0.113.0/24, zone: edge}
people:
  - {name: Root, accounts: root}
"""
RULE = """\
title: Login from the edge
id: 6b7a6b0c-6a5b-4a7e-9f66-4b3f60a7a8b1
level: high
logsource: {product: linux, service: sshd}
detection: {here: {source.zone.name: edge, source.asset.name: bastion}, condition: here}
"""
LINE = "{} 10:00:00 web01 sshd[7]: Accepted password for root from 203.0.113.9 port 48805 ssh2\n"


def watchfloor(*arguments: object, home: Path) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from watchfloor.cli.main import main; main()", *map(str, arguments)]
    environment = {**os.environ, "WATCHFLOOR_HOME": str(home)}
    return subprocess.run(program, capture_output=True, text=True, check=False, env=environment)


def test_list_show_and_check(tmp_path: Path) -> None:
    missing = watchfloor("assets", "list", home=tmp_path)
    assert missing.returncode == 2
    assert "no inventory yet" in missing.stderr
    (tmp_path / "inventory.yml").write_text(INVENTORY)
    listed = watchfloor("assets", "list", home=tmp_path)
    assert listed.returncode == 0
    assert "Ops [bold]" in listed.stdout
    assert len(listed.stdout.splitlines()) == 4
    rows = [json.loads(line) for line in watchfloor("assets", "list", "--json", home=tmp_path).stdout.splitlines()]
    assert [row["kind"] for row in rows] == ["host", "network", "person"]
    assert rows[0]["until"] == "2026-03-01T00:00:00Z"
    shown = watchfloor("assets", "show", "203.0.113.9", "--at", "2026-03-02", "--json", home=tmp_path)
    assert [json.loads(line)["name"] for line in shown.stdout.splitlines()] == ["edge"]
    nobody = watchfloor("assets", "show", "nobody", home=tmp_path)
    assert (nobody.returncode, nobody.stdout) == (1, "")
    assert "assets device" not in nobody.stderr
    assert "assets device" in watchfloor("assets", "show", "10.9.9.9", home=tmp_path).stderr
    checked = watchfloor("assets", "check", tmp_path / "inventory.yml", home=tmp_path)
    assert "1 hosts, 1 networks, 1 people" in checked.stdout
    (tmp_path / "bad.yml").write_text("hosts:\n- name: a\n  addresses: x\n")
    bad = watchfloor("assets", "check", tmp_path / "bad.yml", home=tmp_path)
    assert bad.returncode == 2
    assert "bad.yml:2: not an IP address" in bad.stderr


def test_rules_see_the_inventory_as_of_the_event(tmp_path: Path) -> None:
    (tmp_path / "inventory.yml").write_text(INVENTORY)
    (tmp_path / "rule.yml").write_text(RULE)
    (tmp_path / "auth.log").write_text(LINE.format("Feb 28") + LINE.format("Mar  2"))
    given = ("analyze", tmp_path / "auth.log", "--rules", tmp_path / "rule.yml", "--no-builtin-rules", "--json")
    common = (*given, "--now", "2026-03-03T00:00:00Z")
    os.utime(tmp_path / "auth.log", (1_772_500_000, 1_772_500_000))
    assert watchfloor(*common, home=tmp_path).stdout == ""
    for jobs in (1, 2):
        found = watchfloor(*common, "--inventory", tmp_path / "inventory.yml", "--jobs", jobs, home=tmp_path)
        assert found.returncode == 0, found.stderr
        alerts = [json.loads(line) for line in found.stdout.splitlines()]
        assert [alert["count"] for alert in alerts] == [1]
        assert alerts[0]["timestamp"].startswith("2026-02-28")
    soc = tmp_path / "soc"
    soc.mkdir()
    (soc / "inventory.yml").write_text(INVENTORY)
    assert len(watchfloor(*common, "--home", soc, home=tmp_path).stdout.splitlines()) == 1
    query = ("search", "source.zone.name:edge AND destination.port_service:*", "--home", soc, "--json")
    assert watchfloor(*query, home=tmp_path).returncode == 0
    stored = watchfloor("search", "source.zone.name:edge", "--home", soc, "--json", home=tmp_path)
    assert len(stored.stdout.splitlines()) == 2
    wrong = watchfloor(*common, "--inventory", tmp_path / "none.yml", home=tmp_path)
    assert wrong.returncode == 2
    assert "none.yml: cannot be read" in wrong.stderr
