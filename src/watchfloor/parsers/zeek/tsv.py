"""Zeek's logs as columns under a header that names their path, fields and types."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from watchfloor.parsers.plugin import FieldsParser
from watchfloor.parsers.zeek import _logs

_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|\\)")
_SIDE = r"[0-9A-Fa-f.:]{2,39}\t\d{1,5}\t"
_BARE = rf"^\d{{9,10}}\.\d{{6}}\tC[0-9A-Za-z]{{11,19}}\t{_SIDE}{_SIDE}(?:tcp|udp|icmp|unknown_transport)\t"
"""A connection's line without a header."""
_CONN = (
    "#separator \\x09\n#path\tconn\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes"
    "\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes"
    "\ttunnel_parents\n"
    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount"
    "\tstring\tcount\tcount\tcount\tcount\tset[string]"
)
"""The header of conn.log as Zeek writes it without further scripts."""


@dataclass(frozen=True, slots=True)
class _Header:
    separator: str
    within: str
    unset: str
    empty: str
    path: str
    names: tuple[str, ...]
    readers: tuple[Callable[[str], Any], ...]


def read(lines: Sequence[str], header: str) -> list[dict[str, Any] | None]:
    """Each line's values by their names, in the types that the header gives; None for a line of another shape."""
    columns = _header(header or _CONN)
    return [_values(line, columns) for line in lines]


def _values(line: str, header: _Header) -> dict[str, Any] | None:
    values = line.rstrip("\r").split(header.separator)
    if len(values) != len(header.names):
        return None
    found: dict[str, Any] = {_logs.HEADED: header.path} if header.path else {}
    for name, value, reader in zip(header.names, values, header.readers, strict=True):
        if value not in {header.unset, header.empty}:
            found[name] = reader(value)
    return found


@functools.lru_cache(maxsize=256)
def _header(text: str) -> _Header:
    separator = _unescaped(re.search(r"(?m)^#separator (\S+)", text + "\n#separator \\x09")[1])  # type: ignore[index]  # the end of the text fits
    told = dict(
        line[1:].rstrip("\r").split(separator, 1) for line in text.split("\n") if line[:1] == "#" and separator in line
    )
    names = tuple((told.get("fields") or text.rstrip("\r").split("\n", 1)[0]).split(separator))
    types = told.get("types", "").split(separator)
    within = told.get("set_separator", ",")
    readers = tuple(_reader(types[at] if at < len(types) else "string", within) for at in range(len(names)))
    return _Header(
        separator, within, told.get("unset_field", "-"), told.get("empty_field", "(empty)"), told.get("path", ""),
        names, readers,
    )  # fmt: skip


def _reader(kind: str, within: str) -> Callable[[str], Any]:
    inner = re.match(r"(?:set|vector|table)\[(.*)\]$", kind)
    if inner:
        member = _reader(inner[1], within)
        return lambda text: [member(each) for each in text.split(within)]
    if kind in {"count", "int", "port"}:
        return _whole
    if kind in {"double", "interval"}:
        return _fraction
    if kind == "bool":
        return lambda text: {"T": True, "F": False}.get(text, text)
    return _unescaped


def _whole(text: str) -> int | str:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else text


def _fraction(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _unescaped(text: str) -> str:
    r"""A text in which `\\xNN` stands for a byte of UTF-8 and a double backslash for one."""
    if "\\" not in text:
        return text
    raw = _ESCAPE.sub(lambda match: bytes.fromhex(match[1].decode()) if match[1] else b"\\", text.encode())
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return text


PARSER = FieldsParser(
    reference="https://docs.zeek.org/en/master/log-formats.html#zeek-tsv-format-logs",
    sieve=_BARE,
    read=read,
    parse=_logs.parse,
    header=r"(?m)^#fields[^A-Za-z:]|^(?:ts\tuid|uid)\t[a-z]",
    datasets=_logs.DATASETS,
)
