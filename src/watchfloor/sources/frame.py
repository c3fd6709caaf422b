"""Cuts text into lines, or into the objects of a JSON document."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

import orjson

from watchfloor.sources.decode import implausible, text_of
from watchfloor.sources.limits import Limits

_TOKEN = re.compile(rb'"(?:[^"\\\n]++|\\.)*+"|[{}"]')
"""A string, a brace, or the quote of a string that does not end here. JSON strings hold no line ends."""

_BETWEEN = b" \t\r\n,[]\x1e"
"""What may stand between the objects of a document; RFC 7464 separates them by 0x1E."""

_SCALAR = rb'(?:"(?:[^"\\]|\\.)*+"|[-+.\w]+|\[(?:[^\[\]{}"]|"(?:[^"\\]|\\.)*+")*+\])'
_WRAPPER = re.compile(
    rb'\s*+\{\s*+(?:"[^"]{1,64}"\s*+:\s*+' + _SCALAR + rb"\s*+,\s*+){0,16}"
    rb'"(?:[Rr]ecords|value|items|events|logEvents|entries|results)"\s*+:\s*+\[(?=\s*+\{)'
)
"""An object that only holds a list of the records, as services export them, and what stands before the list."""
_WRAPPER_END = re.compile(rb'\s*+\](?:\s*+,\s*+"[^"]{1,64}"\s*+:\s*+' + _SCALAR + rb"){0,16}\s*+\}")

_SURROGATE = re.compile(r"\\u[Dd][89A-Fa-f][0-9A-Fa-f]{2}")

_LONGEST_END = 65_536
"""Bytes that may stand after such a list."""

_BLANK = " \t\r\v\f"
_NOT_BLANK = "!"
"""Where the least of some lines does not sort before this, none is empty or starts with a blank."""


@dataclass(slots=True)
class Records:
    """Some records in order.

    Attributes:
        raw: each record's text without its line end.
        line: index of each in its source, from 0; for lines, blank ones are counted but are no records.
        errors: position in `raw` -> why the record is not whole or no clean text.
        nuls: NUL bytes at the ends of lines that were left out.
        header: the lines that name these records' columns; empty where there are none.
    """

    raw: list[str] = field(default_factory=list)
    line: list[int] = field(default_factory=list)
    errors: dict[int, str] = field(default_factory=dict)
    nuls: int = 0
    header: str = ""


def lines(chunks: Iterable[bytes], record_bytes: int, number: int = 0) -> Iterator[Records]:
    """One record per line that is not blank, counted from `number`; of a longer one the first bytes are kept.

    NUL bytes before and after a line are left out and counted: a log has them where it was cut while a program kept
    its place in it, was preallocated, or lost power.
    """
    rest, cut = b"", 0
    for chunk in chunks:
        parts = chunk.split(b"\n")
        nuls = 0 if rest else _leading_nuls(parts[0])
        rest, cut = _bounded(rest, cut, parts[0][nuls:], record_bytes)
        if len(parts) > 1:
            parts[0] = rest
            tail = parts.pop()
            found = _lines(parts, number, cut, record_bytes)
            number += len(parts)
            before = _leading_nuls(tail)
            found.nuls += nuls + before
            yield found
            rest, cut = _bounded(b"", 0, tail[before:], record_bytes)
        elif nuls:
            yield Records(nuls=nuls)
    if rest:
        yield _lines([rest], number, cut, record_bytes)


def _leading_nuls(data: bytes) -> int:
    return len(data) - len(data.lstrip(b"\0")) if data.startswith(b"\0") else 0


def _bounded(rest: bytes, cut: int, more: bytes, limit: int) -> tuple[bytes, int]:
    """The unfinished line with `more` of it, and how many of its bytes were cut off so far."""
    room = limit - len(rest)
    if len(more) <= room:
        return (rest + more if rest else more), cut
    return rest + more[:room], cut + len(more) - room


def _lines(parts: list[bytes], number: int, first_cut: int, limit: int) -> Records:
    errors: dict[int, str] = {}
    nuls = _trim(parts, limit, whole_first=not first_cut) if b"\0" in b"".join(parts) else 0
    for at, part in enumerate(parts):
        if len(part) > limit or (at == 0 and first_cut):
            parts[at] = _whole_characters(part[:limit])
            errors[at] = _too_long(len(part) - len(parts[at]) + (0 if at else first_cut))
    try:
        text = b"\n".join(parts).decode("utf-8")
    except UnicodeDecodeError:
        texts = [_text(part, at, errors) for at, part in enumerate(parts)]
    else:
        texts = text.split("\n")
        if not errors and "\r" not in text and min(texts) >= _NOT_BLANK:
            return Records(texts, list(range(number, number + len(texts))), nuls=nuls)
    found = _without_blank(texts, number, errors)
    found.nuls = nuls
    return found


def _trim(parts: list[bytes], limit: int, *, whole_first: bool) -> int:
    """Takes NUL bytes off both ends of the lines (not the end of one that is to be cut) and counts them."""
    before = sum(map(len, parts))
    for at, part in enumerate(parts):
        line = part.lstrip(b"\0")
        parts[at] = line.rstrip(b"\0") if len(line) <= limit and (at or whole_first) else line
    return before - sum(map(len, parts))


def _without_blank(texts: list[str], number: int, errors: dict[int, str]) -> Records:
    found = Records()
    for at, text in enumerate(texts):
        record = text.removesuffix("\r")
        if not record.strip(_BLANK):
            continue
        if at in errors:
            found.errors[len(found.raw)] = errors[at]
        found.raw.append(record)
        found.line.append(number + at)
    return found


def _text(part: bytes, at: int, errors: dict[int, str]) -> str:
    """The line as text; that it is neither UTF-8 nor plausible in another encoding is noted."""
    try:
        return part.decode("utf-8")
    except UnicodeDecodeError:
        if implausible(part):
            errors.setdefault(at, "bytes that are hardly text")
        return text_of(part)


def _whole_characters(data: bytes) -> bytes:
    """The bytes without a UTF-8 character that a cut left incomplete at their end."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return data[:-back] if length > back else data
        if byte < 0x80:
            return data
    return data


