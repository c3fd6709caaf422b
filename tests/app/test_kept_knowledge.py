"""What a run was given of hosts and of the policy holds for what people change in its home afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attack_day import ATTACK_DAY

from watchfloor.app.analyze import Request, Result, analyze
from watchfloor.app.home import reading, writing
from watchfloor.app.incidents import heads, regroup
from watchfloor.app.knowledge import home_inventory
from watchfloor.app.rules import content
from watchfloor.core.settings import Settings
from watchfloor.policy.policy import read_policy

POLICY = """
maintenance:
  - name: roll-out
    users: [www-data]
    from: 2000-01-01T00:00:00Z
    until: 2100-01-01T00:00:00Z
"""
INVENTORIES = {
    "hosts.yml": "hosts:\n  - {name: dc01.example.com, roles: [server]}\n  - {name: web01, roles: [server]}\n",
    "hosts.csv": "kind,name,roles\nhost,dc01.example.com,server\nhost,web01,server\n",
}


def _run(home: Path, inventory: Path | None, policy: Path | None) -> Result:
    read = read_policy(policy) if policy else None
    request = Request(
        [str(ATTACK_DAY)], (content("rules"),), home, inventory=inventory, policy=read, policy_file=policy
    )
    return analyze(request, Settings())


def _heads(home: Path) -> list[dict[str, Any]]:
    with reading(home) as opened, opened.store.read() as connection:
        return heads(connection)


@pytest.mark.parametrize("name", INVENTORIES)
def test_a_change_by_hand_judges_as_the_run_did(tmp_path: Path, name: str) -> None:
    inventory, policy = tmp_path / name, tmp_path / "given.yml"
    inventory.write_text(INVENTORIES[name], "utf-8")
    policy.write_text(POLICY, "utf-8")
    plain = _run(tmp_path / "plain", None, None)
    result = _run(tmp_path / "home", inventory, policy)
    before = _heads(tmp_path / "home")
    assert result.suppressed
    assert [each["severity"] for each in before] != [each["severity"] for each in plain.incidents]
    inventory.unlink()
    policy.unlink()
    with writing(tmp_path / "home", 64) as home:
        regroup(home, home_inventory(home))
    assert _heads(tmp_path / "home") == before


def test_what_a_home_has_of_its_own_stays_and_the_difference_is_told(tmp_path: Path) -> None:
    home, given = tmp_path / "home", tmp_path / "other.yml"
    home.mkdir()
    own = home / "inventory.yml"
    own.write_text(INVENTORIES["hosts.yml"], "utf-8")
    given.write_text("hosts: []\n", "utf-8")
    (note,) = _run(home, given, None).notes
    assert str(own) in note
    assert own.read_text("utf-8") == INVENTORIES["hosts.yml"]
    assert not _run(home, own, None).notes
