"""Windows Firewall: pfirewall.log, one packet or connection per line, with columns by its `#Fields` header."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, listed, word
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import Pairs, columns
from watchfloor.parsers._times import moments
from watchfloor.parsers.plugin import FieldsParser

_NAMES = (
    "date", "time", "action", "protocol", "src-ip", "dst-ip", "src-port", "dst-port", "size", "tcpflags", "tcpsyn",
    "tcpack", "tcpwin", "icmptype", "icmpcode", "info", "path", "pid",
)  # fmt: skip
_FIELDS: dict[str, Target] = {
    "moment": "@time", "action": "event.action", "protocol": "@proto", "src-ip": "source.address",
    "dst-ip": "destination.address", "src-port": "source.port", "dst-port": "destination.port", "size": "@size",
    "path": "@path", "pid": "process.pid",
}  # fmt: skip
_KINDS = {
    "allow": ["connection", "allowed"], "open": ["connection", "allowed", "start"], "open-inbound": ["connection",
    "allowed", "start"],
    "close": ["connection", "end"], "drop": ["connection", "denied"],
}  # fmt: skip
_OUTCOMES = {"allow": "success", "open": "success", "open-inbound": "success", "drop": "failure"}
_DIRECTIONS = {"receive": "inbound", "send": "outbound"}


def read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:
    """Each line's values by the names of the header, or of the usual columns."""
    fields = [line for line in header.splitlines() if line.startswith("#Fields:")]
    names = fields[-1].split()[1:] if fields else _NAMES
    found = columns([line.strip() for line in lines], names, " ")
    for values in found.others.values():
        if values is not None:
            values["moment"] = f"{values.pop('date', '')} {values.pop('time', '')}"
    return Pairs([(places, _timed(table)) for places, table in found.tables], found.others)


def _timed(table: pl.DataFrame) -> pl.DataFrame:
    moment = column(table, "date").fill_null("") + " " + column(table, "time").fill_null("")
    return table.drop("date", "time", strict=False).with_columns(moment.alias("moment"))


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = observer(
        mapped(records, _FIELDS, vendor="windows.firewall", wanted=wanted), "Microsoft", "Windows Firewall"
    )
    action = column(frame, "event.action")
    frame = frame.with_columns(
        *moments(column(frame, "@time"), ("%Y-%m-%d %H:%M:%S",)),
        action.str.to_lowercase().alias("event.action"),
        pl.lit(["network"]).alias("event.category"),
        listed(action, _KINDS, ["info"]).alias("event.type"),
        word(action, _OUTCOMES).alias("event.outcome"),
        word(column(frame, "@path"), _DIRECTIONS).alias("network.direction"),
        column(frame, "@size").alias("network.bytes"),
        pl.lit("event").alias("event.kind"),
    )
    return connection(frame)


PARSER = FieldsParser(
    reference="https://learn.microsoft.com/en-us/windows/security/operating-system-security/network-security/windows-firewall/configure-logging",
    sieve=(
        r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?:ALLOW|DROP|OPEN|OPEN-INBOUND|CLOSE|INFO-EVENTS-LOST) "
        r"(?:TCP|UDP|ICMP|ICMPV6|\d{1,3}|-) [0-9A-Fa-f.:-]+ [0-9A-Fa-f.:-]+ "
    ),
    read=read,
    parse=parse,
    header=r"#Fields: date time action protocol src-ip dst-ip",
)
