"""The whole path: the same input gives the same alerts and events, however it is read."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from attack_day import ATTACK_DAY

from watchfloor.app.analyze import Request, Result, analyze
from watchfloor.app.examine import Window
from watchfloor.app.home import reading
from watchfloor.app.rules import rule_roots
from watchfloor.core.clock import moment
from watchfloor.core.errors import StoreError
from watchfloor.core.settings import Settings
from watchfloor.lake.search import search
from watchfloor.lake.sql import sql

DEMO = str(ATTACK_DAY)
EXPECTED = {
    ("Account created with the rights of root", "web01"),
    ("Event log cleared", "dc01.example.com"),
    ("New service that runs a command interpreter", "dc01.example.com"),
    ("Office program starts a script host", "ws07.example.com"),
    ("One address attacked the web server", "203.0.113.66"),
    ("Root logged in over SSH with a password from outside", "203.0.113.66"),
    ("SQL injection that the server answered", "203.0.113.66"),
    ("Secret file served to a visitor", "203.0.113.66"),
    ("Service account runs a command through sudo", "web01"),
}
PROGRAM = (sys.executable, "-c", "from watchfloor.cli.main import main; main()")
FAILPOINTS = (
    "fresh.before_write",
    "fresh.torn",
    "fresh.before_rename",
    "fresh.after_rename",
    "commit.before",
    "commit.inside",
    "commit.after",
    "compact.planned",
    "compact.delta_written",
    "compact.marked",
)


def run(tmp_path: Path, paths: list[str], home: Path | None = None, **changes: Any) -> Result:
    settings = Settings(cache_dir=tmp_path / "cache", batch_size=changes.pop("batch_size", 50_000), compact_files=3)
    return analyze(Request(paths, rule_roots([], builtin=True), home=home, **changes), settings)


def events(home: Path) -> list[dict[str, Any]]:
    """Every event without empty fields: which columns a table has depends on what else is in it."""
    with reading(home) as opened:
        found = sql(opened.lake, "SELECT * EXCLUDE (event_ingested) FROM events ORDER BY event_id")
    rows = (dict(zip(found.columns, row, strict=True)) for row in found.rows)
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def test_the_demo_raises_its_planted_alerts_and_no_other(tmp_path: Path) -> None:
    result = run(tmp_path, [DEMO])
    found = {(alert["rule"]["title"], entity["value"]) for alert in result.alerts for entity in alert["entities"]}
    assert {alert["rule"]["title"] for alert in result.alerts} == {title for title, _ in EXPECTED}
    assert found >= EXPECTED
    assert result.summary.complete


def test_nothing_depends_on_batch_size_order_or_jobs(tmp_path: Path) -> None:
    homes = [tmp_path / name for name in ("one", "small", "jobs")]
    files = sorted(str(path) for path in Path(DEMO).iterdir())
    whole = run(tmp_path, files, homes[0])
    small = run(tmp_path, files[::-1], homes[1], batch_size=7)
    parallel = run(tmp_path, files, homes[2], jobs=2, batch_size=100)
    assert whole.alerts == small.alerts == parallel.alerts
    assert events(homes[0]) == events(homes[1]) == events(homes[2])
    assert len(events(homes[0])) == whole.summary.records > 300


def test_a_second_run_into_the_same_home_finds_nothing_new(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = run(tmp_path, [DEMO], home)
    before = events(home)
    second = run(tmp_path, [DEMO], home)
    assert first.summary.new_events == first.summary.records
    assert second.summary.new_events == 0
    assert first.alerts == second.alerts
    assert events(home) == before


def test_a_grown_file_adds_only_what_is_new(tmp_path: Path) -> None:
    home, log = tmp_path / "home", tmp_path / "auth.log"
    line = "Nov 25 07:20:00 web01 sshd[{}]: Accepted password for root from 203.0.113.66 port 5{:04} ssh2\n"
    log.write_text("".join(line.format(n, n) for n in range(10)))
    run(tmp_path, [str(log)], home)
    with log.open("a") as file:
        file.writelines(line.format(n, n) for n in range(10, 15))
    grown = run(tmp_path, [str(log)], home)
    assert (grown.summary.records, grown.summary.new_events) == (15, 5)
    assert [alert["count"] for alert in grown.alerts] == [15]
    assert len(events(home)) == 15


def test_a_window_limits_what_is_matched_not_what_is_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    result = run(tmp_path, [DEMO], home, window=Window(until=moment("2026-11-25T07:00:00Z")))
    assert result.alerts == []
    assert len(events(home)) == result.summary.records


@pytest.mark.parametrize("failpoint", FAILPOINTS)
def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path, failpoint: str) -> None:
    whole = run(tmp_path, [DEMO], tmp_path / "whole", batch_size=60)
    home = tmp_path / "killed"
    environment = {
        **os.environ,
        "WATCHFLOOR_FAILPOINT": f"{failpoint}:2" if failpoint.startswith(("fresh", "commit")) else failpoint,
        "WATCHFLOOR_BATCH_SIZE": "60",
        "WATCHFLOOR_COMPACT_FILES": "3",
        "WATCHFLOOR_CACHE_DIR": str(tmp_path / "cache"),
    }
    killed = subprocess.run(
        [*PROGRAM, "analyze", DEMO, "--home", str(home)], env=environment, capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    again = run(tmp_path, [DEMO], home, batch_size=60)
    assert again.alerts == whole.alerts
    assert events(home) == events(tmp_path / "whole")


def test_too_little_space_is_refused_clearly_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    with monkeypatch.context() as full:
        full.setattr("shutil.disk_usage", lambda _: shutil._ntuple_diskusage(100, 99, 1))
        with pytest.raises(StoreError, match="too little space"):
            run(tmp_path, [DEMO], home)
    again = run(tmp_path, [DEMO], home)
    assert again.summary.new_events == 0
    assert len(events(home)) == again.summary.records
    assert len(again.alerts) == len(EXPECTED)


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    from watchfloor.app.home import writing  # noqa: PLC0415 only here

    with writing(tmp_path / "home", 3), pytest.raises(StoreError, match="writing"):
        run(tmp_path, [DEMO], tmp_path / "home")


def test_search_and_sql_read_while_another_process_writes(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run(tmp_path, [str(Path(DEMO) / "web01-auth.log")], home)
    writes = {**os.environ, "WATCHFLOOR_BATCH_SIZE": "5", "WATCHFLOOR_COMPACT_FILES": "3"}
    command = [*PROGRAM, "analyze", DEMO, "--home", str(home)]
    seen = [0]
    with subprocess.Popen(command, env=writes, stdout=subprocess.DEVNULL) as writer, reading(home) as opened:
        while writer.poll() is None:
            rows, ids = sql(opened.lake, "SELECT count(*), count(DISTINCT event_id) FROM events").rows[0]
            assert rows == ids >= seen[-1]
            seen.append(rows)
            assert len(search(opened.lake, "user.name:sysupdate").events) == 1
    assert writer.returncode == 0
    assert len(set(seen)) > 2, "nothing was read while the writer was at work"
    whole = run(tmp_path, [DEMO], home)
    assert (whole.summary.new_events, len(events(home))) == (0, whole.summary.records)


def test_bad_input_gives_one_line_each_and_the_rest_is_processed(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "noise.bin").write_bytes(bytes(range(256)) * 64)
    (folder / "cut.gz").write_bytes(gzip.compress(os.urandom(50_000).hex().encode())[:20_000])
    (folder / "loop").symlink_to(folder)
    (folder / "gone.log").symlink_to(folder / "nowhere")
    (folder / "bad.evtx").write_bytes(b"ElfFile\x00" + os.urandom(5000))
    (folder / "latin.log").write_bytes("Nov 25 07:20:00 web01 sshd[1]: Köln\n".encode("latin-1"))
    result = run(tmp_path, [str(folder)])
    named = {problem.path.rsplit("/", 1)[-1] for problem in result.summary.problems}
    assert named >= {"noise.bin", "cut.gz", "loop", "gone.log", "bad.evtx"}
    assert len(result.summary.problems) == len(named)
    assert result.summary.parsers["linux.sshd"].records == 1


@pytest.mark.parametrize("written", ["31/Dec/9999:23:59:59 -1200", "01/Jan/0001:00:00:00 +1200"])
def test_a_time_beyond_the_calendar_stops_nothing(tmp_path: Path, written: str) -> None:
    log = tmp_path / "access.log"
    log.write_text(f'203.0.113.9 - - [{written}] "GET /.env HTTP/1.1" 200 40 "-" "x"\n')
    result = run(tmp_path, [str(log)], tmp_path / "home")
    assert [alert["rule"]["title"] for alert in result.alerts] == ["Secret file served to a visitor"]
    assert written in events(tmp_path / "home")[0]["event_original"]
