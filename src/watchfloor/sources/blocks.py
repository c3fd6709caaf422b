"""Cuts records that span lines and are marked: XML events, journal entries, web audit transactions, DHCP leases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain

import orjson

from watchfloor.sources.decode import text_of
from watchfloor.sources.frame import Records, lines
from watchfloor.sources.limits import Limits

_XML = re.compile(rb"\s*(?:\xef\xbb\xbf)?(?:<\?xml[^>]{0,200}\?>\s*)?(?:<Events[^>]{0,300}>\s*)?<Event[\s>]")
_XML_EVENT = re.compile(rb"<Event[\s>].*?</Event\s*>", re.DOTALL)
_XML_BETWEEN = re.compile(rb"(?:\s|\xef\xbb\xbf|<\?xml[^>]{0,200}\?>|</?Events[^>]{0,300}>)*")
_AUDIT = re.compile(rb"---?[0-9A-Za-z]{6,16}(?:--)?-A--\r?\n")
_AUDIT_BLOCK = re.compile(rb"--(-?[0-9A-Za-z]{6,16}(?:--)?)-A--\r?\n.*?\n--\1-Z--[^\n]*\n?", re.DOTALL)
"""https://github.com/owasp-modsecurity/ModSecurity/wiki/ModSecurity-2-Data-Formats"""
_LEASE_BETWEEN = re.compile(rb"(?:\s+|(?:#|authoring-byte-order |server-duid )[^\n]*\n)*+")
_LEASES = re.compile(
    _LEASE_BETWEEN.pattern + rb'(?:lease [0-9.]+|ia-[a-z]{2} [^\n]{1,1024}|failover peer "[^\n]{1,256}) \{[ \t\r]*\n'
)
_LEASE_BLOCK = re.compile(rb"[a-z][^\n]* \{[ \t\r]*\n.*?\n\}[^\n]*\n", re.DOTALL)
"""dhcpd.leases(5) of ISC's DHCP server."""
_BLANKS = re.compile(rb"\s*")
_JOURNAL = re.compile(rb"__(?:CURSOR|REALTIME_TIMESTAMP)=")
"""https://systemd.io/JOURNAL_EXPORT_FORMATS/"""
_KEY = re.compile(rb"[A-Z0-9_]{1,64}")
_LENGTH_BYTES = 8
Cut = Callable[[bytes], tuple[list[bytes], int]]
"""The records that are whole in some data, and where the last one ends."""


def cutter(head: bytes) -> Cut | None:
    """How to cut a content that begins so; None where it is not in such a format."""
    if _XML.match(head):
        return lambda data: _marked(data, _XML_EVENT, _XML_BETWEEN)
    if _AUDIT.match(head):
        return lambda data: _marked(data, _AUDIT_BLOCK, _BLANKS)
    if _LEASES.match(head):
        return lambda data: _marked(data, _LEASE_BLOCK, _LEASE_BETWEEN)
    if is_journal(head):
        return _journal
    return None


def is_journal(head: bytes) -> bool:
    """Whether a content that begins so is in the journal's export format."""
    return bool(_JOURNAL.match(head))


def blocks(pieces: Iterator[bytes], cut: Cut, limits: Limits) -> Iterator[Records]:
    """One record per block, counted from 0; from the first place that is no block on, one per line."""
    count, rest, more = 0, b"", True
    while more:
        piece = next(pieces, b"")
        more = bool(piece)
        rest += piece
        found, end = cut(rest if more else rest + b"\n\n")
        raw = [text_of(each[: limits.record_bytes]) for each in found]
        errors = {
            at: f"record too long: its last {len(each) - limits.record_bytes:,} bytes were cut off"
            for at, each in enumerate(found)
            if len(each) > limits.record_bytes
        }
        yield Records(raw, list(range(count, count + len(raw))), errors)
        count += len(raw)
        rest = rest[end:]
        if len(rest) > limits.object_bytes:
            break
    if rest.strip():
        yield from lines(chain([rest], pieces), limits.record_bytes, count)


def _marked(data: bytes, block: re.Pattern[bytes], between: re.Pattern[bytes]) -> tuple[list[bytes], int]:
    found, end = [], _after(data, 0, between)
    while match := block.match(data, end):
        found.append(match[0].rstrip())
        end = _after(data, match.end(), between)
    return found, min(end, len(data))


def _after(data: bytes, start: int, between: re.Pattern[bytes]) -> int:
    match = between.match(data, start)
    return match.end() if match else start


def _journal(data: bytes) -> tuple[list[bytes], int]:
    """Entries of the journal's export format, each as the JSON object that `journalctl -o json` writes for it."""
    found, end = [], 0
    while (entry := _entry(data, end)) is not None:
        fields, end = entry
        if fields:
            found.append(orjson.dumps(fields))
    return found, end


def _entry(data: bytes, at: int) -> tuple[dict[str, object], int] | None:
    """The fields of the entry that starts here, and where it ends; None if it is not whole."""
    fields: dict[str, object] = {}
    while True:
        stop = data.find(b"\n", at)
        if stop < 0:
            return None
        line = data[at:stop]
        if not line:
            return fields, stop + 1
        key, equals, value = line.partition(b"=")
        if not _KEY.fullmatch(key):
            return None
        if not equals:
            length = int.from_bytes(data[stop + 1 : stop + 1 + _LENGTH_BYTES], "little")
            begin = stop + 1 + _LENGTH_BYTES
            if begin + length >= len(data):
                return None
            value, stop = data[begin : begin + length], begin + length
        fields[key.decode()] = text_of(value)
        at = stop + 1
