"""Compressed files, archives and EVTX, whole, damaged and hostile."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import io
import lzma
import os
import re
import struct
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from watchfloor.sources.evtx import evtx_records
from watchfloor.sources.limits import Limits
from watchfloor.sources.problems import Problem

_TEXT = b"".join(b"line %d of the log\n" % number for number in range(30_000))
_NOISE = b"".join(os.urandom(24).hex().encode() + b"\n" for _ in range(20_000))
_PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": lambda data: bz2.compress(data, 1),
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2021, 2, 3, 4, 5, 6)), data, method)
    return file.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1_600_000_000
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


@pytest.mark.parametrize("kind", _PACK)
def test_members_after_each_other_are_one_text(tmp_path: Path, reading: Any, kind: str) -> None:
    (tmp_path / "a.log").write_bytes(_PACK[kind](_TEXT) + _PACK[kind](b"the end\n"))
    got = reading(tmp_path)
    assert got.raw == [*_TEXT.decode().splitlines(), "the end"]
    assert got.paths == ["a.log"]
    assert got.told == []


@pytest.mark.parametrize("kind", _PACK)
def test_what_precedes_the_damage_is_kept(tmp_path: Path, reading: Any, kind: str) -> None:
    data = _PACK[kind](_NOISE)
    (tmp_path / "a.log").write_bytes(data[: len(data) * 2 // 3])
    (tmp_path / "b.log").write_text("after\n")
    got = reading(tmp_path)
    assert len(got.told) == 1
    assert got.told[0].startswith("a.log: cannot be read further: ")
    assert got.raw[-1] == "after"
    assert len(got.raw) > 5_000
    assert got.raw[:-2] == _NOISE.decode().splitlines()[: len(got.raw) - 2]


def test_archives_within_archives(tmp_path: Path, reading: Any) -> None:
    inner = zipped({"x\\y.log": b"deepest\n", "notes.txt": b"first\n"})
    (tmp_path / "all.bin").write_bytes(tarred({"b/in.zip": inner, "a.log.gz": gzip.compress(b"packed\n")}))
    got = reading(tmp_path)
    assert sorted(zip(got.paths, got.raw, strict=True)) == [
        ("all.bin!a.log.gz", "packed"),
        ("all.bin!b/in.zip!notes.txt", "first"),
        ("all.bin!b/in.zip!x/y.log", "deepest"),
    ]
    assert {source.reference for source in got.sources} == {
        dt.datetime(2021, 2, 3, 4, 5, 6, tzinfo=dt.UTC),
        dt.datetime(2020, 9, 13, 12, 26, 40, tzinfo=dt.UTC),
    }


def test_depth_is_bounded(tmp_path: Path, reading: Any) -> None:
    data = b"hidden\n"
    for _ in range(4):
        data = zipped({"m": data})
    (tmp_path / "a").write_bytes(data)
    got = reading(tmp_path)
    assert got.raw == []
    assert got.told == ["a!m!m!m: is nested deeper than 3 archives; not opened. Unpack it yourself"]
    assert reading(tmp_path, limits=Limits(depth=4)).raw == ["hidden"]


def test_damaged_and_encrypted_members_do_not_stop_the_archive(tmp_path: Path, reading: Any) -> None:
    data = bytearray(zipped({"a": b"aaaa\n", "b": b"bbbb\n", "c": b"cccc\n"}, zipfile.ZIP_STORED))
    data[data.index(b"bbbb")] ^= 1
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    (tmp_path / "z.zip").write_bytes(data)
    got = reading(tmp_path)
    assert got.raw == ["aaaa"]
    assert [told.split(":")[0] for told in got.told] == ["z.zip!b", "z.zip!c"]
    assert "encrypted" in got.told[1]


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_truncated_tar_is_told_once(tmp_path: Path, reading: Any, keep: float) -> None:
    data = gzip.compress(tarred({"a": b"first\n", "b": _NOISE, "c": b"last\n"}))
    (tmp_path / "t.tgz").write_bytes(data[: int(len(data) * keep)])
    got = reading(tmp_path)
    assert got.raw[0] == "first"
    assert len(got.raw) > 1000
    assert len(got.told) == 1


def test_too_many_members_are_refused(tmp_path: Path, reading: Any) -> None:
    (tmp_path / "z").write_bytes(zipped({f"{at:02}": b"x\n" for at in range(20)}))
    got = reading(tmp_path, limits=Limits(members=5))
    assert len(got.raw) == 5
    assert len(got.told) == 1


def test_a_bomb_is_refused_once_and_what_was_read_stays(tmp_path: Path, reading: Any) -> None:
    bomb = gzip.compress(b"x\n" * 10_000_000)
    (tmp_path / "a.zip").write_bytes(
        zipped({"in.zip": zipped({"1": b"kept\n", "2": bomb, "3": b"no\n"}), "z": b"no\n"})
    )
    (tmp_path / "b.log").write_text("after\n")
    got = reading(tmp_path, limits=Limits(ratio_from=1_000_000))
    assert got.raw[0] == "kept"
    assert got.raw[-1] == "after"
    assert "no" not in got.raw
    assert len(got.told) == 1
    assert "as a bomb does" in got.told[0]


def test_tar_headers_without_end_are_refused(tmp_path: Path, reading: Any) -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 8 << 30
    (tmp_path / "t.gz").write_bytes(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + b"n" * 50_000_000))
    [told] = reading(tmp_path).told
    assert "headers" in told


_MEMORY = """
import datetime as dt, re, sys
from pathlib import Path
from watchfloor.sources.files import plan, read
records, told = 0, []
for batch in read(plan([sys.argv[1]]), zone=dt.UTC, now=None, report=told.append):
    records += len(batch)
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(records, len(told), int(peak[1]) // 1024)
"""


def _measured(folder: Path) -> tuple[int, int, int]:
    if not Path("/proc/self/status").exists():
        pytest.skip("peak memory is read from Linux's /proc")
    run = subprocess.run([sys.executable, "-c", _MEMORY, str(folder)], capture_output=True, text=True, check=True)
    records, told, mebibytes = map(int, run.stdout.split())
    return records, told, mebibytes


def test_memory_of_a_line_of_100_mb(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"before\n" + b"x" * 100_000_000 + b"\nafter\n")
    records, told, mebibytes = _measured(tmp_path)
    assert (records, told) == (3, 0)
    assert mebibytes < 400


def test_memory_of_many_long_lines(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes((b"y" * 1_000_000 + b"\n") * 300)
    assert _measured(tmp_path)[0] == 300
    assert _measured(tmp_path)[2] < 700


def test_memory_of_gigabytes_of_nothing(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "zeros.gz", "wb", compresslevel=1) as file:
        for _ in range(1500):
            file.write(bytes(1024 * 1024))
    with gzip.open(tmp_path / "letters.gz", "wb", compresslevel=9) as file:
        for _ in range(300):
            file.write(b"a" * 1024 * 1024)
    records, told, mebibytes = _measured(tmp_path)
    assert (records, told) == (1, 2)
    assert mebibytes < 400


@pytest.fixture(scope="session")
def whole(shared: Path) -> bytes:
    """An EVTX file of the shared set."""
    archive = shared / "detection" / "evtx_to_mitre" / "evtx_to_mitre.zip"
    if not archive.is_file():
        pytest.skip(f"{archive} is absent")
    with zipfile.ZipFile(archive) as opened:
        names = sorted(name for name in opened.namelist() if name.endswith(".evtx"))
        return max((opened.read(name) for name in names), key=len)


def _events(data: bytes) -> tuple[int, list[Problem]]:
    told: list[Problem] = []
    groups = list(evtx_records(io.BytesIO(data), "x.evtx", told.append))
    numbers = [line for group in groups for line in group.line]
    assert numbers == list(range(len(numbers)))
    return len(numbers), told


def test_evtx_plain_and_packed_are_the_same(tmp_path: Path, reading: Any, whole: bytes) -> None:
    (tmp_path / "a.evtx").write_bytes(whole)
    (tmp_path / "b.zip").write_bytes(tarred({"a.evtx": whole}))
    got = reading(tmp_path)
    half = len(got.raw) // 2
    assert half > 100
    assert got.raw[:half] == got.raw[half:]
    assert got.raw[0].startswith('{"Event":')
    assert got.told == []


def test_damaged_evtx_gives_the_rest(whole: bytes) -> None:
    count, told = _events(whole)
    assert told == []
    fewer, told = _events(whole[: len(whole) * 2 // 3])
    assert 0 < fewer < count
    assert len(told) == 1
    broken = bytearray(whole)
    broken[4096 + 2000 : 4096 + 2400] = b"\xff" * 400
    fewer, told = _events(bytes(broken))
    assert 0 < fewer <= count
    assert len(told) == 1
    assert _events(b"ElfFile\x00" + b"\x00" * 50)[0] == 0
    assert len(_events(b"ElfFile\x00" + b"\x00" * 50)[1]) == 1


def test_many_damaged_records_do_not_hide_the_events_behind_them(whole: bytes) -> None:
    count, _ = _events(whole)
    header, chunks = whole[:4096], whole[4096:]
    broken = re.sub(rb"(\*\*\x00\x00.{20}).", rb"\1w", chunks, flags=re.DOTALL)  # the first token of each record
    after, told = _events(header + broken * (2000 // count + 1) + chunks)
    assert after == count
    assert len(told) == 1


def test_a_ring_of_names_does_not_hold_up_evtx(whole: bytes) -> None:
    ring = bytearray(whole)
    heads = struct.unpack_from("<64I", ring, 4096 + 128)
    start = next(head for head in heads if head)
    struct.pack_into("<I", ring, 4096 + start, start)
    count, told = _events(bytes(ring))
    assert count > 0
    assert len(told) == 1


def test_sigma_regression_documents_are_objects(shared: Path, reading: Any) -> None:
    folder = shared / "detection" / "sigma_regression"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent")
    got = reading(folder)
    assert got.errors == []
    assert got.told == []
    assert all(raw.startswith("{") and raw.endswith("}") and "\n" not in raw for raw in got.raw)
