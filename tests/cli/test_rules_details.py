"""`rules show` and `rules explain` as a user runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SSHD = "Mar  1 10:00:0{0} h sshd[1]: Accepted password for {1} from 192.0.2.1 port 2 ssh2\n"
RULE = """title: "Root \\e[31m[bold]logs in"
id: 00000000-0000-4000-8000-000000000001
name: root_in
description: "One\\n\\e[2J[red]two"
author: Somebody
logsource: {product: linux, service: sshd}
related: [{id: 00000000-0000-4000-8000-000000000002, type: similar}]
detection:
  who: {user.name: [root, "\\e[31madm"]}
  not_here: {Nothing: x}
  condition: who and not not_here
level: high
"""


def run(tmp_path: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from watchfloor.cli.main import main; main()", "rules", *arguments]
    environment = {"WATCHFLOOR_CACHE_DIR": str(tmp_path / "cache"), "PATH": "", "COLUMNS": "120"}
    return subprocess.run(program, input=stdin, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture
def rule(tmp_path: Path) -> str:
    path = tmp_path / "root.yml"
    path.write_text(RULE, "utf-8")
    return str(path)


def test_show_has_metadata_condition_and_columns(tmp_path: Path, rule: str) -> None:
    done = run(tmp_path, "show", rule)
    assert done.returncode == 0, done.stderr
    for text in ("Somebody", "similar 00000000", "user.name: root", "nothing: always missing here", "[red]two"):
        assert text in done.stdout
    assert "\x1b" not in done.stdout


def test_show_as_json(tmp_path: Path, rule: str) -> None:
    shown = json.loads(run(tmp_path, "show", "root_in", "--rules", rule, "--no-builtin-rules", "--json").stdout)
    assert (shown["name"], shown["line"], shown["author"]) == ("root_in", 1, "Somebody")
    assert shown["related"] == [{"type": "similar", "id": "00000000-0000-4000-8000-000000000002"}]
    assert shown["condition"] == ["and", ["ref", "who"], ["not", ["ref", "not_here"]]]
    assert shown["scopes"][0]["fields"]["user.name"] == ["user.name"]


def test_show_without_such_a_rule(tmp_path: Path) -> None:
    done = run(tmp_path, "show", "nothing")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no such rule" in done.stderr


def test_explain_says_true_and_false_per_event(tmp_path: Path, rule: str) -> None:
    done = run(tmp_path, "explain", rule, "-", stdin=SSHD.format(1, "root") + SSHD.format(2, "bob"))
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.split("record 1")
    assert "fires" in first
    assert '✓ user.name: root — user.name is "root"' in first
    assert "does not fire" in second
    assert '✗ user.name: root — user.name is "bob"' in second
    assert "these events have no such field" in second
    assert "\x1b" not in done.stdout


def test_explain_an_event_of_another_kind(tmp_path: Path, rule: str) -> None:
    done = run(tmp_path, "explain", rule, "-", stdin="nonsense \x1b[2J\n")
    assert "not for this rule: its dataset is missing" in done.stdout
    assert "\x1b" not in done.stdout


def test_explain_as_json(tmp_path: Path, rule: str) -> None:
    done = run(tmp_path, "explain", rule, "-", "--json", stdin=SSHD.format(1, "root") + SSHD.format(2, "bob"))
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["fires"], second["fires"]) == (True, False)
    assert first["condition"]["parts"][0]["name"] == "who"
    assert (first["true"], first["tests"]) == (1, 3)
    assert first["scope"]["dataset"]


def test_explain_reads_samples_that_are_written_as_a_rhythm(tmp_path: Path, rule: str) -> None:
    sample = tmp_path / "fires.log.repeat"
    entry = "{time} h sshd[1]: Accepted password for root from 192.0.2.1 port {number} ssh2"
    sample.write_text(json.dumps([{"raw": entry, "from": "2026-01-01T08:00:00Z", "every": "1d", "times": 3}]), "utf-8")
    done = run(tmp_path, "explain", rule, str(sample))
    assert (done.returncode, done.stdout.count("fires.log record")) == (0, 3), done.stderr
    sample.write_text("- nothing\n", "utf-8")
    done = run(tmp_path, "explain", rule, str(sample))
    assert (done.returncode, "no list of repeated records" in done.stderr) == (2, True)


def test_explain_what_is_not_there(tmp_path: Path, rule: str) -> None:
    assert run(tmp_path, "explain", rule, str(tmp_path / "nothing.log")).returncode != 0
