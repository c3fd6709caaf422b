"""Reads DNS messages as they go over the wire: header, question, answers (https://www.rfc-editor.org/rfc/rfc1035)."""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass, field

from watchfloor.parsers.dns._question import RCODE_NAMES

_HEADER = struct.Struct("!6H")
_RECORD = struct.Struct("!HHIH")
_TYPES = {
    1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV", 41: "OPT",
    64: "SVCB", 65: "HTTPS",
}  # fmt: skip
_FLAGS = {0x0400: "AA", 0x0200: "TC", 0x0100: "RD", 0x0080: "RA", 0x0020: "AD", 0x0010: "CD"}
_MOST_RECORDS = 64


@dataclass(slots=True)
class Message:
    """What a message says.

    Attributes:
        id: number of the query.
        code: response code by name.
        flags: flags of the header.
        answers: name, type, seconds to live and data of each answer that could be read.
    """

    id: int
    code: str
    flags: list[str]
    answers: list[tuple[str, str, int, str]] = field(default_factory=list)


def read(wire: bytes) -> Message | None:
    """The message, or None when there is not even a header; a broken record ends the answers."""
    if len(wire) < _HEADER.size:
        return None
    number, bits, questions, count, _, _ = _HEADER.unpack_from(wire)
    code = RCODE_NAMES.get(str(bits & 15), str(bits & 15))
    found = Message(number, code, [name for bit, name in _FLAGS.items() if bits & bit])
    try:
        at = _HEADER.size
        for _ in range(min(questions, _MOST_RECORDS)):
            _, at = _name(wire, at)
            at += 4
        for _ in range(min(count, _MOST_RECORDS)):
            name, at = _name(wire, at)
            kind, _, ttl, size = _RECORD.unpack_from(wire, at)
            at += _RECORD.size
            data = _data(wire, at, kind, size)
            at += size
            if data:
                found.answers.append((name, _TYPES.get(kind, f"TYPE{kind}"), ttl, data))
    except (struct.error, IndexError, ValueError):
        return found
    return found


def _data(wire: bytes, at: int, kind: int, size: int) -> str:
    if kind in {1, 28}:
        return str(ipaddress.ip_address(wire[at : at + size]))
    if kind in {2, 5, 12}:
        return _name(wire, at)[0]
    if kind == 15:
        return _name(wire, at + 2)[0]
    if kind == 16:
        return wire[at + 1 : at + 1 + wire[at]].decode("utf-8", "replace")
    return ""


def _name(wire: bytes, at: int) -> tuple[str, int]:
    """The name that begins here, and where the message goes on behind it."""
    labels: list[str] = []
    end = 0
    for _ in range(_MOST_RECORDS * 2):
        size = wire[at]
        if size >= 0xC0:
            end = end or at + 2
            at = (size & 0x3F) << 8 | wire[at + 1]
            continue
        at += 1
        if not size:
            return ".".join(labels) or ".", end or at
        labels.append(wire[at : at + size].decode("ascii", "backslashreplace"))
        at += size
    raise ValueError("a name that does not end")
