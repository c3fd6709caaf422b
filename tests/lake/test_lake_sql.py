"""SQL: one SELECT over the events, and no way out of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from watchfloor.core.errors import QueryError, StoreError, WatchfloorError
from watchfloor.lake import duck
from watchfloor.lake.lake import DataFile
from watchfloor.lake.sql import sql

SECRET = "a variable of this module"


@pytest.fixture(scope="module")
def filled(new_home: Callable[[], Any]) -> Any:
    home = new_home()
    home.commit([{"source.ip": "10.0.0.1", "related.ip": ["10.0.0.1", "10.0.0.2"], "http.response.status_code": 200}])
    home.lake.compact()
    home.commit([{"user.name": "root", "http.response.status_code": 404}, {"event.category": ["web"]}])
    return home


def test_types_and_columns(filled: Any) -> None:
    result = sql(
        filled.lake, "SELECT timestamp, source_ip AS ip, related_ip, http_response_status_code FROM events ORDER BY 1"
    )
    assert result.columns == ("timestamp", "ip", "related_ip", "http_response_status_code")
    first = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
    minute, second = dt.timedelta(minutes=1), dt.timedelta(seconds=1)
    assert result.rows == [
        (first, "10.0.0.1", ["10.0.0.1", "10.0.0.2"], 200),
        (first + minute, None, None, 404),
        (first + minute + second, None, None, None),
    ]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("WITH x AS (SELECT count(*) AS n FROM events) SELECT n FROM x;", [(3,)]),
        ("FROM events SELECT count(*)", [(3,)]),
        ("SELECT count(*) FROM events WHERE dns_question_name IS NULL", [(3,)]),
        ("SELECT DISTINCT event_date FROM events", [(dt.date(2026, 3, 1),)]),
        ("SELECT u FROM (SELECT unnest(related_ip) AS u FROM events) ORDER BY u", [("10.0.0.1",), ("10.0.0.2",)]),
        ("-- a comment; with a semicolon\nSELECT 1", [(1,)]),
        ("SELECT ';'", [(";",)]),
    ],
)
def test_selects(filled: Any, text: str, rows: list[tuple[Any, ...]]) -> None:
    assert sql(filled.lake, text).rows == rows


def test_empty_lake_has_all_declared_columns(home: Any) -> None:
    assert sql(home.lake, "SELECT count(*), max(timestamp), max(source_ip) FROM events").rows == [(0, None, None)]


def test_rows_beyond_the_limit_are_cut(filled: Any) -> None:
    assert sql(filled.lake, "SELECT 1 FROM events", limit=3).cut is False
    cut = sql(filled.lake, "SELECT 1 FROM events", limit=2)
    assert (len(cut.rows), cut.cut) == (2, True)


_READS = [
    "SELECT * FROM read_text('{path}')",
    "SELECT * FROM read_blob('{path}')",
    "SELECT * FROM read_csv('{path}')",
    "SELECT * FROM read_csv_auto('{path}')",
    "SELECT * FROM read_json('{path}')",
    "SELECT * FROM read_ndjson_objects('{path}')",
    "SELECT * FROM read_parquet('{path}')",
    "SELECT * FROM parquet_metadata('{path}')",
    "SELECT * FROM sniff_csv('{path}')",
    "SELECT * FROM '{path}'",
    "FROM '{path}'",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM query('SELECT * FROM read_text(''{path}'')')",
    "SELECT * FROM query_table('{path}')",
    "SELECT (SELECT content FROM read_text('{path}'))",
    "SELECT * FROM read_parquet('{home}/lake/../../{name}')",
    "SELECT * FROM read_text('{home}/store.sqlite')",
    "SELECT * FROM sqlite_scan('{home}/store.sqlite', 'alert')",
    "SELECT * FROM SECRET",
    "SELECT * FROM secret",
]
_STATEMENTS = [
    "",
    ";",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP VIEW events",
    "CREATE TABLE t AS SELECT 1",
    "CREATE VIEW v AS SELECT 1",
    "CREATE OR REPLACE TEMP VIEW events AS SELECT 1",
    "DROP VIEW events",
    "INSERT INTO events SELECT 1",
    "DELETE FROM events",
    "COPY events TO '{folder}/out.csv'",
    "COPY (SELECT 1) TO '{folder}/out.parquet'",
    "EXPORT DATABASE '{folder}/out'",
    "ATTACH '{home}/store.sqlite' AS s (TYPE sqlite)",
    "ATTACH '{folder}/out.db'",
    "INSTALL httpfs",
    "LOAD icu",
    "SET memory_limit = '100GB'",
    "SET enable_external_access = true",
    "RESET allowed_paths",
    "PRAGMA version",
    "CALL pragma_version()",
    "CHECKPOINT",
    "PREPARE p AS SELECT 1",
    "EXPLAIN ANALYZE SELECT 1",
    "BEGIN",
    "VACUUM",
    "CREATE SECRET s (TYPE s3)",
    "CREATE MACRO m() AS 1",
    "SELECT getenv('HOME')",
    "SELECT nextval('s')",
    "SELECT no_such_column FROM events",
    "SELECT '\x00",
    "SELECT 1 FROM",
]


@pytest.mark.parametrize("text", [*_READS, *_STATEMENTS])
def test_everything_else_is_refused(filled: Any, tmp_path: Path, text: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret\n")
    query = text.format(path=secret, folder=tmp_path, home=filled.path, name=f"{tmp_path.name}/secret.txt")
    with pytest.raises(QueryError):
        sql(filled.lake, query)
    assert list(tmp_path.iterdir()) == [secret]
    assert sql(filled.lake, "SELECT count(*) FROM events").rows == [(3,)]


@pytest.mark.parametrize("text", _READS[:8])
def test_files_of_the_system_are_out_of_reach(filled: Any, text: str) -> None:
    with pytest.raises(QueryError):
        sql(filled.lake, text.format(path="/etc/passwd"))


def test_query_that_needs_too_much_memory_is_stopped(filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(duck._CONFIGURATION, "memory_limit", "64MB")
    with pytest.raises(StoreError, match="more memory"):
        sql(filled.lake, "SELECT list(range) FROM range(100000000)")


def test_query_that_takes_too_long_is_stopped(filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def connection(files: list[DataFile]) -> Any:
        return original(files, dt.timedelta(milliseconds=200))

    original = duck.connection
    monkeypatch.setattr("watchfloor.lake.sql.connection", connection)
    with pytest.raises(StoreError, match="took too long"):
        sql(filled.lake, "SELECT count(*) FROM range(1000000000) a, range(1000000000) b WHERE a.range + b.range = -1")


def test_errors_name_the_query(filled: Any) -> None:
    with pytest.raises(WatchfloorError, match="SELEC 1: Parser Error"):
        sql(filled.lake, "SELEC 1")
