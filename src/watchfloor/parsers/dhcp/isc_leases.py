"""The lease files of ISC dhcpd (dhcpd.leases, dhcpd6.leases): a block per lease, appended whenever one changes.

What a client chooses (its name, its identifier) stands between quotes on a line of its own, in which the server writes
what is not printable in octal.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, word
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._times import epochs
from watchfloor.parsers.dhcp._leases import ENDLESS, with_state
from watchfloor.parsers.plugin import FieldsParser, by_line

_HEAD = re.compile(r'(?:lease (\S+)|ia-[a-z]+ ("(?:[^"\\]|\\.)*"|\S+)|failover peer "([^"]*)" state) \{')
_LINE = re.compile(
    r"[ \t]+(binding state|starts|ends|cltt|hardware \S+|uid|client-hostname|iaaddr|iaprefix|"
    r"my state|set vendor-class-identifier =) (.*)"
)
_DATE = re.compile(r"[0-6] (\d{4})/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d)|epoch (\d{1,12});?")
_NEVER = "never"
_OCTAL = re.compile(rb"\\([0-7]{3})|\\(.)")
_STATES = {
    "active": "held",
    "free": "expired",
    "expired": "expired",
    "reset": "expired",
    "released": "released",
    "abandoned": "unusable",
}
_FIELDS: dict[str, Target] = {
    "address": "client.ip",
    "prefix": "isc_dhcp.prefix",
    "hardware": "client.mac",
    "client": "dhcp.client_id",
    "hostname": "dhcp.hostname",
    "start": "_start",
    "end": "_end",
    "state": "isc_dhcp.leases.state",
    "vendor": "isc_dhcp.leases.vendor_class",
    "peer": "isc_dhcp.peer",
}


def _read(block: str) -> dict[str, str] | None:
    """The values of a block; of an association with several addresses, those of the first that is in use."""
    first, *others = block.split("\n")
    head = _HEAD.match(first)
    if head is None:
        return None
    own: dict[str, str] = {}
    parts: list[dict[str, str]] = []
    for line in others:
        if matched := _LINE.fullmatch(line):
            name, value = matched[1].split(" ")[0] if matched[1][:8] == "hardware" else matched[1], _value(matched[2])
            if name in {"iaaddr", "iaprefix"}:
                parts.append({"address" if name == "iaaddr" else "prefix": value.strip()})
            else:
                (parts[-1] if parts else own).setdefault(name, value)
    active = (part for part in parts if part.get("binding state") == "active")
    values = own | next(active, parts[0] if parts else {})
    if head[1]:
        values["address"] = head[1]
    if head[3] is not None:
        name, _, since = values.get("my state", "").partition(" at ")
        return {"peer": head[3], "state": name, "start": _moment(since)}
    return dict(_told(values, head[2] or ""))


def _value(rest: str) -> str:
    """What stands in front of a line's last mark."""
    rest = rest.rstrip(" \t\r")
    return rest[:-1] if rest.endswith((";", "{")) else rest


def _told(values: dict[str, str], association: str) -> Iterator[tuple[str, str]]:
    """The values under the names of `_FIELDS`; the begin of a lease for DHCPv6 is when the client last spoke."""
    state = values.get("binding state", "")
    start = _moment(values.get("starts") or values.get("cltt", ""))
    end = _moment(values.get("cltt" if association and state == "released" else "ends", ""))
    client = _bytes(association)[4:] if association else _bytes(values.get("uid", ""))
    found = {
        "address": values.get("address", ""),
        "prefix": values.get("prefix", ""),
        "hardware": values.get("hardware", ""),
        "client": client.hex(":"),
        "hostname": _bytes(values.get("client-hostname", "")).decode(errors="replace"),
        "vendor": _bytes(values.get("set vendor-class-identifier =", "")).decode(errors="replace"),
        "start": start,
        "end": end or (_NEVER if values.get("ends") == _NEVER else ""),
        "state": state,
    }
    return ((name, value) for name, value in found.items() if value)


def _moment(text: str) -> str:
    """Seconds since 1970; empty for what never comes or is no moment."""
    date = _DATE.match(text)
    if date is None:
        return ""
    if date[7]:
        return date[7]
    try:
        year, month, day, hour, minute, second = map(int, date.groups()[:6])
        return str(int(dt.datetime(year, month, day, hour, minute, second, tzinfo=dt.UTC).timestamp()))
    except ValueError:  # of no calendar
        return ""


def _bytes(text: str) -> bytes:
    """What a quoted string stands for, or a list of hexadecimal numbers."""
    if text[:1] != '"':
        digits = text.replace(":", "")
        return bytes.fromhex(digits) if re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", digits) else b""
    inner = text.strip()[1:-1].encode(errors="replace")
    return _OCTAL.sub(lambda each: bytes([int(each[1], 8) & 255]) if each[1] else each[2], inner)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The blocks as columns."""
    frame = mapped(records, _FIELDS, vendor="isc_dhcp.leases", wanted=wanted)
    start, until = epochs(column(frame, "_start")), column(frame, "_end")
    end = epochs(until)
    seconds = pl.select(pl.when(until == _NEVER).then(ENDLESS).otherwise((end - start).dt.total_seconds())).to_series()
    state = word(column(frame, "isc_dhcp.leases.state"), _STATES).fill_null("told")
    peers = column(frame, "isc_dhcp.peer").is_not_null()
    state = pl.select(pl.when(peers).then(pl.lit("failover")).otherwise(state)).to_series()
    return with_state(frame.drop("_start", "_end", strict=False), state, start, end, seconds)


PARSER = FieldsParser(
    reference="https://kb.isc.org/docs/isc-dhcp-44-manual-pages-dhcpdleases",
    sieve=r'^(?:lease [0-9.]+|failover peer ".*|ia-[a-z]+ ["0-9A-Fa-f].*) \{\s*\n',
    read=by_line(_read),
    parse=parse,
    sources=("dhcpd.leases", "dhcpd6.leases"),
)
