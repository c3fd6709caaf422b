"""Joined events from end to end: told once, matched like others, whatever is cut, killed, read twice or by whom."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from report_reader import read

from watchfloor.app.analyze import Request, Result, analyze
from watchfloor.app.home import reading, writing
from watchfloor.app.pipeline import run as run_batches
from watchfloor.app.rules import load_rules
from watchfloor.app.summary import Summary
from watchfloor.app.workers import Workers
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import Context
from watchfloor.detect.sigma.correlate.watermark import Watermark
from watchfloor.lake.search import search
from watchfloor.schema.records import RawBatch, Source

PROGRAM = (sys.executable, "-c", "from watchfloor.cli.main import main; main()")
NOW = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
RULE = """
title: Shadow file read
level: high
logsource: {product: linux, category: process_creation}
detection: {sel: {Image|endswith: /cat, CommandLine|contains: /etc/shadow}, condition: sel}
"""
PROGRAMS = """
title: Program run
name: program
logsource: {product: linux, category: process_creation}
detection: {sel: {Image|endswith: /cat}, condition: sel}
---
title: One program many times
level: low
correlation: {type: event_count, rules: [program], group-by: [process.executable], timespan: 1h, condition: {gte: 40}}
"""
CALL = (
    "arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=10 pid=11 auid=1000 uid=0 gid=0 "
    'euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts1 ses=4 comm="cat" exe="/usr/bin/cat" key="x"'
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "shadow.yml").write_text(RULE)
    lines = []
    for number in range(40):
        stamp = f"audit({1795593100 + number}.415:{number})"
        lines.append(f"type=SYSCALL msg={stamp}: {CALL}")
        lines.append(f'type=EXECVE msg={stamp}: argc=2 a0="cat" a1="/etc/{"shadow" if number == 7 else "motd"}"')
        lines.append(f'type=CWD msg={stamp}: cwd="/root"')
    (tmp_path / "audit.log").write_text("\n".join(lines) + "\n")
    return tmp_path


def run(place: Path, home: Path | None = None, jobs: int = 1, batch_size: int = 50_000) -> Result:
    request = Request([str(place / "audit.log")], [place / "rules"], home=home, now=NOW, jobs=jobs)
    return analyze(request, Settings(cache_dir=place / "cache", batch_size=batch_size))


def joined(home: Path) -> list[dict[str, Any]]:
    with reading(home) as opened:
        found = search(opened.lake, "event.dataset:linux.auditd_execution", limit=1000).events
    return sorted(({k: v for k, v in event.items() if k != "event.ingested"} for event in found), key=str)


def test_joined_events_are_stored_and_matched(place: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    result = run(place, home)
    assert result.summary.joined == 40
    assert result.summary.records == 120
    (alert,) = result.alerts
    assert alert["rule"]["title"] == "Shadow file read"
    assert alert["events"][0]["log.line"] == 21
    once = joined(home)
    assert len(once) == 40
    again = run(place, home)
    assert (again.summary.new_events, again.alerts) == (0, result.alerts)
    assert joined(home) == once


def test_what_is_new_learns_from_joined_events_too(place: Path, tmp_path: Path) -> None:
    home, rule = tmp_path / "home", place / "rules" / "programs.yml"
    run(place, home)
    rule.write_text(PROGRAMS)
    learnt = run(place, home).summary.learnt
    assert (learnt.events, learnt.correlations, learnt.raised) == (160, ("One program many times",), 1)
    (alert,) = (each for each in run(place).alerts if each["rule"]["title"] == "One program many times")
    assert alert["count"] == 40
    assert alert in run(place, home).alerts


def test_batches_and_processes_change_nothing(place: Path, tmp_path: Path) -> None:
    found = []
    for number, (jobs, size) in enumerate([(1, 50_000), (1, 7), (2, 31)]):
        home = tmp_path / str(number)
        result = run(place, home, jobs, size)
        found.append((joined(home), result.alerts))
    assert found[0] == found[1] == found[2]


def test_a_live_stream_joins_what_its_watermark_has_passed(place: Path, tmp_path: Path) -> None:
    """The watermark stands at now and does not move on by a minute: what the first batch completes is joined."""
    lines = (place / "audit.log").read_text().splitlines()
    batches = [RawBatch.of(Source("s", "audit.log"), lines[at : at + 30], at) for at in range(0, len(lines), 30)]
    rules = load_rules([place / "rules"], place / "cache", Context())
    workers = Workers(rules, (place / "rules",), place / "cache")
    with writing(tmp_path / "home", 100) as home:
        live = run_batches(batches, workers, home, Summary(), Watermark(lateness=0, idle=-1))
        assert (live.joined, live.records) == (10, 120)
        assert run_batches([], workers, home, Summary()).joined == 30
    assert len(joined(tmp_path / "home")) == 40


@pytest.mark.parametrize("failpoint", ["commit.after:2", "join.before", "join.after"])
def test_a_killed_run_goes_on_where_it_stopped(place: Path, tmp_path: Path, failpoint: str) -> None:
    whole, home = tmp_path / "whole", tmp_path / "home"
    alerts = run(place, whole, batch_size=50).alerts
    environment = {
        **os.environ,
        "WATCHFLOOR_FAILPOINT": failpoint,
        "WATCHFLOOR_BATCH_SIZE": "50",
        "WATCHFLOOR_CACHE_DIR": str(place / "cache"),
    }
    options = ["--no-builtin-rules", "--rules", str(place / "rules"), "--home", str(home), "--now", NOW.isoformat()]
    command = [*PROGRAM, "analyze", str(place / "audit.log"), *options]
    killed = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert run(place, home, batch_size=50).alerts == alerts
    assert joined(home) == joined(whole)


def test_an_alert_of_a_joined_event_tells_the_records_that_it_was_made_of(place: Path) -> None:
    request = Request([str(place / "audit.log")], [place / "rules"], now=NOW, report="low", whole_incidents=True)
    result = analyze(request, Settings(cache_dir=place / "cache"))
    lines = (place / "audit.log").read_text().splitlines()[21:24]
    assert [step["records"] for each in result.incidents for step in each["timeline"]] == [lines]
    shown = read(result.report).of("details", class_="record")
    assert [each.text for each in shown] == [f"The records{''.join(lines)}"]
