"""Lines that name the columns of those that follow: W3C and Zeek directives, the first line of a CSV, preambles."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from watchfloor.sources.frame import Records

_DIRECTIVE = re.compile(
    r"#(?:(?:Fields|Software|Version|Date|Start-Date|End-Date|Remark|Time Format|Log-type|GMT-Offset)\s?:"
    r"|(?:separator|set_separator|empty_field|unset_field|path|open|close|fields|types)[ \t])"
)
"""W3C extended log files (https://www.w3.org/TR/WD-logfile) and Zeek's TSV (https://docs.zeek.org/en/master/log-formats.html)."""
_CLOSING = re.compile(r"#(?:close[ \t]|End-Date\s?:)")
_COLUMNS = re.compile(r"#[Ff]ields")
_PREAMBLE = re.compile(r"\s*Microsoft DHCP(?:v6)? Service Activity Log\s*$")
"""First line of the DHCP server's audit log, whose column names stand after a table of event ids."""
_PREAMBLE_END = re.compile(r"ID,Date,Time,Description,")
_PREAMBLE_LINES = 200
_NAME = re.compile(r'"?\s*[A-Za-z_@#.][\w@.#/()%+\[\] -]{0,63}\s*"?')
_TIMELIKE = re.compile(r"(?i)time|date|stamp|\bts\b|seen|start|when|_at$")
_FLOW_NAMES = frozenset({"srcaddr", "dstaddr"})
_SEPARATORS = (",", "\t", ";", "|")
_LONGEST = 16_384
"""Characters of a line that may be a header."""


def with_headers(groups: Iterator[Records]) -> Iterator[Records]:
    """The records of a file of lines; those that only name columns become the `header` of what follows them.

    Only a file whose first record is such a line has headers at all, so that no line in the middle of another log can
    change how the rest of it is read.
    """
    for first in groups:
        if first.raw:
            break
        yield first
    else:
        return
    if _DIRECTIVE.match(first.raw[0]):
        yield from _directives(first, groups)
        return
    size = _preamble(first.raw) or _csv_header(first.raw)
    if size:
        yield from _under("\n".join(first.raw[:size]), first, size, groups)
        return
    yield first
    yield from groups


def _under(header: str, first: Records, size: int, groups: Iterator[Records]) -> Iterator[Records]:
    yield _part(first, size, len(first.raw), header)
    for group in groups:
        group.header = header
        yield group


def _directives(first: Records, groups: Iterator[Records]) -> Iterator[Records]:
    block: dict[str, str] = {}
    run: dict[str, str] = {}  # directives since the last record, by name, so that they are few however many come
    group: Records | None = first
    while group is not None:
        start = 0
        for at, text in enumerate(group.raw):
            directive = _DIRECTIVE.match(text) if text[:1] == "#" else None
            if directive is None:
                block, run = _renewed(block, run), {}
                continue
            if at > start:
                yield _part(group, start, at, "\n".join(block.values()))
            start = at + 1
            if not _CLOSING.match(text) and len(text) <= _LONGEST:
                run[directive[0]] = text
        yield _part(group, start, len(group.raw), "\n".join(block.values()))
        group = next(groups, None)


def _renewed(block: dict[str, str], run: dict[str, str]) -> dict[str, str]:
    """The block in force after some directives: a new one if they name columns, else they change the one before."""
    if not run:
        return block
    return run if any(map(_COLUMNS.match, run)) else {**block, **run}


def _part(group: Records, start: int, end: int, header: str) -> Records:
    """Some of the group's records, under a header."""
    errors = {at - start: reason for at, reason in group.errors.items() if start <= at < end}
    return Records(group.raw[start:end], group.line[start:end], errors, group.nuls if not start else 0, header)


def _preamble(lines: list[str]) -> int:
    """How many lines the DHCP server's audit log begins with before its records."""
    if not _PREAMBLE.match(lines[0]):
        return 0
    ends = (at + 1 for at, line in enumerate(lines[:_PREAMBLE_LINES]) if _PREAMBLE_END.match(line))
    return next(ends, 0)


def _csv_header(lines: list[str]) -> int:
    """1 if the first line names at least three columns, one of them a time, and the second line has as many values."""
    if len(lines) < 2 or len(lines[0]) > _LONGEST or not _NAME.match(lines[0]):
        return 0
    words = lines[0].split()
    if set(words) >= _FLOW_NAMES and len(words) == len(lines[1].split()):
        return 1
    for separator in _SEPARATORS:
        names = lines[0].split(separator)
        if len(names) < 3 or not all(map(_NAME.fullmatch, names)):
            continue
        plain = [name.strip(' "') for name in names]
        if len(set(plain)) < len(plain) or not any(map(_TIMELIKE.search, plain)) or max(map(_words, plain)) > 4:
            continue
        if _width(lines[1], separator) == len(names) and lines[1] != lines[0]:
            return 1
    return 0


def _words(name: str) -> int:
    return len(name.split())


def _width(line: str, separator: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=separator)))
    except (csv.Error, StopIteration):
        return 0
