"""`watchfloor policy` as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from watchfloor.app.rules import content

SAMPLES = content("rules") / "network" / "dns_past_the_resolvers.samples"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    done = watchfloor(tmp_path, "analyze", str(SAMPLES / "fires.log"), str(SAMPLES / "holds.log"), "--home", "home")
    assert done.returncode == 0, done.stderr
    assert "blind: policy.yml names no allowed countries" in " ".join(done.stdout.split())
    return tmp_path / "home"


def watchfloor(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from watchfloor.cli.main import main; main()", *arguments]
    environment = os.environ | {"WATCHFLOOR_CACHE_DIR": str(place / "cache"), "COLUMNS": "200"}
    return subprocess.run(program, capture_output=True, text=True, check=False, cwd=place, env=environment)


def test_preview_then_put_into_force(home: Path) -> None:
    place = home.parent
    draft = place / "draft.yml"
    draft.write_text("resolvers: [10.0.0.53, 9.9.9.9, 2620:fe::/48]\n", "utf-8")
    shown = watchfloor(place, "policy", "preview", "draft.yml", "--home", "home")
    assert shown.returncode == 0, shown.stderr
    assert "DNS past the company's resolvers" in shown.stdout
    assert "0 alerts become 2: 2 new, 0 spared" in shown.stdout
    as_json = watchfloor(place, "policy", "preview", "draft.yml", "--home", "home", "--json")
    (change,) = map(json.loads, as_json.stdout.splitlines())
    assert (change["new"], change["vanished"], len(change["raised"])) == (2, 0, 2)
    draft.rename(home / "policy.yml")
    again = watchfloor(place, "analyze", str(SAMPLES / "fires.log"), "--home", "home", "--json")
    titles = [json.loads(line)["rule"]["title"] for line in again.stdout.splitlines()]
    assert titles == ["DNS past the company's resolvers"] * 2


def test_show_and_check(home: Path) -> None:
    place = home.parent
    shown = watchfloor(place, "policy", "show", "--home", "home")
    assert "no policy: nothing is said" in shown.stdout
    assert "blind, because policy.yml names no resolvers" in shown.stdout
    (home / "policy.yml").write_text("resolvers: [10.0.0.53]\nmaintenance: []\n", "utf-8")
    shown = watchfloor(place, "policy", "show", "--home", "home")
    assert "10.0.0.53/32" in shown.stdout
    assert "names no resolvers" not in shown.stdout
    found = json.loads(watchfloor(place, "policy", "show", "--home", "home", "--json").stdout)
    assert found["policy"]["resolvers"] == ["10.0.0.53/32"]
    assert {"resolvers"}.isdisjoint(name for rule in found["blind"] for name in rule["lists"])
    (place / "bad.yml").write_text("resolvers:\n- \x1b[2J\n", "utf-8")
    refused = watchfloor(place, "policy", "check", "bad.yml")
    assert refused.returncode == 2
    assert refused.stderr == "watchfloor: bad.yml:2: not YAML: control character U+001B\n"
    (place / "bad.yml").write_text('remote_tools:\n- "\\e[2J"\n', "utf-8")
    refused = watchfloor(place, "policy", "check", "bad.yml")
    assert refused.stderr.startswith("watchfloor: bad.yml:2: remote_tools.0: it has characters that cannot be printed")
    (place / "bad.yml").write_text("resolvers: [x]\nmail_relays: [y]\n", "utf-8")
    refused = watchfloor(place, "policy", "check", "bad.yml")
    assert [line[:25] for line in refused.stderr.splitlines()] == [
        f"watchfloor: bad.yml:{n}: {c}" for n, c in ((1, "re"), (2, "ma"))
    ]
    assert watchfloor(place, "policy", "check", "home/policy.yml").returncode == 0


def test_rules_say_that_they_are_blind(tmp_path: Path) -> None:
    (tmp_path / "policy.yml").write_text("resolvers: [10.0.0.53]\n", "utf-8")
    listed = watchfloor(tmp_path, "rules", "list", "--json", "--policy", "policy.yml")
    blind = {found["title"]: found["blind"] for found in map(json.loads, listed.stdout.splitlines())}
    assert blind["DNS past the company's resolvers"] == []
    assert blind["Remote control tool that is not allowed"] == ["remote_tools"]
    shown = watchfloor(tmp_path, "rules", "show", "Remote control tool that is not allowed", "--policy", "policy.yml")
    assert "blind, because policy.yml names no remote tools" in shown.stdout


def test_an_exception_is_shown_then_made_then_applied(home: Path) -> None:
    place = home.parent
    (home / "policy.yml").write_text("resolvers: [10.0.0.53, 9.9.9.9, '2620:fe::/48']\n", "utf-8")
    title = "DNS past the company's resolvers"
    answer = ("--until", "2999-01-01", "--owner", "anna", "--reason", "a: [lab]", "--by", "bert", "--home", "home")
    command = ("rules", "exception", title, "--field", "source.ip", "--value", "10.1.2.3", *answer)
    shown = watchfloor(place, *command, "--preview")
    assert shown.returncode == 0, shown.stderr
    assert f"it would leave out 1 of 2 alerts of {title}" in shown.stdout
    assert not (home / "exceptions").exists()
    made = json.loads(watchfloor(place, *command, "--json").stdout)
    assert made["changes"][0]["vanished"] == 1
    (listed,) = watchfloor(place, "rules", "exceptions", "--home", "home", "--json").stdout.splitlines()
    found = json.loads(listed)
    assert (found["id"], found["state"], found["reason"]) == (made["id"], "active", "a: [lab]")
    assert "source.ip = 10.1.2.3" in watchfloor(place, "rules", "exceptions", "--home", "home").stdout
    again = watchfloor(place, "analyze", str(SAMPLES / "fires.log"), "--home", "home", "--json")
    (left,) = map(json.loads, again.stdout.splitlines())
    assert {entity["value"] for entity in left["entities"]} == {"2001:db8::3"}
    assert again.stderr == ""
    over = watchfloor(place, *command, "--until", "2020-01-01")
    assert (over.returncode, over.stdout) == (2, "")
    assert "in the past" in over.stderr
    uneven = watchfloor(place, *command, "--field", "host.name")
    assert "2 fields and 1 values" in uneven.stderr


GUESSING = """
title: Failed log-in
name: failed
id: 10000000-0000-4000-8000-000000000001
logsource: {product: linux, service: sshd}
detection: {sel: {event.action: ssh_login, event.outcome: failure}, condition: sel}
---
title: Many failed log-ins
level: medium
correlation:
  {type: event_count, rules: [failed], group-by: [source.ip], timespan: 5m, condition: {gte: 3}, generate: true}
