"""Files, folders, links and standard input: which records, ids and times come of them."""

from __future__ import annotations

import datetime as dt
import io
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.core.ids import stable_id
from watchfloor.sources.files import plan, read
from watchfloor.sources.limits import Limits

_MOMENT = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.UTC)


def test_a_folder_is_read_in_order_whatever_the_order_of_the_arguments(tmp_path: Path, reading: Any) -> None:
    for name in ("b/two.log", "a.log", "b/one.log", "c.log"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"first of {name}\nsecond\n")
    got = reading(tmp_path)
    assert got.paths == ["a.log", "b/one.log", "b/two.log", "c.log"]
    assert [row[1] for row in got.rows] == [0, 1] * 4
    again = reading([tmp_path / "c.log", tmp_path / "b", tmp_path, tmp_path / "a.log"])
    backwards = reading([tmp_path / "a.log", tmp_path, tmp_path / "b", tmp_path / "c.log"])
    assert again.rows == backwards.rows
    assert sorted(again.raw) == sorted(got.raw)


@given(st.integers(1, 7), st.integers(1, 60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=20)
def test_the_size_of_batches_changes_nothing(tmp_path: Path, reading: Any, size: int, chars: int) -> None:
    (tmp_path / "a.log").write_bytes(b"one\n\ntwo\n" + b"x" * 30 + b"\n\x01\xff\n")
    (tmp_path / "b.log").write_text('{\n"a": 1\n}\n{\n"a": 2\n}\n')
    whole = reading(tmp_path, limits=Limits(record_bytes=20))
    parts = reading(tmp_path, limits=Limits(record_bytes=20, batch_chars=chars), batch_size=size)
    assert parts.rows == whole.rows
    assert len(whole.errors) == 2
    assert all(len(batch) <= size for batch in parts.batches)


def test_a_file_that_grew_keeps_its_id(tmp_path: Path, reading: Any) -> None:
    path = tmp_path / "auth.log"
    path.write_text("first\n")
    [before] = reading(path).sources
    path.write_text("first\nsecond\n")
    [after] = reading(path).sources
    assert before.id == after.id == stable_id("source", "auth.log", "first")
    path.write_text("rotated\n")
    assert reading(path).sources[0].id != before.id


def test_equal_files_below_two_roots_are_two_sources(tmp_path: Path, reading: Any) -> None:
    for host in ("web1", "web2"):
        (tmp_path / host).mkdir()
        (tmp_path / host / "a.log").write_text("same\n")
    got = reading([tmp_path / "web2", tmp_path / "web1"])
    assert len({source.id for source in got.sources}) == 2
    assert got.rows == reading([tmp_path / "web1", tmp_path / "web2"]).rows


def test_a_file_reached_twice_is_read_once(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "a.log").write_text("one\n")
    (tmp_path / "link.log").symlink_to("a.log")
    assert reading([tmp_path, tmp_path / "a.log", f"{tmp_path}/*.log"]).raw == ["one"]


def test_globs_reach_down(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "x" / "y").mkdir(parents=True)
    (tmp_path / "x" / "y" / "deep.log").write_text("deep\n")
    (tmp_path / "top.log").write_text("top\n")
    (tmp_path / "no.txt").write_text("no\n")
    assert sorted(reading(f"{tmp_path}/**/*.log").raw) == ["deep", "top"]
    assert reading(f"{tmp_path}/*.none").told == [f"{tmp_path}/*.none: no file matches"]


def test_rings_of_links_are_told_once(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.log").write_text("one\n")
    (tmp_path / "sub" / "up").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to("self")
    got = reading(tmp_path)
    assert got.raw == ["one"]
    assert len(got.told) == 2
    assert any("links back" in told for told in got.told)


def test_links_that_fan_out_do_not_multiply_the_work(tmp_path: Path) -> None:
    for level in range(40):
        (tmp_path / f"d{level}").mkdir()
        for name in ("x", "y"):
            (tmp_path / f"d{level}" / name).symlink_to(tmp_path / f"d{level + 1}")
    (tmp_path / "d40").mkdir()
    (tmp_path / "d40" / "a.log").write_text("one\n")
    assert len(plan([str(tmp_path)]).files) == 1


def test_missing_paths_and_special_files_are_told_and_not_opened(tmp_path: Path, reading: Any) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        (tmp_path / "gone").symlink_to("nowhere")
        got = reading([tmp_path, tmp_path / "missing", "/dev/null", "x" * 5000])
    assert len(got.told) == 6
    assert sum("not opened" in told for told in got.told) == 3
    assert sum("no such file" in told for told in got.told) == 2


def test_names_are_one_line_of_valid_text(tmp_path: Path, reading: Any) -> None:
    for name in (b"a\nb.log", b"\xff.log", "\u202eevil.log".encode()):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("x\n")
    assert reading(tmp_path).paths == ["\\u202eevil.log", "\\udcff.log", "a\\nb.log"]


def test_a_file_that_vanishes_or_fails_is_told_and_the_rest_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        (tmp_path / name).write_text(f"{name}\n")
    inventory = plan([str(tmp_path)])
    (tmp_path / "a").unlink()
    opened = Path.open

    def refused(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path.name == "b":
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refused)
    told: list[str] = []
    batches = list(read(inventory, zone=dt.UTC, now=None, report=lambda problem: told.append(str(problem))))
    assert [text for batch in batches for text in batch.raw.to_pylist()] == ["c"]
    assert told == [
        "a: cannot be read further: No such file or directory",
        "b: cannot be read further: Permission denied",
    ]


class _Failing(io.BytesIO):
    def read1(self, size: int | None = -1) -> bytes:
        data = super().read1(size)
        if not data:
            raise OSError(5, "Input/output error")
        return data


def test_what_was_read_before_an_error_stays(reading: Any) -> None:
    got = reading("-", stdin=_Failing(b"one\ntwo\nthr"))
    assert got.raw == ["one", "two", "thr"]
    assert got.told == ["-: cannot be read further: Input/output error"]


def test_standard_input_has_no_time_of_its_own(reading: Any) -> None:
    [source] = reading("-", stdin=io.BytesIO(b"x\n"), now=_MOMENT).sources
    assert (source.path, source.reference, source.reference_kind) == ("-", _MOMENT, "now")
    assert reading("-", stdin=io.BytesIO(b"x\n")).sources[0].reference_kind == "arrival"


def test_times_come_from_the_file_or_what_was_stored(tmp_path: Path, reading: Any) -> None:
    path = tmp_path / "a.log"
    path.write_text("x\n")
    os.utime(path, (_MOMENT.timestamp(), _MOMENT.timestamp()))
    [source] = reading(path, now=dt.datetime(2000, 1, 1, tzinfo=dt.UTC)).sources
    assert (source.reference, source.reference_kind) == (_MOMENT, "mtime")
    stored = (dt.datetime(2020, 1, 1, tzinfo=dt.UTC), "arrival")
    asked: list[str] = []

    def known(identity: str) -> tuple[dt.datetime, str]:
        asked.append(identity)
        return stored

    [again] = reading(path, references=known).sources
    assert (again.reference, again.reference_kind) == stored
    assert asked == [source.id]
    os.utime(path, (0, 0))
    assert reading(path, now=_MOMENT).sources[0].reference_kind == "now"


def test_progress_comes_to_the_bytes_on_disk(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "a.log").write_text("x\n" * 100_000)
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n" + bytes(300_000))
    seen: list[int] = []
    reading(tmp_path, progress=seen.append)
    assert sum(seen) == plan([str(tmp_path)]).total_bytes


@given(st.binary(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_give_records_or_one_counted_problem(tmp_path: Path, reading: Any, data: bytes) -> None:
    (tmp_path / "any").write_bytes(data)
    got = reading(tmp_path)
    assert len(got.problems) <= 1
    if data.strip(b" \t\r\n\v\f") and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        assert got.raw or got.problems


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\xd4\xc3\xb2\xa1\x02\x00", "packet capture"),
        (b"\x7fELF\x02\x01\x01\x00", "Linux program"),
        (b"SQLite format 3\x00", "SQLite database"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"%PDF-1.7\n", "PDF document"),
        (bytes(range(256)), "binary data"),
    ],
)
def test_what_is_no_log_is_named(tmp_path: Path, reading: Any, head: bytes, name: str) -> None:
    (tmp_path / "x").write_bytes(head + bytes(100))
    (tmp_path / "y").write_text("a log\n")
    got = reading(tmp_path)
    assert got.raw == ["a log"]
    assert got.told == [f"x: is no log that Watchfloor reads ({name})"]
