"""A writer killed anywhere loses no committed event and stores none twice, before and after recovery."""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from watchfloor.core.errors import StoreError
from watchfloor.lake.lake import Lake
from watchfloor.lake.sql import sql
from watchfloor.store.engine import open_store
from watchfloor.store.positions import positions

_PROGRAM = Path(__file__).parent / "write_home.py"
_BATCHES = 8
_SIZE = 10
_FAILPOINTS = [
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
    "compact.before_delete",
]


def _killed(home: Path, failpoint: str) -> None:
    environment = {**os.environ, "WATCHFLOOR_FAILPOINT": failpoint}
    run = subprocess.run(
        [sys.executable, str(_PROGRAM), str(home), str(_BATCHES)],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr


def _read(home: Path) -> tuple[int, list[str]]:
    """The committed position and the ids of the events, as a reader sees them."""
    store = open_store(home, write=False)
    with store.read() as connection:
        position = positions(connection, ["source"]).get("source", 0)
    rows = sql(Lake(home, store), "SELECT event_id FROM events").rows
    store.close()
    return position, sorted(row[0] for row in rows)


def _expected(count: int) -> list[str]:
    return sorted(f"source:{line}" for line in range(count))


@pytest.mark.parametrize("failpoint", [f"{name}:2" for name in _FAILPOINTS])
def test_killed_writer(tmp_path: Path, failpoint: str) -> None:
    _killed(tmp_path, failpoint)
    position, ids = _read(tmp_path)
    assert ids == _expected(position)
    runpy.run_path(str(_PROGRAM))["write"](tmp_path, _BATCHES)
    assert _read(tmp_path) == (_BATCHES * _SIZE, _expected(_BATCHES * _SIZE))
    assert list((tmp_path / "lake" / "fresh").iterdir()) == []


def test_killed_again_and_again(tmp_path: Path) -> None:
    for failpoint in ("fresh.torn", "compact.delta_written", "fresh.after_rename", "compact.marked"):
        _killed(tmp_path, failpoint)
        position, ids = _read(tmp_path)
        assert ids == _expected(position)
    runpy.run_path(str(_PROGRAM))["write"](tmp_path, _BATCHES)
    assert _read(tmp_path) == (_BATCHES * _SIZE, _expected(_BATCHES * _SIZE))


def test_lost_committed_file_is_named(tmp_path: Path) -> None:
    _killed(tmp_path, "compact.planned")
    lost = next((tmp_path / "lake" / "fresh").glob("*.parquet"))
    lost.unlink()
    with pytest.raises(StoreError, match=r"a committed file cannot be read.*Restore the home"):
        runpy.run_path(str(_PROGRAM))["write"](tmp_path, _BATCHES)
    with pytest.raises(StoreError, match="a committed file is missing"):
        _read(tmp_path)