def _too_long(cut: int) -> str:
    return f"record too long: its last {cut:,} bytes were cut off"


def looks_like_document(head: bytes) -> bool:
    """A brace whose line is no JSON, or an array of objects."""
    start = head.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n\x1e")
    if _WRAPPER.match(start):
        return True
    if start[:1] == b"[":
        return start[1:].lstrip()[:1] == b"{"
    if start[:1] != b"{" or b"\n" not in start:
        return False
    try:
        orjson.loads(start.split(b"\n", 1)[0])
    except orjson.JSONDecodeError:
        return True
    return False


def objects(pieces: Iterator[bytes], limits: Limits) -> Iterator[Records]:
    """The objects of a document; from the first place that is none on, its lines."""
    count, rest, left, more, wrapped = 0, b"", True, True, False
    while more and left and len(rest) <= limits.object_bytes:
        piece = next(pieces, b"")
        more = bool(piece)
        rest += piece
        while True:
            if opened := _WRAPPER.match(rest):
                rest, wrapped = rest[opened.end() :], True
            whole, end, left = _complete(rest)
            yield _objects(whole, count, limits.record_bytes)
            count += len(whole)
            rest = rest[end:]
            if left or not wrapped:
                break
            ended = _WRAPPER_END.match(rest)
            left = ended is None and len(rest) < _LONGEST_END
            if ended is None:
                break
            rest, wrapped, left = rest[ended.end() :].lstrip(_BETWEEN), False, True
    rest = rest.lstrip(_BETWEEN)
    if rest:
        yield from lines(chain([rest], pieces), limits.record_bytes, count)


def _objects(whole: list[bytes], count: int, record_bytes: int) -> Records:
    found = Records(line=list(range(count, count + len(whole))))
    for each in whole:
        text = text_of(each)
        if len(each) > record_bytes:
            kept = _whole_characters(each[:record_bytes])
            found.errors[len(found.raw)] = _too_long(len(each) - len(kept))
            text = text_of(kept)
        found.raw.append(text)
    return found


def _complete(data: bytes) -> tuple[list[bytes], int, bool]:
    """The objects that end in the data, each on one line; where the last ends; whether what follows may be one."""
    found: list[bytes] = []
    depth, begin, end = 0, 0, 0
    for token in _TOKEN.finditer(data):
        mark = data[token.start()]
        if depth == 0:
            begin = token.start()
            if mark != 0x7B or data[end:begin].strip(_BETWEEN):
                return found, end, False
            depth = 1
        elif mark == 0x22 and token.end() - token.start() == 1:
            return found, end, b"\n" not in data[token.start() :]
        elif mark == 0x7B:
            depth += 1
        elif mark == 0x7D:
            depth -= 1
            if depth == 0:
                joined = b"".join(map(bytes.strip, data[begin : token.end()].split(b"\n")))
                if not _is_object(joined):
                    return found, end, False
                found.append(joined)
                end = token.end()
    return found, end, depth > 0 or not data[end:].strip(_BETWEEN)


def _is_object(data: bytes) -> bool:
    """Half a surrogate pair, as programs that cut texts write it, is no reason to take a document apart."""
    text = text_of(data)
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        if not _SURROGATE.search(text):
            return False
        try:
            orjson.loads(_SURROGATE.sub("\\\\ufffd", text))
        except orjson.JSONDecodeError:
            return False
    return True
