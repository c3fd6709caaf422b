"""Log of Windows' RADIUS server NPS (IN*.log): who asked, was let in or refused, and sessions, as XML or as columns.

The answer to a request names neither the calling station nor, at times, the user: both share `Class` with the request.
"""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._address import ip_of, mac, split_address
from watchfloor.parsers._columns import column, first, listed, word
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._times import nanoseconds, parse_times
from watchfloor.parsers._users import with_domain
from watchfloor.parsers.plugin import FieldsParser, by_line

_COLUMNS = (
    "Computer-Name", "Event-Source", "Record-Date", "Record-Time", "Packet-Type", "User-Name",
    "Fully-Qualifed-User-Name", "Called-Station-Id", "Calling-Station-Id", "Callback-Number", "Framed-IP-Address",
    "NAS-Identifier", "NAS-IP-Address", "NAS-Port", "Client-Vendor", "Client-IP-Address", "Client-Friendly-Name",
    "Event-Timestamp", "Port-Limit", "NAS-Port-Type", "Connect-Info", "Framed-Protocol", "Service-Type",
    "Authentication-Type", "NP-Policy-Name", "Reason-Code", "Class", "Session-Timeout", "Idle-Timeout",
    "Termination-Action", "EAP-Friendly-Name", "Acct-Status-Type", "Acct-Delay-Time", "Acct-Input-Octets",
    "Acct-Output-Octets", "Acct-Session-Id", "Acct-Authentic", "Acct-Session-Time", "Acct-Input-Packets",
    "Acct-Output-Packets", "Acct-Terminate-Cause",
)  # fmt: skip
_FIELDS: dict[str, Target] = {
    "Timestamp": "@time", "Computer-Name": "host.name", "Packet-Type": "@packet", "SAM-Account-Name": "@account",
    "User-Name": "@given", "Fully-Qualifed-User-Name": "@full", "Calling-Station-Id": "radius.calling_station",
    "Client-Friendly-Name": "radius.client", "NAS-Port": "radius.port", "Class": "@class",
    "NP-Policy-Name": "rule.name", "Reason-Code": "@reason", "Acct-Status-Type": "@status",
    "Acct-Session-Id": "session.id", "Acct-Session-Time": "@seconds",
    "Acct-Input-Octets": "source.bytes", "Acct-Output-Octets": "destination.bytes",
    "Acct-Input-Packets": "source.packets", "Acct-Output-Packets": "destination.packets",
    "Framed-IP-Address": "source.nat.ip",
}  # fmt: skip
_PACKETS = {
    "1": "access-request", "2": "access-accept", "3": "access-reject", "4": "accounting-request",
    "5": "accounting-response", "11": "access-challenge",
}  # fmt: skip
_CATEGORIES = {"1": ["authentication"], "2": ["authentication"], "3": ["authentication"], "11": ["authentication"]}
_OUTCOMES = {"2": "success", "3": "failure"}
_PHASES = {"1": ["start"], "2": ["end"]}
_ELEMENT = re.compile(r'<([A-Za-z][\w-]*) data_type="\d+">([^<]*)</\1>')
_XML = r"\s*\x{FEFF}?<Event><Timestamp data_type="
_ROW = r'\s*\x{FEFF}?"[^"]*","(?:IAS|NPS|RAS)",\d\d/\d\d/\d{4},\d\d:\d\d:\d\d,\d{1,3},'


def _read(line: str) -> dict[str, str] | None:
    """A record's values by the names of RADIUS attributes."""
    if line.lstrip("\ufeff \t").startswith("<"):
        found = {name: html.unescape(value).strip() for name, value in _ELEMENT.findall(line)}
        return found if "Packet-Type" in found else None
    try:
        values = next(csv.reader([line.lstrip("\ufeff \t")]), [])
    except csv.Error:
        return None
    found = dict(zip(_COLUMNS, values, strict=False))
    return {**found, "Timestamp": f"{found.pop('Record-Date')} {found.pop('Record-Time')}"}


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = mapped(records, _FIELDS, vendor="microsoft.nps", wanted=wanted)
    packet = column(frame, "@packet")
    _, local = parse_times(column(frame, "@time"), ("%m/%d/%Y %H:%M:%S%.f", "%m/%d/%Y %H:%M:%S"))
    station = column(frame, "radius.calling_station")
    category = listed(packet, _CATEGORIES, ["session"])
    asked = packet.is_in(list(_CATEGORIES)).fill_null(value=False)
    phase = listed(column(frame, "@status"), _PHASES, ["info"])
    frame = frame.with_columns(
        local.alias("@local"),
        first(frame, "@account", "@given", "@full").alias("user.name"),
        ip_of(station).alias("source.address"),
        mac(pl.lit(station)).alias("source.mac"),
        word(packet, _PACKETS).alias("event.action"),
        word(packet, _OUTCOMES).alias("event.outcome"),
        category.alias("event.category"),
        pl.when(asked).then(pl.lit(["info"])).otherwise(phase).alias("event.type"),
        pl.when(asked).then(column(frame, "@class")).alias("radius.class"),
        pl.when(column(frame, "@reason") != "0").then("reason code " + column(frame, "@reason")).alias("event.reason"),
        nanoseconds(column(frame, "@seconds")).alias("event.duration"),
        ip_of(column(frame, "source.nat.ip")).alias("source.nat.ip"),
        pl.lit("radius").alias("network.protocol"),
    )
    return split_address(with_domain(frame), "source")


PARSER = FieldsParser(
    reference="https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/cc771748(v=ws.10)",
    sieve=rf"^(?:{_XML}|{_ROW})",
    read=by_line(_read),
    parse=parse,
)
