"""`rules lint` as a user runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

RULE = 'title: "A \\e[31m title"\nlogsource: {product: windows, category: process_creation}\ndetection:\n'


def rules_lint(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from watchfloor.cli.main import main; main()", "rules", "lint", *arguments]
    environment = {"WATCHFLOOR_CACHE_DIR": str(tmp_path / "cache"), "PATH": "", "COLUMNS": "160"}
    return subprocess.run(program, capture_output=True, text=True, check=False, env=environment)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "rules"
    path.mkdir()
    (path / "a.yml").write_text(
        f'{RULE}  sel: {{Image: "x\\e[31m*"}}\n  unused: {{Image: b}}\n  condition: sel\n', "utf-8"
    )
    return path


def test_a_table_with_recommendations_and_nothing_hostile(tmp_path: Path, folder: Path) -> None:
    done = rules_lint(tmp_path, str(folder))
    assert done.returncode == 0, done.stderr
    assert "selection-unused" in done.stdout
    assert "Name the selection in the condition" in done.stdout
    assert "a.yml:5" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    assert "status-missing" not in done.stdout


def test_json_lists_every_finding_from_a_severity_on(tmp_path: Path, folder: Path) -> None:
    done = rules_lint(tmp_path, str(folder), "--json", "--severity", "info")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"selection-unused", "status-missing", "samples-missing"} <= {finding["check"] for finding in found}
    assert set(found[0]) == {"check", "severity", "path", "line", "rule", "detail", "recommendation"}


@pytest.mark.parametrize(("severity", "code"), [("error", 0), ("warning", 3), ("info", 3)])
def test_fail_on(tmp_path: Path, folder: Path, severity: str, code: int) -> None:
    assert rules_lint(tmp_path, str(folder), "--fail-on", severity).returncode == code


def test_a_rule_that_does_not_load_and_a_wrong_severity(tmp_path: Path, folder: Path) -> None:
    (folder / "b.yml").write_text("title: [", "utf-8")
    assert rules_lint(tmp_path, str(folder)).returncode == 1
    wrong = rules_lint(tmp_path, str(folder), "--fail-on", "fatal")
    assert wrong.returncode == 2
    assert "info, warning, error" in wrong.stderr


def test_the_bundled_rules_have_no_findings(tmp_path: Path) -> None:
    """But for two that pySigma wants looked at: codes such as `0100032001` are texts, a masked password is stars."""
    done = rules_lint(tmp_path, "--severity", "info", "--json")
    looked_at = {"sigma-number-as-string", "sigma-escaped-wildcard"}
    found = [finding for finding in map(json.loads, done.stdout.splitlines()) if finding["check"] not in looked_at]
    assert (done.returncode, found) == (0, [])
