"""Barracuda CloudGen Firewall: firewall activity, as values divided by bars with or without their names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, gathered, word
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._times import nanoseconds
from watchfloor.parsers._users import acting
from watchfloor.parsers.plugin import FieldsParser, by_line
from watchfloor.parsers.web._request import urls

_FIELDS: dict[str, Target] = {
    "level": "log.level", "box": "observer.name", "verdict": "event.action", "proto": "@proto",
    "srcIF": "observer.ingress.interface.name", "dstIF": "observer.egress.interface.name", "srcIP": "source.address",
    "srcPort": "source.port", "srcMAC": "source.mac", "dstIP": "destination.address", "dstPort": "destination.port",
    "dstService": "network.protocol", "rule": "rule.name", "info": "event.reason", "srcNAT": "source.nat.ip",
    "dstNAT": "destination.nat.ip", "duration": "@millis", "receivedBytes": "destination.bytes",
    "sentBytes": "source.bytes", "receivedPackets": "destination.packets", "sentPackets": "source.packets",
    "user": "source.user.name", "application": "network.application", "protocol": "@application_protocol",
    "content": "@content", "urlcat": "rule.category", "target": "url.original",
}  # fmt: skip
_NAMES = ("type", "proto", "srcIF", "srcIP", "srcPort", "srcMAC", "dstIP", "dstPort", "dstService", "dstIF", "rule",
          "info",
          "srcNAT", "dstNAT", "duration", "count", "receivedBytes", "sentBytes", "receivedPackets", "sentPackets",
          "user",
          "protocol", "application", "target", "content", "urlcat")  # fmt: skip
_HEAD = re.compile(r"\s*(\w+)\s+(\S+)\s+([A-Z][A-Za-z ]{2,20}?):\s+(.*)", re.DOTALL)
_VERDICTS = {
    "allow": "allowed", "localallow": "allowed", "detect": "allowed", "block": "denied", "localblock": "denied",
    "deny": "denied", "drop": "denied", "fail": "denied",
}  # fmt: skip
_PHASES = {"remove": "end", "localremove": "end", "allow": "start", "localallow": "start"}


def _read(line: str) -> dict[str, str] | None:
    """A line's values by name."""
    head = _HEAD.match(line)
    if not head:
        return None
    level, box, verdict, rest = head.groups()
    parts = rest.split("|")
    if parts[0].startswith("type="):
        values = {key: value for key, sign, value in (part.partition("=") for part in parts) if sign}
    else:
        values = dict(zip(_NAMES, parts, strict=False))
    return {**values, "level": level, "box": box, "verdict": verdict.strip()}


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = observer(
        mapped(records, _FIELDS, vendor="barracuda.cloudgen", wanted=wanted), "Barracuda", "CloudGen Firewall"
    )
    action = column(frame, "event.action").str.replace_all(" ", "", literal=True)
    verdict = word(action, _VERDICTS)
    types = gathered(pl.lit("connection"), word(action, _PHASES), verdict)
    millis = nanoseconds(column(frame, "@millis"), 1e6)
    frame = frame.with_columns(
        pl.lit(["network"]).alias("event.category"),
        types.alias("event.type"),
        pl.when(verdict.is_not_null()).then(pl.lit("success")).alias("event.outcome"),
        millis.alias("event.duration"),
    )
    return acting(connection(urls(frame)))


PARSER = FieldsParser(
    reference="https://campus.barracuda.com/product/cloudgenfirewall/doc/96026562/available-log-files-and-structure",
    sieve=r"^\s*\w+\s+\S+\s+[A-Z][A-Za-z ]{2,20}:\s+(?:type=)?(?:FWD|LIN|LOUT|LOC|IBR|OBR|PXY|IPXY|OPXY|TAP|LRD)\|",
    read=by_line(_read),
    parse=parse,
)
