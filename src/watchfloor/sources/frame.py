"""Cuts content into records: lines, or the objects of a JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

import orjson

from watchfloor.sources.decode import text_of
from watchfloor.sources.limits import Limits

_NEVER = json.JSONDecodeError, RecursionError


@dataclass(slots=True)
class Records:
    """Some records in order.

    Attributes:
        raw: each record's text without its line end.
        line: index of each in its source, from 0; for lines, blank ones are counted but are no records.
        errors: position in `raw` -> why the record is not whole.
    """

    raw: list[str] = field(default_factory=list)
    line: list[int] = field(default_factory=list)
    errors: dict[int, str] = field(default_factory=dict)


def records(chunks: Iterable[bytes], head: bytes, limits: Limits) -> Iterator[Records]:
    """The records of a text in UTF-8 or a single-byte encoding.

    A file that is one JSON document over several lines (an object, an array of objects, or several objects after each
    other) gives one record per object, written compactly; everything else gives one record per line.
    """
    pieces = iter(chunks)
    if _looks_like_document(head):
        start, whole = _taken(pieces, limits.document_bytes)
        if whole:
            found = _document(b"".join(start))
            if found is not None:
                yield Records(found, list(range(len(found))))
                return
        pieces = chain(start, pieces)
    yield from lines(pieces, limits.record_bytes)


def lines(chunks: Iterable[bytes], record_bytes: int) -> Iterator[Records]:
    """One record per line that is not blank; of a longer line the first `record_bytes` bytes are kept."""
    number, rest, cut = 0, b"", 0
    for chunk in chunks:
        parts = chunk.split(b"\n")
        if len(parts) == 1:
            rest, cut = _bounded(rest, cut, chunk, record_bytes)
            continue
        rest, cut = _bounded(rest, cut, parts[0], record_bytes)
        parts[0] = rest
        first_cut, rest, cut = cut, b"", 0
        tail = parts.pop()
        yield _lines(parts, number, first_cut, record_bytes)
        number += len(parts)
        rest, cut = _bounded(rest, cut, tail, record_bytes)
    if rest:
        yield _lines([rest], number, cut, record_bytes)


def _bounded(rest: bytes, cut: int, more: bytes, limit: int) -> tuple[bytes, int]:
    """The unfinished line with `more` of it, and how many of its bytes were cut off so far."""
    room = limit - len(rest)
    if len(more) <= room:
        return (rest + more if rest else more), cut
    return rest + more[:room], cut + len(more) - room


def _lines(parts: list[bytes], number: int, first_cut: int, limit: int) -> Records:
    found = Records()
    errors: dict[int, str] = {}
    if first_cut:
        errors[0] = _too_long(first_cut)
    for at, part in enumerate(parts):
        if len(part) > limit:
            errors[at] = _too_long(len(part) - limit)
            parts[at] = part[:limit]
    try:
        texts = b"\n".join(parts).decode("utf-8").split("\n")
    except UnicodeDecodeError:
        texts = [text_of(part) for part in parts]
    for at, text in enumerate(texts):
        record = text.removesuffix("\r")
        if not record.strip():
            continue
        if at in errors:
            found.errors[len(found.raw)] = errors[at]
        found.raw.append(record)
        found.line.append(number + at)
    return found


def _too_long(cut: int) -> str:
    return f"line too long: its last {cut:,} bytes were cut off"


def _looks_like_document(head: bytes) -> bool:
    start = head.lstrip()
    if start[:1] == b"[":
        return start[1:].lstrip()[:1] in {b"{", b"]"}
    if start[:1] != b"{" or b"\n" not in start:
        return False
    try:
        orjson.loads(start.split(b"\n", 1)[0])
    except orjson.JSONDecodeError:
        return True
    return False


def _taken(pieces: Iterator[bytes], limit: int) -> tuple[list[bytes], bool]:
    """The content up to a size, and whether that is all of it."""
    taken: list[bytes] = []
    size = 0
    for piece in pieces:
        taken.append(piece)
        size += len(piece)
        if size > limit:
            return taken, False
    return taken, True


def _document(data: bytes) -> list[str] | None:
    """The objects of a JSON document, or None when it is something else."""
    try:
        values = [orjson.loads(data)]
    except orjson.JSONDecodeError:
        concatenated = _concatenated(text_of(data))
        if concatenated is None:
            return None
        values = concatenated
    if len(values) == 1 and isinstance(values[0], list):
        values = values[0]
    if not all(isinstance(value, dict) for value in values):
        return None
    try:
        return [orjson.dumps(value).decode() for value in values]
    except (orjson.JSONEncodeError, TypeError):
        return [json.dumps(value, separators=(",", ":")) for value in values]


def _concatenated(text: str) -> list[object] | None:
    decoder, at, values = json.JSONDecoder(), 0, []
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if at == len(text):
            return values
        try:
            value, at = decoder.raw_decode(text, at)
        except _NEVER:
            return None
        values.append(value)
