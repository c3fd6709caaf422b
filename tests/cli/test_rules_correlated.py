"""Correlations in `rules list`, `show`, `explain`, `lint` and `test`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

FAILED: dict[str, Any] = {
    "title": "Failed password",
    "name": "failed",
    "id": "11111111-1111-4111-8111-111111111111",
    "level": "low",
    "logsource": {"product": "linux", "service": "sshd"},
    "detection": {"selection": {"event.outcome": "failure"}, "condition": "selection"},
}
SPRAY: dict[str, Any] = {
    "title": "Spray",
    "id": "11111111-1111-4111-8111-111111111112",
    "level": "high",
    "correlation": {
        "type": "value_count",
        "rules": ["failed"],
        "group-by": ["source.ip"],
        "timespan": "5m",
        "condition": {"gte": 3, "field": "user.name"},
    },
}
ODD: dict[str, Any] = {
    "title": "Odd",
    "id": "11111111-1111-4111-8111-111111111113",
    "correlation": {
        "type": "event_count",
        "rules": [FAILED["id"]],
        "group-by": ["no.such.field"],
        "timespan": "5m",
        "condition": {"lt": 5},
    },
}


def line(second: int, user: str, address: str) -> str:
    return f"Mar  1 10:00:{second:02} h sshd[1]: Failed password for {user} from {address} port 2 ssh2\n"


def watchfloor(*arguments: object) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from watchfloor.cli.main import main; main()", *map(str, arguments)]
    return subprocess.run(program, capture_output=True, text=True, check=False)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    samples = folder / "spray.samples"
    samples.mkdir(parents=True)
    (folder / "spray.yml").write_text(yaml.safe_dump_all([FAILED, SPRAY]), "utf-8")
    (samples / "fires.log").write_text("".join(line(n, f"u{n}", "192.0.2.1") for n in range(4)), "utf-8")
    (samples / "holds.log").write_text("".join(line(n, "root", "192.0.2.1") for n in range(9)), "utf-8")
    return folder


def test_list_says_what_raises_alerts(rules: Path) -> None:
    done = watchfloor("rules", "list", "--rules", rules, "--no-builtin-rules", "--json")
    found = {rule["title"]: rule for rule in map(json.loads, done.stdout.splitlines())}
    assert found["Spray"]["correlation"] == "value_count of user.name gte 3 within 5m by source.ip"
    assert (found["Spray"]["alerts"], found["Failed password"]["alerts"]) == (True, False)
    assert "only for correlations" in watchfloor("rules", "list", "--rules", rules, "--no-builtin-rules").stdout


def test_show_names_the_rules_and_fields(rules: Path) -> None:
    done = watchfloor("rules", "show", "Spray", "--rules", rules, "--no-builtin-rules")
    assert done.returncode == 0
    assert "Failed password (11111111-1111-4111-8111-111111111111)" in done.stdout
    assert "grouped by source.ip" in done.stdout
    assert "measured: user.name" in done.stdout
    done = watchfloor("rules", "show", "Spray", "--rules", rules, "--no-builtin-rules", "--json")
    assert json.loads(done.stdout)["group_by"] == ["source.ip"]


def test_explain_gives_the_state_of_the_window(rules: Path, tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    log.write_text("".join([line(0, "a", "192.0.2.1"), line(1, "b", "192.0.2.1"), line(2, "c", "192.0.2.2")]), "utf-8")
    arguments = ("rules", "explain", "Spray", log, "--rules", rules, "--no-builtin-rules")
    found = json.loads(watchfloor(*arguments, "--json").stdout)
    assert found["members"] == {"Failed password": 3}
    states = {group["group"]["source.ip"]: group["windows"][-1] for group in found["groups"]}
    assert (states["192.0.2.1"]["measured"], states["192.0.2.1"]["fires"]) == ("2", False)
    assert states["192.0.2.2"]["events"] == 1
    assert "does not fire" in watchfloor(*arguments).stdout
    log.write_text(log.read_text("utf-8") + line(3, "c", "192.0.2.1"), "utf-8")
    assert "fires 1\u00d7" in watchfloor(*arguments).stdout


def test_explain_knows_rules_beside_correlations_of_one_correlation(rules: Path, tmp_path: Path) -> None:
    both = {"type": "temporal", "rules": ["spray", "any_failure"], "group-by": ["source.ip"], "timespan": "5m"}
    other = {**FAILED, "id": "33333333-3333-4333-8333-333333333333", "title": "Any failure", "name": "any_failure"}
    documents = [FAILED, {**SPRAY, "name": "spray"}, other, {"title": "Both", "correlation": both}]
    (rules / "spray.yml").write_text(yaml.safe_dump_all(documents), "utf-8")
    log = tmp_path / "auth.log"
    log.write_text("".join(line(n, f"u{n}", "192.0.2.1") for n in range(3)), "utf-8")
    done = watchfloor("rules", "explain", "Both", log, "--rules", rules, "--no-builtin-rules", "--json")
    found = json.loads(done.stdout)
    assert found["members"] == {"Spray": 1, "Any failure": 3}
    assert any(window["fires"] for group in found["groups"] for window in group["windows"])


def test_explain_prints_groups_that_fire_first_and_not_all_of_very_many(rules: Path, tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    lines = [line(1, "ann", f"192.0.2.{number}") for number in range(100)]
    log.write_text("".join([*lines, *(line(2 + number, f"u{number}", "203.0.113.9") for number in range(3))]), "utf-8")
    arguments = ("rules", "explain", "Spray", log, "--rules", rules, "--no-builtin-rules")
    printed = watchfloor(*arguments).stdout
    groups = [each for each in printed.splitlines() if each.startswith("source.ip")]
    assert groups[0].startswith("source.ip 203.0.113.9  fires 1")
    assert len(groups) == 50
    assert "and 51 more groups, 1 of all fire; --json has every one" in printed
    assert len(json.loads(watchfloor(*arguments, "--json").stdout)["groups"]) == 101


def test_samples_are_tested_as_whole_files(rules: Path) -> None:
    done = watchfloor("rules", "test", rules)
    assert done.returncode == 0
    assert "1 passed, 0 failed" in done.stdout
    samples = rules / "spray.samples"
    (samples / "holds.log").write_text((samples / "fires.log").read_text("utf-8"), "utf-8")
    done = watchfloor("rules", "test", rules)
    assert done.returncode == 1
    assert "holds.log fires it and should not" in done.stdout


def test_lint_names_what_is_odd(rules: Path) -> None:
    (rules / "odd.yml").write_text(yaml.safe_dump(ODD), "utf-8")
    done = watchfloor("rules", "lint", rules, "--json")
    checks = {finding["check"] for finding in map(json.loads, done.stdout.splitlines()) if "odd.yml" in finding["path"]}
    assert checks >= {"correlation-field-unknown", "correlation-fires-at-once", "level-missing"}


def test_lint_names_rules_that_a_correlation_elsewhere_silences(rules: Path) -> None:
    serving = FAILED | {"name": "alone", "title": "Alone", "id": "11111111-1111-4111-8111-111111111118"}
    (rules / "alone.yml").write_text(yaml.safe_dump(serving), "utf-8")
    storm = {
        "title": "Storm",
        "id": "11111111-1111-4111-8111-111111111119",
        "level": "high",
        "correlation": {
            "type": "event_count",
            "rules": ["failed", "alone"],
            "group-by": ["user.name"],
            "timespan": "5m",
            "condition": {"gte": 50},
        },
    }
    (rules / "storm.yml").write_text(yaml.safe_dump(storm), "utf-8")
    done = watchfloor("rules", "lint", rules, "--json")
    findings = [json.loads(line) for line in done.stdout.splitlines()]
    silenced = [finding["detail"] for finding in findings if finding["check"] == "rule-silenced"]
    assert [detail.partition(" (")[0] for detail in silenced] == ["Alone"]  # `failed` serves beside itself already
