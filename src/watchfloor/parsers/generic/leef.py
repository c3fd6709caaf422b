"""LEEF 1.0 and 2.0, QRadar's Log Event Extended Format, `LEEF:2.0|vendor|product|version|event|^|key=value…`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first
from watchfloor.parsers._connection import connection
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._users import acting
from watchfloor.parsers.generic._moments import moments
from watchfloor.parsers.generic._verdicts import classified
from watchfloor.parsers.plugin import FieldsParser, by_line
from watchfloor.parsers.web._request import urls

_FIELDS: dict[str, Target] = {
    "device.vendor": "observer.vendor", "device.product": "observer.product", "device.version": "observer.version",
    "event_id": ("event.code", "@name"), "cat": "@category", "devTime": "@time", "devTimeEpoch": "@time",
    "proto": "@proto",
    "sev": "event.severity", "severity": "event.severity",
    "src": "source.address", "vSrc": "source.address", "identSrc": "source.address", "dst": "destination.address",
    "srcPort": "source.port", "dstPort": "destination.port", "srcPostNAT": "source.nat.ip",
    "dstPostNAT": "destination.nat.ip",
    "srcPostNATPort": "source.nat.port", "dstPostNATPort": "destination.nat.port",
    "srcMAC": "source.mac", "dstMAC": "destination.mac", "identMAC": "source.mac", "identHostName": "source.domain",
    "vSrcName": "source.domain", "usrName": "source.user.name", "accountName": "source.user.name",
    "userName": "source.user.name",
    "domain": "source.user.domain", "realm": "source.user.domain", "identGrpName": "source.user.group.name",
    "role": "user.roles", "srcBytes": "source.bytes", "dstBytes": "destination.bytes", "totalBytes": "network.bytes",
    "srcPackets": "source.packets", "dstPackets": "destination.packets", "totalPackets": "network.packets",
    "policy": "rule.name", "rule": "rule.name", "ruleName": "rule.name", "resource": "@resource", "url": "url.original",
    "action": ("event.action", "@verdict"), "act": ("event.action", "@verdict"), "msg": "message",
    "reason": "event.reason",
    "result": "@outcome", "outcome": "@outcome", "isLoginEvent": "@login", "isLogoutEvent": "@logout",
    "app": "network.application", "filename": "file.name", "fileHash": "@hash", "sender": "email.from.address",
    "recipient": "email.to.address", "subject": "email.subject", "devName": "observer.name",
    "deviceName": "observer.name",
    "SourceZone": "observer.ingress.zone", "DestinationZone": "observer.egress.zone", "RuleName": "rule.name",
    "inzone": "observer.ingress.zone", "outzone": "observer.egress.zone", "rule_uid": "rule.uuid",
    "sessionID": "session.id",
}  # fmt: skip
_HEAD = re.compile(r"\s*(?:\S+ )?LEEF:\s?([12](?:\.0)?)\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|(.*)\Z", re.DOTALL)
_DELIMITER = re.compile(r"(x?[0-9A-Fa-f]{2,4}|0x[0-9A-Fa-f]{1,4}|[^|]?)\|(.*)\Z", re.DOTALL)
_HEX = re.compile(r"(?:0?x)([0-9A-Fa-f]{1,4})\Z")


def _read(line: str) -> dict[str, str] | None:
    """A line's header and attributes."""
    head = _HEAD.match(line)
    if not head:
        return None
    version, vendor, product, release, event, rest = head.groups()
    delimiter = "\t"
    if version.startswith("2"):
        given = _DELIMITER.match(rest)
        if given:
            delimiter, rest = _character(given[1]), given[2]
    if delimiter not in rest and delimiter == "\t" and "=" in rest:
        delimiter = _fallback(rest)
    values = {"device.vendor": vendor, "device.product": product, "device.version": release, "event_id": event}
    for part in rest.split(delimiter):
        key, sign, value = part.partition("=")
        if sign:
            values.setdefault(key.strip(), value.strip())
    return values


def _character(text: str) -> str:
    code = _HEX.match(text)
    if code:
        return chr(int(code[1], 16))
    return text if len(text) == 1 else "\t"


def _fallback(rest: str) -> str:
    r"""What divides the attributes where relays replaced the tab: its escapes, a bar or a caret."""
    return next((each for each in ("#011", "\\t", "^", "|") if f"{each}" in rest), "\t")


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = mapped(records, _FIELDS, vendor="leef", wanted=wanted)
    logs_in, logs_out = (column(frame, name) == "true" for name in ("@login", "@logout"))
    signed = pl.when(logs_in).then(pl.lit("login")).when(logs_out).then(pl.lit("logout"))
    frame = frame.with_columns(
        *moments(first(frame, "@time")),
        pl.concat_str([column(frame, "@category"), signed], separator=" ", ignore_nulls=True).alias("@category"),
        column(frame, "event.severity").str.extract(r"^(\d{1,2})").alias("event.severity"),
        pl.lit("event").alias("event.kind"),
    )
    return acting(connection(urls(classified(frame))))


PARSER = FieldsParser(
    reference="https://www.ibm.com/docs/en/dsm?topic=overview-leef-event-components",
    sieve=r"^\s*(?:\S+ )?LEEF:\s?[12](?:\.0)?\|(?:[^|]*\|){4}",
    read=by_line(_read),
    parse=parse,
)
