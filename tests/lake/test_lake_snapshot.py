"""A snapshot holds every committed event once, whatever the writer does at the same moment."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from watchfloor.core.errors import StoreError
from watchfloor.lake import lake as lake_module
from watchfloor.lake.duck import connection, events, over_snapshot
from watchfloor.lake.lake import Lake, Snapshot
from watchfloor.lake.sql import sql
from watchfloor.store.engine import open_store

_NOW = dt.timedelta(0)


def _ids(lake: Lake) -> Counter[str]:
    return Counter(row[0] for row in sql(lake, "SELECT event_id FROM events").rows)


def _reader(home: Any) -> Lake:
    return Lake(home.path, open_store(home.path, write=False))


def test_events_move_from_fresh_to_table(home: Any) -> None:
    reader = _reader(home)
    assert _ids(reader) == {}
    for batch in range(4):
        home.commit([{"event.original": f"{batch}"}] * 3)
        if batch == 1:
            assert home.lake.compact() == 2
    snapshot = reader.snapshot()
    assert (len(snapshot.fresh), len(snapshot.table)) == (2, 1)
    assert _ids(reader) == Counter(f"s{batch:03}:{at}" for batch in range(4) for at in range(3))


def test_written_but_uncommitted_file_is_not_seen_and_is_removed(home: Any) -> None:
    home.commit([{}])
    home.lake.write_fresh(home.batch([{}]), "s1:0")
    assert len(home.lake.snapshot().fresh) == 1
    home.lake.recover()
    assert [path.name for path in (home.path / "lake" / "fresh").iterdir()] == ["s0-0.parquet"]


def _nothing(_: Any) -> None:
    pass


def _compacts(home: Any) -> None:
    home.lake.compact()


def _compacts_and_deletes(home: Any) -> None:
    home.lake.compact()
    home.lake.sweep(_NOW)


def _commits_compacts_and_deletes(home: Any) -> None:
    home.commit([{}] * 2)
    _compacts_and_deletes(home)


_ACTIONS = [_nothing, _compacts, _compacts_and_deletes, _commits_compacts_and_deletes]


@pytest.mark.parametrize("before", _ACTIONS)
@pytest.mark.parametrize("action", _ACTIONS)
@pytest.mark.parametrize("moment", range(3))
def test_writer_between_the_steps_of_a_snapshot(
    home: Any,
    monkeypatch: pytest.MonkeyPatch,
    before: Callable[[Any], None],
    action: Callable[[Any], None],
    moment: int,
) -> None:
    home.commit([{}] * 2)
    before(home)
    home.commit([{}] * 2)
    reader = _reader(home)
    steps: list[str] = []
    opening, reading = lake_module.open_table, reader._store.read  # type: ignore[attr-defined]  # replaced below

    def step(name: str) -> None:
        if len(steps) == moment:
            steps.append(name)
            action(home)
        else:
            steps.append(name)

    def open_table(path: Path) -> DeltaTable | None:
        step("table")
        return opening(path)

    def read() -> object:
        step("rows")
        return reading()

    monkeypatch.setattr(lake_module, "open_table", open_table)
    monkeypatch.setattr(type(reader._store), "read", lambda store: read() if store is reader._store else reading())
    snapshot = reader.snapshot()
    monkeypatch.undo()
    assert steps[:3] == ["table", "rows", "table"]
    monkeypatch.setattr(Lake, "snapshot", lambda _: snapshot)
    found = _ids(reader)
    assert set(found.values()) == {1}
    assert {f"s{batch:03}:{at}" for batch in range(2) for at in range(2)} <= set(found)


def test_query_goes_on_when_its_files_are_deleted(home: Any) -> None:
    home.commit([{}] * 2)
    reader = _reader(home)
    tries: list[Snapshot] = []

    def query(snapshot: Snapshot) -> int:
        if not tries:
            _compacts_and_deletes(home)
        tries.append(snapshot)
        with connection((*snapshot.fresh, *snapshot.table)) as opened:
            everything = events(snapshot.columns, snapshot.fresh, snapshot.table)
            return len(opened.execute(f"SELECT event_id FROM {everything}").fetchall())

    assert over_snapshot(reader, "a query", query) == 2
    assert [len(snapshot.fresh) for snapshot in tries] == [1, 0]


def test_moved_files_wait_for_their_readers(home: Any) -> None:
    home.commit([{}] * 2)
    old = home.lake.snapshot()
    home.lake.compact()
    assert Path(old.fresh[0].path).exists()
    assert home.lake.snapshot().fresh == ()
    home.lake.sweep(_NOW)
    assert not Path(old.fresh[0].path).exists()


def test_reading_while_another_process_writes(tmp_path: Path) -> None:
    program = Path(__file__).parent / "write_home.py"
    open_store(tmp_path, write=True).close()
    with subprocess.Popen([sys.executable, str(program), str(tmp_path), "40", "600"]) as writer:
        reader = Lake(tmp_path, open_store(tmp_path, write=False))
        seen = 0
        while writer.poll() is None:
            found = _ids(reader)
            assert set(found.values()) <= {1}
            assert set(found) == {f"source:{line}" for line in range(len(found))}
            assert len(found) >= seen
            seen = len(found)
    assert writer.returncode == 0
    assert len(_ids(reader)) == 400


def test_folding_a_day_keeps_its_events_and_the_compaction_number(home: Any) -> None:
    for _ in range(3):
        home.commit([{"event.original": "a"}, {"user.name": "b"}])
        home.lake.compact()
    before = _ids(home.lake)
    assert len(home.lake.snapshot().table) == 3
    assert home.lake.fold(dt.date(2026, 3, 1)) == 3
    assert len(home.lake.snapshot().table) == 1
    assert _ids(home.lake) == before
    home.commit([{}])
    home.lake.compact()
    assert home.lake.snapshot().fresh == ()
    assert sum(_ids(home.lake).values()) == 7
    assert home.lake.fold(dt.date(1999, 1, 1)) == 0


def test_lake_that_never_rests_is_an_error(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    home.commit([{}])
    opening = lake_module.open_table  # type: ignore[attr-defined]  # replaced below

    def open_table(path: Path) -> DeltaTable | None:
        home.commit([{}])
        home.lake.compact()
        return opening(path)

    monkeypatch.setattr(lake_module, "open_table", open_table)
    with pytest.raises(StoreError, match="change too fast"):
        home.lake.snapshot()
