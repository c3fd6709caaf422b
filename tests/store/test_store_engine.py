"""Opening a home: one writer, readers beside it, versions, a full disk, a writer that is killed."""

from __future__ import annotations

import datetime as dt
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from watchfloor.core.errors import StoreError
from watchfloor.store import migrate
from watchfloor.store.engine import Store, open_store
from watchfloor.store.positions import Progress, advance, positions, reference_of
from watchfloor.store.tables import alert, alert_event, lease, source

_WRITER = """
import sys
from pathlib import Path
from watchfloor.store.engine import open_store
store = open_store(Path(sys.argv[1]), write=True)
print("open", flush=True)
sys.stdin.read()
"""
_MOMENT = dt.datetime(2026, 1, 2, 3, 4, 5, 678_901, dt.UTC)


def _writer(home: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


def _progress(records: int, path: str = "auth.log") -> Progress:
    return Progress("s1", path, _MOMENT, "mtime", records)


def _advance_and_fail(store: Store) -> None:
    with store.transaction() as connection:
        advance(connection, [_progress(3)])
        raise ZeroDivisionError


def test_second_writer_is_told_who_the_first_is(tmp_path: Path) -> None:
    with _writer(tmp_path) as first:
        with pytest.raises(StoreError, match=f"process {first.pid} on .* is writing to this home"):
            open_store(tmp_path, write=True)
        first.communicate()


def test_second_writer_of_the_same_process_is_refused(tmp_path: Path) -> None:
    first = open_store(tmp_path, write=True)
    with pytest.raises(StoreError, match=f"process {os.getpid()} "):
        open_store(tmp_path, write=True)
    first.close()
    open_store(tmp_path, write=True).close()


def test_killed_writer_leaves_the_home_free(tmp_path: Path) -> None:
    with _writer(tmp_path) as first:
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    open_store(tmp_path, write=True).close()


def test_reader_beside_a_writer_sees_commits_only(tmp_path: Path) -> None:
    writer, reader = open_store(tmp_path, write=True), open_store(tmp_path, write=False)
    with writer.transaction() as connection:
        advance(connection, [_progress(3)])
        with reader.read() as other:
            assert positions(other, ["s1"]) == {}
    with reader.read() as other:
        assert positions(other, ["s1"]) == {"s1": 3}
    with pytest.raises(StoreError, match="reading only"), reader.transaction():
        pass
    reader.close()
    writer.close()


def test_reading_view_does_not_move(tmp_path: Path) -> None:
    writer, reader = open_store(tmp_path, write=True), open_store(tmp_path, write=False)
    with reader.read() as other:
        assert positions(other, ["s1"]) == {}
        with writer.transaction() as connection:
            advance(connection, [_progress(3)])
        assert positions(other, ["s1"]) == {}
    reader.close()
    writer.close()


def test_failed_block_leaves_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path, write=True)
    with pytest.raises(ZeroDivisionError):
        _advance_and_fail(store)
    with store.read() as connection:
        assert positions(connection, ["s1"]) == {}
    store.close()


def test_position_never_goes_back_and_the_first_reference_stays(tmp_path: Path) -> None:
    store = open_store(tmp_path, write=True)
    with store.transaction() as connection:
        advance(connection, [_progress(5)])
        advance(connection, [Progress("s1", "auth.log", _MOMENT + dt.timedelta(days=1), "now", 4)])
        assert positions(connection, ["s1", "unknown"]) == {"s1": 5}
        advance(connection, [Progress("s1", "auth.log", _MOMENT + dt.timedelta(days=1), "now", 9)])
    with store.read() as connection:
        assert positions(connection, ["s1"]) == {"s1": 9}
        assert reference_of(connection, "s1") == (_MOMENT, "mtime")
        assert reference_of(connection, "unknown") is None
    store.close()


def test_more_sources_than_a_statement_takes(tmp_path: Path) -> None:
    store = open_store(tmp_path, write=True)
    many = [Progress(f"s{at}", f"{at}.log", _MOMENT, "mtime", at) for at in range(40_000)]
    with store.transaction() as connection:
        advance(connection, many)
        assert positions(connection, [each.id for each in many]) == {f"s{at}": at for at in range(40_000)}
    store.close()


