"""Bytes to text: UTF-8, UTF-16 with or without a mark, and single-byte text line by line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

_NOT_LOGS = (
    (b"\xd4\xc3\xb2\xa1", "packet capture"),
    (b"\xa1\xb2\xc3\xd4", "packet capture"),
    (b"\x4d\x3c\xb2\xa1", "packet capture"),
    (b"\x0a\x0d\x0d\x0a", "packet capture"),
    (b"\x7fELF", "Linux program"),
    (b"MZ", "Windows program"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"%PDF", "PDF document"),
    (b"SQLite format 3\x00", "SQLite database"),
    (b"PAR1", "Parquet table"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (b"Rar!", "RAR archive"),
    (b"MSCF", "cabinet archive"),
    (b"\x04\x22\x4d\x18", "LZ4 data"),
    (b"LPKSHHRH", "systemd journal; export it by journalctl -o json"),
    (b"\x30\x00\x00\x00LfLe", "event log of Windows XP"),
    (b"regf", "registry hive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office document"),
)
_CONTROLS = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27}) + b"\x7f"
_SAMPLE = 4096
_NUL_RUN = re.compile(rb"\x00{8,}")
"""What a log holds where it was cut while a program kept its place in it, was preallocated, or lost power."""


def not_a_log(head: bytes) -> str:
    """What a binary content is that holds no log records; empty when it may hold some."""
    for magic, name in _NOT_LOGS:
        if head.startswith(magic) and (max(magic) > 0x7E or b"\x00" in head[:_SAMPLE] or magic == b"%PDF"):
            return name
    if utf16(head):
        return ""
    sample = _NUL_RUN.sub(b"", head)[:_SAMPLE]
    return "binary data" if b"\x00" in sample and _controls(sample) > len(sample) // 20 else ""


def implausible(line: bytes) -> bool:
    """Whether bytes that are not UTF-8 are hardly text in another encoding: a tenth or more are control characters."""
    return _controls(line) * 10 >= len(line)


def _controls(data: bytes) -> int:
    return len(data) - len(data.translate(None, _CONTROLS))


def utf16(head: bytes) -> str:
    """The UTF-16 codec that fits: by its mark, or because nearly every second byte is NUL; else empty."""
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    sample = head[: _SAMPLE // 2 * 2]
    if len(sample) < 8:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.7 and odd < half * 0.1 else ""


def as_utf8(chunks: Iterable[bytes], head: bytes) -> Iterator[bytes]:
    """The same text as UTF-8 without a byte order mark; other single-byte text is passed on as it is.

    Half a surrogate pair, which UTF-8 cannot hold, becomes U+FFFD.
    """
    codec = utf16(head)
    if not codec:
        first = True
        for chunk in chunks:
            yield chunk.removeprefix(codecs.BOM_UTF8) if first else chunk
            first = False
        return
    decoder = codecs.getincrementaldecoder(codec)("replace")
    first = True
    for chunk in chunks:
        text = decoder.decode(chunk)
        yield (text.removeprefix("\ufeff") if first else text).encode("utf-8", "replace")
        first = first and not text
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def text_of(line: bytes) -> str:
    """A line as text without loss: UTF-8, else Windows-1252 or Latin-1, which has a character for every byte."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("latin-1")
