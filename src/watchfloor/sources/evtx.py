"""EVTX files: each event becomes the JSON text that the `evtx` library writes for it."""

from __future__ import annotations

import os
import shutil
import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import IO, cast

import evtx

from watchfloor.sources.frame import Records
from watchfloor.sources.problems import Problem

MAGIC = b"ElfFile\x00"
_GROUP = 1000
_HEADER, _CHUNK = 4096, 65536
_HEADS = struct.Struct("<96I")
_LINK = struct.Struct("<I")
_LONGEST = 1024
"""Elements of a list; the strings of a whole chunk are hardly more."""
_SPOOLED = 32 * 1024 * 1024
_SMALLEST = 28
"""Bytes of a record without content; no file holds more records, damaged or not, than fit by this."""


def evtx_records(file: IO[bytes], path: str, report: Callable[[Problem], None], real: str = "") -> Iterator[Records]:
    """The events of a file in its order; damaged ones are counted and reported once, the rest is read.

    Args:
        file: the content, opened for random access.
        path: the name to report by.
        report: told of damage.
        real: the file's own path if it has one; reading by it is faster.
    """
    missing = _missing(file)
    most = file.seek(0, os.SEEK_END) // _SMALLEST + 1
    endless = list(_endless(file))
    try:
        with ExitStack() as stack:
            if endless:
                copy = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=_SPOOLED))
                _copy_without(endless, file, cast("IO[bytes]", copy))
                file, real = cast("IO[bytes]", copy), ""
            parser = evtx.PyEvtxParser(real or file)
            yield from _events(parser, path, missing, len(endless), report, most)
    except (RuntimeError, OSError) as error:
        report(Problem(path, f"is no readable EVTX file: {_first_line(error)}"))


def _events(
    parser: evtx.PyEvtxParser, path: str, missing: int, damaged: int, report: Callable[[Problem], None], most: int
) -> Iterator[Records]:
    events = iter(parser.records_json())
    found, number, in_a_row, last = Records(), 0, 0, "a list of names without an end" if damaged else ""
    while in_a_row < most:
        try:
            event = next(events, None)
        except (RuntimeError, OSError, ValueError) as error:
            damaged, in_a_row, last = damaged + 1, in_a_row + 1, _first_line(error)
            continue
        if event is None:
            break
        in_a_row = 0
        found.raw.append(event["data"])
        found.line.append(number)
        number += 1
        if len(found.raw) == _GROUP:
            yield found
            found = Records()
    yield found
    if damaged:
        report(
            Problem(path, f"has {damaged:,} damaged parts that could not be read; {number:,} events were. Last: {last}")
        )
    elif missing:
        report(Problem(path, f"is cut off: {missing:,} bytes are missing at its end; {number:,} events were read"))


def _missing(file: IO[bytes]) -> int:
    """Bytes by which the file is shorter than the chunks its header counts (16 bits at 42, each of 64 KiB)."""
    header = file.read(44)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return max(0, _HEADER + int.from_bytes(header[42:44], "little") * _CHUNK - size)


def _endless(file: IO[bytes]) -> Iterator[int]:
    """Where the heads of those lists of strings and templates stand that lead back to themselves or out of the chunk.

    A chunk has a table of 64 and one of 32 such heads at 128; each list element begins with the offset of the next
    (libevtx, "Windows XML Event Log (EVTX) format", section 3). The `evtx` library follows a ring for ever,
    and gives up a chunk for a link that leads out of it; without the heads it reads the records.
    """
    file.seek(_HEADER)
    start = _HEADER
    while len(chunk := file.read(_CHUNK)) > _HEADS.size + 128:
        last = len(chunk) - _LINK.size
        for number, link in enumerate(_HEADS.unpack_from(chunk, 128)):
            steps, at = 0, link
            while 0 < at <= last and steps <= _LONGEST:
                (at,) = _LINK.unpack_from(chunk, at)
                steps += 1
            if steps > _LONGEST or at > _CHUNK - _LINK.size:
                yield start + 128 + number * _LINK.size
        start += _CHUNK
    file.seek(0)


def _copy_without(heads: list[int], file: IO[bytes], copy: IO[bytes]) -> None:
    file.seek(0)
    shutil.copyfileobj(file, copy)
    for head in heads:
        copy.seek(head)
        copy.write(bytes(_LINK.size))
    copy.seek(0)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
