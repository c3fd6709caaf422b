"""The table's newest commit may be lost in a power cut that the store survived; damage is named, never hidden."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from watchfloor.core.errors import StoreError
from watchfloor.lake.sql import sql

_NOW = dt.timedelta(0)
_EXPECTED = Counter(f"s{batch:03}:{at}" for batch in range(3) for at in range(2))


def _ids(home: Any) -> Counter[str]:
    return Counter(row[0] for row in sql(home.lake, "SELECT event_id FROM events").rows)


def _moved(home: Any) -> Path:
    """A home of three moves into the table; the folder of the table."""
    for _ in range(3):
        home.commit([{"user.name": "a"}] * 2)
        home.lake.compact()
    return Path(home.path / "lake" / "events")


def _newest_commit(table: Path) -> Path:
    return max((table / "_delta_log").glob("*.json"))


@pytest.mark.parametrize("lose", [Path.unlink, lambda commit: commit.write_bytes(b"")])
@pytest.mark.parametrize("recovered", [True, False])
def test_events_of_a_lost_commit_are_kept_and_moved_again(
    home: Any, lose: Callable[[Path], object], *, recovered: bool
) -> None:
    lose(_newest_commit(_moved(home)))
    if recovered:
        home.lake.recover()
    home.lake.sweep(_NOW)
    assert _ids(home) == _EXPECTED
    home.commit([{}])
    home.lake.recover()
    home.lake.compact()
    home.lake.sweep(_NOW)
    assert home.lake.snapshot().fresh == ()
    assert _ids(home) == _EXPECTED + Counter(["s003:0"])


def test_new_data_is_synced_before_its_commit_and_both_before_the_mark(
    home: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = _moved(home)
    home.commit([{}])
    synced: list[str] = []
    sync = os.fsync

    def record(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        sync(descriptor)

    before = set(table.rglob("*.parquet"))
    monkeypatch.setattr(os, "fsync", record)
    home.lake.compact()
    new = set(table.rglob("*.parquet")) - before
    assert len(new) == 1
    data, commit = str(new.pop()), str(_newest_commit(table))
    assert synced.index(data) < synced.index(str(Path(data).parent)) < synced.index(commit)
    assert str(table / "_delta_log") in synced


@pytest.mark.parametrize("damage", [b"\x00" * 300, b'{"commitInfo":{"timest'])
def test_damaged_log_is_an_error_with_the_way_out(home: Any, damage: bytes) -> None:
    _newest_commit(_moved(home)).write_bytes(damage)
    with pytest.raises(StoreError, match=r"is damaged: .*Restore the home"):
        _ids(home)


@pytest.mark.parametrize("damage", [b"", b"no parquet" * 100])
def test_damaged_data_is_an_error_of_the_lake(home: Any, damage: bytes) -> None:
    for path in _moved(home).rglob("*.parquet"):
        path.write_bytes(damage)
    with pytest.raises(StoreError, match=r"Restore the home"):
        _ids(home)
