"""EVTX files: each event becomes the JSON text that the `evtx` library writes for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import evtx

from watchfloor.sources.frame import Records
from watchfloor.sources.problems import Problem

MAGIC = b"ElfFile\x00"
_GROUP = 1000
_HEADER, _CHUNK = 4096, 65536
_GIVE_UP = 1000
"""Damaged records after each other that end the reading of a file."""


def evtx_records(file: str | IO[bytes], path: str, report: Callable[[Problem], None]) -> Iterator[Records]:
    """The events of a file in its order; damaged ones are counted and reported once, the rest is read.

    Args:
        file: a path, or the content opened for random access.
        path: the name to report by.
        report: told of damage.
    """
    missing = _missing(file)
    try:
        parser = evtx.PyEvtxParser(file)
        events = iter(parser.records_json())
    except (RuntimeError, OSError) as error:
        report(Problem(path, f"is no readable EVTX file: {_first_line(error)}"))
        return
    found, number, damaged, in_a_row, last = Records(), 0, 0, 0, ""
    while in_a_row < _GIVE_UP:
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


def _missing(file: str | IO[bytes]) -> int:
    """Bytes by which the file is shorter than the chunks its header counts (16 bits at 42, each of 64 KiB)."""
    if isinstance(file, str):
        with Path(file).open("rb") as opened:
            return _missing(opened)
    header = file.read(44)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return max(0, _HEADER + int.from_bytes(header[42:44], "little") * _CHUNK - size)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
