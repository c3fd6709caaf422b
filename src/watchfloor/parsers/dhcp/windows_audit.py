"""Audit log of Microsoft's DHCP server (DhcpSrvLog-*.log, DhcpV6SrvLog-*.log), with or without its header."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._address import mac
from watchfloor.parsers._columns import column, listed, word
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import Pairs, columns, merged, parted
from watchfloor.parsers._times import parse_times
from watchfloor.parsers.dhcp._windows_events import KINDS
from watchfloor.parsers.plugin import FieldsParser

_FOUR = (
    *("code", "date", "time", "description", "ip", "host", "mac", "user", "transaction_id", "result", "probation_time"),
    *("correlation_id", "dhc_id", "vendor.hex", "vendor.string", "user.hex", "user.string", "relay_agent_info"),
    "dns_error_code",
)
_SIX = (
    *("code", "date", "time", "description", "ip", "host", "error_code", "duid.length", "duid.hex", "user"),
    *("dhc_id", "subnet_prefix"),
)
_FIELDS: dict[str, Target] = {
    "code": "event.code",
    "description": "message",
    "ip": ("source.ip", "client.ip"),
    "host": "_host",
    "mac": "_mac",
    "user": "_user",
    "transaction_id": "_xid",
    "duid.hex": "dhcp.client_id",
    "error_code": "_error",
    "dns_error_code": "_error",
}
_TIMES: dict[str, Target] = {"date": "_date", "time": "_clock"}
_ACTIONS = {code: kind.action for code, kind in KINDS.items()}
_CATEGORIES = {code: [*kind.category] for code, kind in KINDS.items()}
_TYPES = {code: [*kind.types] for code, kind in KINDS.items()}
_OUTCOMES = {code: kind.outcome for code, kind in KINDS.items()}
_DHCP = {code: kind.dhcp for code, kind in KINDS.items() if kind.dhcp}
_ASSIGNING = ("ack", "offer")


def read(lines: Sequence[str], header: str) -> Pairs:
    """Each line's values by its version's columns, whether the header is there or not."""
    del header
    rows: dict[bool, list[int]] = {False: [], True: []}
    for at, line in enumerate(lines):
        rows[line.find(",") > 2].append(at)
    return merged((mine, _read([lines[at] for at in mine], _SIX if sixth else _FOUR)) for sixth, mine in rows.items())


def _read(lines: Sequence[str], names: Sequence[str]) -> Pairs:
    found = columns(lines, names)
    # Some versions end their lines with commas.
    others = {at: _cut(lines[at], names) if values is None else values for at, values in found.others.items()}
    return Pairs(found.tables, others)


def _cut(line: str, names: Sequence[str]) -> dict[str, str] | None:
    values = line.rstrip(", ").split(",")
    return None if len(values) > len(names) + 4 else dict(zip(names, values, strict=False))


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    dated, named = parted(records, _TIMES)
    frame = mapped(named, _FIELDS, vendor="microsoft.dhcp", wanted=wanted)
    moments = mapped(dated, _TIMES, vendor="", wanted=frozenset())
    times = column(moments, "_date") + " " + column(moments, "_clock")
    _, local = parse_times(times, ("%m/%d/%y %H:%M:%S", "%m/%d/%Y %H:%M:%S"))
    code = column(frame, "event.code").str.strip_chars()
    derived = [
        local.alias("@local"),
        word(code, _ACTIONS).alias("event.action"),
        listed(code, _CATEGORIES, ["network"]).alias("event.category"),
        listed(code, _TYPES, ["info"]).alias("event.type"),
        word(code, _OUTCOMES).alias("event.outcome"),
        word(code, _DHCP).alias("dhcp.type"),
        pl.lit("dhcp").alias("network.protocol"),
    ]
    frame = frame.with_columns(derived)
    return _with_client(_with_names(frame)).drop("_mac", "_host", "_user", "_xid", "_error", strict=False)


def _with_names(frame: pl.DataFrame) -> pl.DataFrame:
    """The user without the domain; a transaction and an error where the record has one and not zero."""
    derived: list[pl.Expr | pl.Series] = []
    if "_user" in frame.columns:
        derived += [
            pl.col("_user").str.extract(r"([^\\]+)$").alias("user.name"),
            pl.col("_user").str.extract(r"^([^\\]+)\\").alias("user.domain"),
        ]
    if "_error" in frame.columns:
        derived.append(pl.when(pl.col("_error") != "0").then("_error").alias("error.code"))
    if "_xid" in frame.columns:
        numbers = frame["_xid"].cast(pl.Int64, strict=False).to_list()
        texts = [f"0x{number:08x}" if number else None for number in numbers]
        derived.append(pl.Series("dhcp.transaction_id", texts, dtype=pl.String))
    return frame.with_columns(derived)


def _with_client(frame: pl.DataFrame) -> pl.DataFrame:
    """The client's MAC address and name; in records about the server itself the name is that of its domain."""
    derived = []
    if "_mac" in frame.columns:
        address = mac(pl.col("_mac"))
        derived += [address.alias("source.mac"), address.alias("client.mac")]
    if "_host" in frame.columns:
        own = pl.when((pl.col("event.action") != "rogue-server-detection") & (pl.col("_host") != "BAD_ADDRESS"))
        name = own.then("_host")
        host = name.str.strip_chars_end(".").str.to_lowercase()
        derived += [host.alias("source.domain"), host.alias("client.domain"), name.alias("dhcp.hostname")]
    if "client.ip" in frame.columns:
        given = pl.when(pl.col("dhcp.type").is_in(_ASSIGNING)).then("client.ip")
        derived.append(given.alias("dhcp.assigned_ip"))
    return frame.with_columns(derived)


PARSER = FieldsParser(
    reference=(
        "https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/dd183591(v=ws.10)"
    ),
    sieve=r"^(?:\d{2}|110\d{2}),\s?\d{2}/\d{2}/\d{2,4},\d{2}:\d{2}:\d{2},[^,]*,",
    read=read,
    parse=parse,
    sources=("dhcpsrvlog", "dhcpv6srvlog"),
)
