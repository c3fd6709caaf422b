"""Flow records as nfdump prints them (`-o line`, `long`, `extended`, `csv`, `pipe`), and CSV of pmacct."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import columns
from watchfloor.parsers.network._flowrecord import flow
from watchfloor.parsers.plugin import FieldsParser

_END = r"(\d+(?:\.\d+){3}(?=:)|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*?(?=\.\d))[:.](\d+(?:\.\d+)?)"
_LINE = re.compile(
    rf"(\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{{3}})\s+([\d:.]+)\s+(\S+)\s+{_END}\s+->\s+{_END}\s+"
    r"(?:([.A-Z]{6,8}|0x[0-9a-f]+)\s+(\d+)\s+)?(\d+(?:\.\d+ [KMGT])?)\s+(\d+(?:\.\d+ [KMGT])?)\s.*\Z"
)
_NAMES = ("ts", "td", "pr", "sa", "sp", "da", "dp", "flg", "stos", "ipkt", "ibyt")
_PIPE = (
    "af", "first", "last", "pr", "sa0", "sa1", "sa2", "sa3", "sp", "da0", "da1", "da2", "da3", "dp", "sas", "das",
    "in", "out", "flg", "stos", "ipkt", "ibyt",
)  # fmt: skip
_FIELDS: dict[str, Target] = {
    "ts": "@start", "te": "@end", "first": "@start", "last": "@end", "sa": "source.address",
    "da": "destination.address",
    "sp": "source.port", "dp": "destination.port", "pr": "@proto", "ipkt": "source.packets", "ibyt": "source.bytes",
    "opkt": "destination.packets", "obyt": "destination.bytes", "in": "observer.ingress.interface.id",
    "out": "observer.egress.interface.id", "sas": "source.as.number", "das": "destination.as.number",
    "ismc": "source.mac", "idmc": "destination.mac", "ra": "observer.ip", "td": "@seconds",
    "SRC_IP": "source.address", "DST_IP": "destination.address", "SRC_PORT": "source.port",
    "DST_PORT": "destination.port",
    "PROTOCOL": "@proto", "PACKETS": "source.packets", "BYTES": "source.bytes", "SRC_MAC": "source.mac",
    "DST_MAC": "destination.mac",
    "TIMESTAMP_START": "@start", "TIMESTAMP_END": "@end",
}  # fmt: skip
_EMPTY = frozenset({"", "-", "0.0.0.0", "00:00:00:00:00:00", "0-0-0", "0/0"})  # noqa: S104  # says that there is none
_SCALE = {"K": 1_000, "M": 1_000_000, "G": 1_000_000_000, "T": 1_000_000_000_000}


def read(lines: Sequence[str], header: str) -> list[dict[str, str] | None]:
    """Each line's values by nfdump's short names."""
    if header:
        names = header.strip().splitlines()[-1].strip().split(",")
        return [one and _scaled(one) for one in columns([line.strip() for line in lines], names)]
    return [_piped(line) if "|" in line else _printed(line) for line in lines]


def _printed(line: str) -> dict[str, str] | None:
    match = _LINE.match(line.strip())
    if not match:
        return None
    values = {name: value for name, value in zip(_NAMES, match.groups(), strict=True) if value}
    values["pr"] = values["pr"].rstrip(",")
    if "." in values["dp"]:  # for ICMP the type and the code stand where a port does
        values |= {"icmp": values.pop("dp")}
        values.pop("sp")
    return _scaled(values)


def _scaled(values: dict[str, str]) -> dict[str, str]:
    """Counters such as `1.2 M` as whole numbers; durations `H:MM:SS.fff` as seconds."""
    for name in ("ipkt", "ibyt"):
        number, _, unit = values.get(name, "").strip().partition(" ")
        if unit:
            values[name] = str(round(float(number) * _SCALE[unit]))
    hours = re.fullmatch(r"(?:(\d+)d )?(\d+):(\d\d):([\d.]+)", values.get("td", ""))
    if hours:
        days, *rest = (float(each or 0) for each in hours.groups())
        values["td"] = str(days * 86400 + rest[0] * 3600 + rest[1] * 60 + rest[2])
    return {name: value.strip() for name, value in values.items()}


def _piped(line: str) -> dict[str, str] | None:
    values = line.strip().split("|")
    if len(values) < len(_PIPE):
        return None
    found = dict(zip(_PIPE, values, strict=False))
    for side in ("sa", "da"):
        words = [int(found.pop(f"{side}{at}") or 0) for at in range(4)]
        number = sum(word << 32 * (3 - at) for at, word in enumerate(words))
        found[side] = str(ipaddress.IPv6Address(number) if found["af"] != "2" else ipaddress.IPv4Address(words[3]))
    return found


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    return flow(mapped(records, _FIELDS, vendor="nfdump", wanted=wanted, empty=_EMPTY))


PARSER = FieldsParser(
    reference="https://github.com/phaag/nfdump/blob/master/man/nfdump.1",
    sieve=(
        r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\s+[\d:.]+\s+\S+\s+\S+[:.]\d+\s+->\s+\S+[:.][\d.]+\s+"
        r"|^(?:2|10)\|\d{10,13}\|\d{10,13}\|\d{1,3}(?:\|[\dA-Z.]*){18,}\s*$"
    ),
    read=read,
    parse=parse,
    header=r"^(?:ts,te,td,(?:sa|pr),|(?:.*\n)*(?:[A-Z_]+,)*SRC_IP,DST_IP,)",
)