"""


def test_what_an_exception_takes_back_is_named_before_and_told_afterwards(tmp_path: Path) -> None:
    line = "2026-11-25T10:00:0{}Z web1 sshd[7]: Failed password for ann from 192.0.2.{} port 40000 ssh2\n"
    (tmp_path / "auth.log").write_text("".join(line.format(n, host) for n in range(3) for host in (7, 8)), "utf-8")
    (tmp_path / "later.log").write_text("nothing\n", "utf-8")
    (tmp_path / "rules.yml").write_text(GUESSING, "utf-8")
    own = ("--no-builtin-rules", "--rules", "rules.yml", "--home", "home")
    first = watchfloor(tmp_path, "analyze", "auth.log", *own)
    assert "2 rules" in first.stdout, first.stderr
    assert "learnt" not in first.stdout
    answer = ("--until", "2999-01-01", "--owner", "anna", "--reason", "lab", "--by", "bert")
    command = ("rules", "exception", "failed", "--field", "source.ip", "--value", "192.0.2.7", *answer, *own)
    anew = "lets these learn anew from the stored events, and takes back what they would not raise: Many failed log-ins"
    shown = watchfloor(tmp_path, *command, "--preview")
    assert anew in shown.stdout, shown.stderr
    assert "it would leave out 1 of 2 alerts of Many failed log-ins" in shown.stdout
    made = watchfloor(tmp_path, *command)
    assert "the rule's alerts that are stored stay" in made.stdout
    assert anew in made.stdout
    told = watchfloor(tmp_path, "analyze", "later.log", *own).stdout
    assert "1 correlation, new or changed, learnt from 6 stored events: Many failed log-ins" in told
    assert "about the past they raise 0 more alerts and take back 1 (watchfloor alerts list --home home)" in told
    assert "learnt" not in watchfloor(tmp_path, "analyze", "later.log", *own).stdout
    ended = watchfloor(tmp_path, "rules", "end-exception", made.stdout.split("exceptions/")[1][:8], *own[3:])
    assert "is gone" in ended.stdout, ended.stderr
    told = watchfloor(tmp_path, "analyze", "later.log", *own).stdout
    assert "about the past they raise 1 more alert and take back 0" in told
