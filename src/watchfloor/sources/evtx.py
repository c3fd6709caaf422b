"""EVTX files: each event becomes the JSON text that the `evtx` library writes for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO

import evtx

from watchfloor.sources.frame import Records
from watchfloor.sources.problems import Problem

MAGIC = b"ElfFile\x00"
_GROUP = 1000
_GIVE_UP = 1000
"""Damaged records after each other that end the reading of a file."""


def evtx_records(file: str | IO[bytes], path: str, report: Callable[[Problem], None]) -> Iterator[Records]:
    """The events of a file in its order; damaged ones are counted and reported once, the rest is read.

    Args:
        file: a path, or the content opened for random access.
        path: the name to report by.
        report: told of damage.
    """
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


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
