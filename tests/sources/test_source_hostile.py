"""Files that attackers, power cuts and careless programs leave."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.sources.frame import lines

_LINE = b"Nov 25 06:00:00 host sshd[1]: Failed password for root from 192.0.2.1 port 22 ssh2\n"


@pytest.mark.parametrize(
    ("data", "records", "nuls"),
    [
        (bytes(3_000_000) + _LINE * 5, 5, 3_000_000),
        (_LINE * 3 + bytes(1000) + _LINE * 50, 53, 1000),
        (_LINE * 20 + bytes(2000), 20, 2000),
    ],
    ids=["cut while it was written", "power cut", "preallocated"],
)
def test_a_log_with_nul_bytes_is_read(tmp_path: Path, reading: Any, data: bytes, records: int, nuls: int) -> None:
    (tmp_path / "a.log").write_bytes(data)
    got = reading(tmp_path)
    assert got.raw == [_LINE.decode().rstrip()] * records
    assert got.told == [f"a.log: has {nuls:,} NUL bytes between records; left out"]
    assert got.errors == []


def test_a_file_of_nul_bytes_is_one_line(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "a.log").write_bytes(bytes(200_000))
    got = reading(tmp_path)
    assert got.raw == []
    assert got.told == ["a.log: has 200,000 NUL bytes and nothing else; left out"]


@given(st.lists(st.sampled_from([b"\0", b"\0\0\0", b"\n", b"a", b"\r"])).map(b"".join), st.integers(1, 5))
def test_nul_bytes_are_counted_however_the_bytes_arrive(data: bytes, size: int) -> None:
    groups = list(lines((data[at : at + size] for at in range(0, len(data), size)), 1000))
    kept = sum(raw.count("\0") for group in groups for raw in group.raw)
    assert sum(group.nuls for group in groups) + kept + _lost_with_blank_lines(data) == data.count(b"\0")


def _lost_with_blank_lines(data: bytes) -> int:
    """A NUL between carriage returns only, which belongs to no record."""
    whole = [line.strip(b"\0") for line in data.split(b"\n")]
    return sum(line.count(b"\0") for line in whole if not line.removesuffix(b"\r").strip(b" \r"))


def test_a_pattern_that_goes_down_ends_in_spite_of_rings_of_links(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "x" / ".hidden").mkdir(parents=True)
    for name in ("a", "b", "c"):
        (tmp_path / "x" / name).symlink_to(tmp_path)
    (tmp_path / "x" / "one.log").write_text("one\n")
    (tmp_path / "x" / ".hidden" / "two.log").write_text("two\n")
    (tmp_path / "x" / "no.txt").write_text("no\n")
    for pattern in ("**/*.log", "x/**/one.log", "**/x/*.l?g", "**/[o]*"):
        assert reading(f"{tmp_path}/{pattern}").raw == ["one"], pattern
    assert reading(f"{tmp_path}/**").raw == ["no", "one"]


def test_a_member_without_a_name_is_read(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "a.zip").write_bytes(_zip(b"", 1))
    (tmp_path / "b.log").write_text("after\n")
    assert reading(tmp_path).raw == ["x", "after"]


def test_a_zip_with_a_huge_directory_is_refused_before_it_is_read(tmp_path: Path, reading: Any) -> None:
    for wide in (False, True):
        (tmp_path / "a.zip").write_bytes(_zip(b"a" * 1000, 33_000, wide=wide))
        (told,) = reading(tmp_path).told
        assert told.startswith("a.zip: has a directory of 34,518,000 bytes")


def _zip(name: bytes, entries: int, *, wide: bool = False) -> bytes:
    """An archive whose directory lists its one member several times."""
    dates = (0, 33)
    crc = 0x8CDC1683  # of b"x"
    local = b"PK\3\4" + struct.pack("<3H2H3L2H", 20, 0, 0, *dates, crc, 1, 1, len(name), 0) + name + b"x"
    entry = b"PK\1\2" + struct.pack("<4H2H3L5H2L", 20, 20, 0, 0, *dates, crc, 1, 1, len(name), 0, 0, 0, 0, 0, 0) + name
    directory = entry * entries
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, entries % 65536, entries % 65536, len(directory), len(local), 0)
    if wide:
        record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, entries, entries, len(directory), len(local))
        locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(local) + len(directory), 1)
        end = record + locator + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    return local + directory + end


def test_the_archive_of_these_tests_is_one() -> None:
    with zipfile.ZipFile(io.BytesIO(_zip(b"a", 2))) as archive:
        assert archive.read("a") == b"x"
