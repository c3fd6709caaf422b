"""The commands as a user runs them: output, exit codes, and nothing hostile on the terminal."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from attack_day import ATTACK_DAY
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from watchfloor.app.analyze import Result
from watchfloor.app.summary import Summary
from watchfloor.cli.screen import show
from watchfloor.cli.terminal import safe
from watchfloor.core.printable import BLANK
from watchfloor.detect.sigma import RuleSet
from watchfloor.sources.problems import Problem

HOSTILE = "\x1b]0;owned\x07\x1b[2J[bold red]x[/]\u202egpj.exe\r\n\x9b31m"


def watchfloor(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from watchfloor.cli.main import main; main()", *arguments]
    return subprocess.run(program, input=stdin, capture_output=True, text=True, check=False)


@given(st.text())
def test_safe_text_has_no_control_characters(text: str) -> None:
    assert safe(text).isprintable()
    assert safe(text) == text or not text.isprintable() or BLANK & set(text)


@pytest.mark.parametrize("width", [80, 120])
def test_the_screen_lets_nothing_hostile_through(width: int) -> None:
    rule = {"id": "r", "title": HOSTILE, "level": "high", "tags": [HOSTILE]}
    why = [{"selection": HOSTILE, "field": HOSTILE, "column": HOSTILE, "pattern": HOSTILE, "value": HOSTILE}]
    alert = {"id": "a", "timestamp": "2026-03-01T00:00:00Z", "rule": rule, "count": 2, "why": why}
    alert["entities"] = [{"kind": "user", "value": HOSTILE}]
    summary = Summary(problems=[Problem(HOSTILE, HOSTILE)])
    summary.errors[HOSTILE] = 1
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=False, highlight=False)
    show(console, Result(RuleSet((), (), frozenset()), summary, [alert]), "low")
    text = out.getvalue()
    assert not {"\x1b", "\x07", "\x9b", "\r", "\u202e"} & set(text)
    assert "[bold red]" in text
    assert max(map(len, text.splitlines())) <= width


def test_cases_come_back_in_order() -> None:
    cases = [
        {"raw": "nonsense"},
        {"raw": "Mar  1 10:00:00 h sshd[1]: Accepted password for a from 192.0.2.1 port 2 ssh2"},
    ]
    done = watchfloor(
        "parse", "--cases", "--now", "2026-03-02T00:00:00Z", stdin="".join(json.dumps(c) + "\n" for c in cases)
    )
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [event["event.kind"] for event in events] == ["pipeline_error", "event"]
    assert events[1]["source.ip"] == "192.0.2.1"
    assert events[1]["@timestamp"] == "2026-03-01T10:00:00Z"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["analyze", "/nonexistent"], 2),
        (["analyze", "--tz", "Mars/Base", "x"], 2),
        (["analyze", "--unknown", "x"], 2),
        (["search", "x", "--home", "/nonexistent"], 2),
        (["parse", "--cases", "/nonexistent"], 2),
        (["rules", "test"], 0),
        (["parsers", "list", "--json"], 0),
    ],
)
def test_exit_codes(arguments: list[str], code: int) -> None:
    done = watchfloor(*arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_alerts_file_search_sql_and_fail_on(tmp_path: Path) -> None:
    home, alerts = str(tmp_path / "home"), tmp_path / "a.jsonl"
    demo = str(ATTACK_DAY)
    done = watchfloor("analyze", demo, "--home", home, "--alerts", str(alerts), "--fail-on", "high", "--level", "high")
    assert done.returncode == 3, done.stderr
    assert done.stderr == ""
    written = [json.loads(line) for line in alerts.read_text().splitlines()]
    assert len(written) == 7
    assert all({"id", "timestamp", "rule", "entities", "why", "count", "events"} <= set(alert) for alert in written)
    assert any("ws07-events.zip!ws07/sysmon.json" in event["log.file.path"] for a in written for event in a["events"])
    found = watchfloor("search", "user.name:sysupdate", "--home", home, "--json")
    assert [json.loads(line)["user.name"] for line in found.stdout.splitlines()] == ["sysupdate"]
    counted = watchfloor("sql", "SELECT count(*) AS n FROM events", "--home", home, "--json")
    assert json.loads(counted.stdout)["n"] > 300
    assert watchfloor("sql", "SELECT * FROM read_text('/etc/passwd')", "--home", home).returncode == 2
    assert watchfloor("sql", "DROP VIEW events", "--home", home).returncode == 2
    cut = watchfloor("sql", "SELECT i FROM range(100001) t(i)", "--home", home, "--json")
    assert len(cut.stdout.splitlines()) == 100_000
    assert "only the first 100,000 rows" in cut.stderr
