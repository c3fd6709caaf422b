"""`stats` and the options of `analyze` about results, as a user runs them."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest
from attack_day import ATTACK_DAY
from typer.testing import CliRunner, Result

from watchfloor.cli.main import app
from watchfloor.core.errors import WatchfloorError

DEMO = str(ATTACK_DAY)


def watchfloor(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    os.environ.setdefault("WATCHFLOOR_CACHE_DIR", str(folder / "cache"))
    files = ("--alerts", folder / "a.jsonl", "--timeline", folder / "t.csv", "--profile", "minimal")
    done = watchfloor("analyze", DEMO, "--home", folder / "soc", *files)
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader((folder / "t.csv").read_text().splitlines()))
    alerts = [json.loads(line) for line in (folder / "a.jsonl").read_text().splitlines()]
    assert len(rows) == sum(len(alert["events"]) for alert in alerts) > 8
    assert list(rows[0])[:3] == ["timestamp", "level", "rule"]
    assert "incidents show" in done.output
    assert "\x1b" not in done.output
    return folder / "soc"


def lines(done: Result) -> list[dict[str, Any]]:
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_files_and_home_say_the_same(home: Path) -> None:
    for command in ("logons", "events", "pivots"):
        kept = lines(watchfloor("stats", command, "--home", home, "--json"))
        assert kept
        assert lines(watchfloor("stats", command, DEMO, "--json")) == kept


def test_logons_of_the_demo(home: Path) -> None:
    found = lines(watchfloor("stats", "logons", "--home", home, "--json"))
    assert sum(each["failures"] for each in found) == 18  # 14 lines of sshd, 4 events 4625
    assert {"user", "source", "host", "type", "dataset", "successes", "failures", "first", "last"} == set(found[0])
    table = watchfloor("stats", "logons", "--home", home, "--limit", "3").output
    assert "203.0.113.66" not in table
    assert "more: --limit N or --json" in table


def test_pivots_have_a_file_for_each_kind(home: Path, tmp_path: Path) -> None:
    found = lines(watchfloor("stats", "pivots", "--home", home, "--output", tmp_path / "new" / "pivots", "--json"))
    files = {path.stem: path for path in (tmp_path / "new" / "pivots").iterdir()}
    assert set(files) == {each["kind"] for each in found} >= {"users", "hosts", "addresses", "hashes", "processes"}
    rows = list(csv.DictReader(files["addresses"].read_text().splitlines()))
    assert rows[0]["value"] == "203.0.113.66"
    assert int(rows[0]["alerts"]) > 1
    high = lines(watchfloor("stats", "pivots", "--home", home, "--level", "high", "--json"))
    assert {each["level"] for each in high} <= {"high", "critical"}
    assert {(each["kind"], each["value"]) for each in high} <= {(each["kind"], each["value"]) for each in found}
    assert lines(watchfloor("stats", "pivots", "--home", home, "--from", "2026-11-26", "--json")) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("stats", "logons", DEMO, "--home", "x"),
        ("stats", "pivots", DEMO, "--level", "loud"),
        ("stats", "events", "--home", "/nonexistent"),
        ("analyze", DEMO, "--timeline", "/nonexistent/t.csv"),
        ("analyze", DEMO, "--timeline", "t.xlsx"),
        ("analyze", DEMO, "--timeline", "t.csv", "--profile", "huge"),
        ("analyze", DEMO, "--levels", "/nonexistent.yml"),
    ],
)
def test_what_is_wrong_is_said_before_the_work(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = watchfloor(*(str(tmp_path) if each == "x" else each for each in arguments))
    assert isinstance(done.exception, WatchfloorError)


def test_a_home_has_its_timeline_too(home: Path, tmp_path: Path) -> None:
    done = watchfloor("alerts", "timeline", tmp_path / "t.csv", "--profile", "minimal", "--home", home)
    assert done.output.endswith(f" rows in {tmp_path / 't.csv'}\n")
    assert (tmp_path / "t.csv").read_bytes() == (home.parent / "t.csv").read_bytes()
    span = ("--from", "2026-11-25T07:22:00Z", "--to", "2026-11-25T07:23:00Z")
    done = watchfloor("alerts", "timeline", tmp_path / "t.jsonl", *span, "--home", home)
    rows = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text().splitlines()]
    assert {row["timestamp"][:16] for row in rows} == {"2026-11-25T07:22"}
    assert "Event log cleared" in {row["rule"] for row in rows}


def test_levels_decide_about_the_exit_code(tmp_path: Path) -> None:
    levels = tmp_path / "levels.yml"
    levels.write_text("b7a3c5e9-4d2f-4e8a-9f1b-5c6d7e8f9a17: critical\nnobody: low\n")
    done = watchfloor("analyze", DEMO, "--levels", levels, "--fail-on", "critical", "--json")
    assert done.exit_code == 3
    assert "a level is given to nobody" in done.stderr
    assert watchfloor("analyze", DEMO, "--fail-on", "critical", "--json").exit_code == 0