def test_times_are_exact_to_the_microsecond(tmp_path: Path) -> None:
    store = open_store(tmp_path, write=True)
    moments = [
        dt.datetime(1, 1, 1, tzinfo=dt.UTC),
        dt.datetime(1969, 12, 31, 23, 59, 59, 999_999, dt.UTC),
        dt.datetime(9999, 12, 31, 23, 59, 59, 999_999, dt.UTC),
        dt.datetime(2026, 6, 1, 12, 0, 0, 1, dt.timezone(dt.timedelta(hours=2))),
    ]
    with store.transaction() as connection:
        for at, moment in enumerate(moments):
            advance(connection, [Progress(str(at), "x", moment, "mtime", 0)])
        stored = connection.execute(sa.select(source.c.reference_time).order_by(source.c.id)).scalars().all()
        assert list(stored) == moments
        assert connection.execute(sa.select(source.c.id).order_by(source.c.reference_time)).scalars().all() == [
            *"0132",
        ]
        with pytest.raises(sa.exc.StatementError, match="offset-naive"):
            advance(connection, [Progress("naive", "x", dt.datetime(2026, 1, 1), "mtime", 0)])  # noqa: DTZ001 refused
    store.close()


def test_events_need_their_alert_and_go_with_it(tmp_path: Path) -> None:
    store = open_store(tmp_path, write=True)
    row = {"event_id": "e", "timestamp": _MOMENT, "path": "p", "line": 0}
    with pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY"), store.transaction() as connection:
        connection.execute(sa.insert(alert_event).values(alert_id="absent", **row))
    values = {"rule_id": "r", "rule_title": "t", "rule_level": "low", "rule_tags": [], "day": _MOMENT.date()}
    values |= {"entities": [], "count": 1, "first_time": _MOMENT, "last_time": _MOMENT, "why": []}
    with store.transaction() as connection:
        connection.execute(sa.insert(alert).values(id="a", why_event_id="e", revision=1, **values))
        connection.execute(sa.insert(alert_event).values(alert_id="a", **row))
        connection.execute(sa.delete(alert))
        assert connection.execute(sa.select(sa.func.count()).select_from(alert_event)).scalar_one() == 0
    store.close()


def test_home_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path, write=True)
    with store.transaction() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    for write in (True, False):
        with pytest.raises(StoreError, match="newer version"):
            open_store(tmp_path, write=write)


def test_reader_of_an_empty_store_is_sent_to_a_writer(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="watchfloor analyze"):
        open_store(tmp_path, write=False)


def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").write_text("no database at all, but long enough to look like one" * 40)
    with pytest.raises(StoreError, match="no Watchfloor store"):
        open_store(tmp_path, write=True)


def test_writer_stands_in_the_lease(tmp_path: Path) -> None:
    store = open_store(tmp_path, write=True)
    with store.read() as connection:
        row = connection.execute(sa.select(lease)).one()
    assert (row.name, row.pid) == ("writer", os.getpid())
    store.close()


_FILLER = """
import resource, sys
from pathlib import Path
from watchfloor.core.errors import StoreError
from watchfloor.store.engine import Store, open_store
from watchfloor.store.positions import advance, Progress
import datetime as dt
store = open_store(Path(sys.argv[1]), write=True)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
try:
    for batch in range(1000):
        with store.transaction() as connection:
            rows = [Progress(f"{batch}-{at}", "p" * 200, dt.datetime.now(dt.UTC), "now", 1) for at in range(100)]
            advance(connection, rows)
        print(batch, flush=True)
except StoreError as error:
    print(error, flush=True)
    sys.exit(7)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs a limit on the size of files")
def test_full_disk_is_refused_and_committed_batches_stay(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _FILLER, str(tmp_path)], check=False, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 7, run.stderr
    *committed, error = run.stdout.splitlines()
    assert "the disk is full" in error
    assert "Free some space" in error
    assert committed
    store = open_store(tmp_path, write=True)
    with store.read() as connection:
        assert connection.execute(sa.text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert connection.execute(sa.select(sa.func.count()).select_from(source)).scalar_one() == 100 * len(committed)
    store.close()


def test_revision_of_an_opened_store_is_the_newest(tmp_path: Path) -> None:
    store = open_store(tmp_path, write=True)
    with store.read() as connection:
        assert migrate.revision(connection) == migrate.HEAD
    store.close()
