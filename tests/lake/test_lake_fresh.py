"""Fresh files: what they hold, the day of an event, names, a full disk."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from watchfloor.core.errors import StoreError
from watchfloor.lake.lake import Lake
from watchfloor.lake.search import search
from watchfloor.lake.sql import sql
from watchfloor.store.engine import open_store

_INGESTED = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def _files(home: Any) -> list[Path]:
    return sorted((home.path / "lake" / "fresh").iterdir())


def test_file_has_physical_columns_without_empty_ones(home: Any) -> None:
    home.commit([{"source.ip": "10.0.0.1", "user.name": None, "related.ip": ["10.0.0.1"]}])
    schema = pq.read_schema(_files(home)[0])
    assert set(schema.names) == {"timestamp", "event_id", "event_ingested", "source_ip", "related_ip", "event_date"}


def test_events_come_back_as_they_were(home: Any) -> None:
    rows = [
        {
            "@timestamp": dt.datetime(2026, 3, 1, 1, 2, 3, 456_789, dt.UTC),
            "event.original": "ü\x00\u2028\U0001f600 \ud7ff",
            "http.response.status_code": -(2**63),
            "event.category": ["web", ""],
            "process.args": [],
            "watchfloor.rest": '{"winlog.event_data.Deep":[1,2.5,true,null,"x"]}',
        },
        {"message": "", "winlog.event_data.Odd name \u00e9\"'": "value"},
    ]
    batch = home.batch(rows)
    expected = list(batch.rows())
    home.commit(rows)
    assert sorted(search(home.lake, "*").events, key=lambda event: event["event.id"]) == expected
    home.lake.compact()
    assert sorted(search(home.lake, "*").events, key=lambda event: event["event.id"]) == expected


@pytest.mark.parametrize(
    ("time", "day"),
    [
        ("2026-03-01T23:59:59.999999", "2026-03-01"),
        ("2013-05-06T00:00:00", "2013-05-06"),
        ("1990-01-01T00:00:00", "1990-01-01"),
        ("1989-12-31T23:59:59", "2026-03-02"),
        ("1601-01-01T00:00:00", "2026-03-02"),
        ("2027-03-02T12:00:00", "2027-03-02"),
        ("2027-03-02T12:00:01", "2026-03-02"),
        ("9999-12-31T23:59:59.999999", "2026-03-02"),
        ("0001-01-01T00:00:00", "2026-03-02"),
    ],
)
def test_absurd_times_are_kept_but_filed_under_the_day_of_ingestion(home: Any, time: str, day: str) -> None:
    moment = dt.datetime.fromisoformat(time).replace(tzinfo=dt.UTC)
    home.commit([{"@timestamp": moment}])
    home.lake.compact()
    assert sql(home.lake, "SELECT timestamp, event_date FROM events").rows == [(moment, dt.date.fromisoformat(day))]
    assert search(home.lake, "*", since=moment, until=None).events[0]["@timestamp"] == moment


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "x" * 300, "a\nb"])
def test_odd_names_are_refused(home: Any, name: str) -> None:
    with pytest.raises(StoreError, match="is no name"):
        home.lake.write_fresh(home.batch([{}]), name)


def test_committed_file_is_never_overwritten(home: Any) -> None:
    home.commit([{"event.original": "first"}])
    with pytest.raises(StoreError, match="already there"):
        home.lake.write_fresh(home.batch([{"event.original": "second"}]), "s0:0")
    assert search(home.lake, "first").events


_FILLER = """
import datetime as dt, resource, sys, os
from pathlib import Path
import pyarrow as pa
from watchfloor.core.errors import StoreError
from watchfloor.lake.lake import Lake, register
from watchfloor.schema.events import EventBatch
from watchfloor.store.engine import open_store

home, limit, step = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
store = open_store(home, write=True)
lake = Lake(home, store)
moment = pa.array([dt.datetime(2026, 3, 1, tzinfo=dt.UTC)] * 1000, pa.timestamp("us", tz="UTC"))
def batch(number):
    return EventBatch.of(pa.table({"@timestamp": moment, "event.ingested": moment,
        "event.id": [f"{number}:{at}" for at in range(1000)],
        "event.original": [os.urandom(40).hex() for _ in moment]}))
def commit(number):
    file = lake.write_fresh(batch(number), str(number))
    with store.transaction() as connection:
        register(connection, file)
commit(0)
commit(1)
lake.compact()
commit(2)
commit(3)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    commit(4) if step == "fresh" else lake.compact()
except StoreError as error:
    print(error)
    sys.exit(7)
"""


@pytest.mark.parametrize("step", ["fresh", "compact"])
def test_full_disk_is_refused_with_nothing_torn(tmp_path: Path, step: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _FILLER, str(tmp_path), "20000", step],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 7, run.stdout + run.stderr
    assert "Free some space" in run.stdout
    store = open_store(tmp_path, write=True)
    lake = Lake(tmp_path, store)
    assert list((tmp_path / "lake" / "fresh").glob("*.tmp")) == []
    counted = "SELECT count(*), count(DISTINCT event_id) FROM events"
    assert sql(lake, counted).rows == [(4000, 4000)]
    lake.recover()
    lake.compact()
    assert sql(lake, counted).rows == [(4000, 4000)]
    store.close()
