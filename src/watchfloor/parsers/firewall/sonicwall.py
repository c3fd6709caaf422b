"""SonicWall (SonicOS): `id=firewall sn=… time=… src=address:port:interface:name` pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first, gathered
from watchfloor.parsers._connection import PROTOCOLS, connection, observer
from watchfloor.parsers._forged import DOUBTED, doubted
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import all_pairs
from watchfloor.parsers._times import moments, nanoseconds
from watchfloor.parsers._users import acting
from watchfloor.parsers.plugin import FieldsParser
from watchfloor.parsers.web._request import urls

_FIELDS: dict[str, Target] = {
    **DOUBTED,
    "time": "@time", "sn": "observer.serial_number", "fw": "@fw", "pri": "@pri", "m": "event.code", "msg": "message",
    "src": "@source", "dst": "@destination", "srcV6": "@source_v6", "dstV6": "@destination_v6",
    "natSrc": "@nat_source", "natDst": "@nat_destination", "natSrcV6": "@nat_source", "natDstV6": "@nat_destination",
    "srcMac": "source.mac", "dstMac": "destination.mac", "srcZone": "observer.ingress.zone",
    "dstZone": "observer.egress.zone", "proto": "@protocol", "sent": "source.bytes", "rcvd": "destination.bytes",
    "spkt": "source.packets", "rpkt": "destination.packets", "cdur": "@millis", "dur": "@seconds",
    "usr": "source.user.name", "user": "source.user.name", "rule": "@rule", "rpolicy": "@rule",
    "fw_action": "@action", "dpi": "@dpi", "op": "@op", "dstname": "url.domain", "arg": "@arg",
    "app": "@app", "appName": "network.application", "result": "http.response.status_code", "note": "event.reason",
    "Category": "rule.category", "catid": "@catid", "sid": "@sid", "ipscat": "@ipscat", "spycat": "@ipscat",
    "n": "event.sequence", "filename": "file.name", "fileid": "file.hash.md5", "uuid": "rule.uuid",
}  # fmt: skip
_ONCE = frozenset({"m", "msg", "src", "srcV6", "usr", "user"})
_METHODS = {"0": None, "1": "GET", "2": "POST", "3": "HEAD", "4": "PUT", "5": "CONNECT"}
_PEER = (
    r"^\s*(?P<ip>\[[0-9a-fA-F:.]+\]|[0-9a-fA-F]+(?::[0-9a-fA-F]+){7}|[^:\s]*)"
    r"(?::(?P<port>\d*))?(?::(?P<interface>[^:\s]*))?(?::(?P<name>[^:\s]*))?"
)
_DENIED = r"(?i)\b(?:dropped|drop|denied|deny|blocked|block|rejected|prevention)"
_SIGN_IN = (
    r"(?i)\blog(?:ged)?[ -]?(?:in|out|off)\b|authenticat|^xauth |administration session (?:started|ended)"
    r"|^netextender (?:session )?(?:dis)?(?:connected|started|ended|terminated)"
)
_KEYS = r"(?i)^ike(?:v?\d)?\b"
_OUT = r"(?i)\blog(?:ged)?[ -]?(?:out|off)\b|session (?:ended|terminated)|^netextender disconnected"
_REFUSED = (
    r"(?i)\blog-?in (?:denied|failed|disabled|failure)|\blogged in failed|\bauthentication (?:failed|failure|error)"
    r"|authenticate fail|^xauth failed|\blogin timed out"
)
_LET_IN = (
    r"(?i)\blog-?in .*\ballowed\b|\blog-?in successful|\bsuccessful .*\blog-?in\b|\blogged in\b"
    r"|\bauthentication (?:success|successful|succeeded)\b|^xauth succeeded|session started|^netextender connected"
)
_VPN = r"(?i)^(?:ssl ?vpn|vpn) zone remote user |^xauth |^netextender |^l2tp "
"""Messages that SonicOS writes without any name or text of a client's."""
_INTRUSION = r"(?i)attack|scan detected|spoof|ips (?:detection|prevention)|anti-spyware|intrusion|flood|botnet"
_VIRUS = r"(?i)anti-virus|gateway av|virus"
_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S")


def read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:
    """Each line's pairs."""
    del header
    return all_pairs(lines, once=_ONCE)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = observer(mapped(records, _FIELDS, vendor="sonicwall.firewall", wanted=wanted), "SonicWall", "Firewall")
    frame = frame.with_columns(*_peer(frame, "source", "ingress"), *_peer(frame, "destination", "egress"))
    times = column(frame, "@time")
    utc, local = moments(times.str.strip_suffix(" UTC"), _FORMATS, times.str.extract(r" (UTC)$"))
    millis = nanoseconds(column(frame, "@millis"), 1e6)
    rule = column(frame, "@rule")
    methods = column(frame, "@op").replace_strict(_METHODS, default=None, return_dtype=pl.String)
    frame = frame.with_columns(
        utc,
        local,
        millis.alias("event.duration"),
        column(frame, "@pri").alias("log.level"),
        column(frame, "@pri").str.extract(r"^(\d)$").alias("event.severity"),
        column(frame, "@fw").str.split(",").alias("observer.ip"),
        first(frame, "@sid").fill_null(rule.str.extract(r"^(\d+)\b")).alias("rule.id"),
        rule.str.extract(r"^(?:\d+ )?\(?([^()]*[^\d()][^()]*?)\)?$").alias("rule.name"),
        methods.alias("http.request.method"),
        _target(frame).alias("url.original"),
        pl.lit("event").alias("event.kind"),
    )
    return acting(connection(urls(doubted(_kinds(_protocols(frame))))))


def _target(frame: pl.DataFrame) -> pl.Series:
    """The path asked for; `arg` of other services than the web is no URL."""
    path = column(frame, "@arg")
    return pl.select(pl.when(path.str.starts_with("/")).then(path)).to_series()


def _peer(frame: pl.DataFrame, side: str, way: str) -> list[pl.Series]:
    parts = column(frame, f"@{side}").str.extract_groups(_PEER).struct
    sixth = column(frame, f"@{side}_v6")
    nat = column(frame, f"@nat_{side}").str.extract_groups(_PEER).struct
    found = {
        f"{side}.address": parts.field("ip").str.strip_chars("[]").replace("", None).fill_null(sixth),
        f"{side}.port": parts.field("port"),
        f"{side}.domain": parts.field("name"),
        f"{side}.nat.ip": nat.field("ip").str.strip_chars("[]"),
        f"{side}.nat.port": nat.field("port"),
        f"observer.{way}.interface.name": parts.field("interface"),
    }
    return [series.replace("", None).alias(name) for name, series in found.items()]


def _protocols(frame: pl.DataFrame) -> pl.DataFrame:
    """`proto` is `transport/service`, or one of them."""
    parts = column(frame, "@protocol").str.to_lowercase().str.extract_groups(r"^([^/\s]+)(?:/(\S+))?$").struct
    first_part = parts.field("1")
    known = first_part.is_in([*PROTOCOLS, *PROTOCOLS.values()])
    service = parts.field("2").str.extract(r"^(.*\D.*)$")
    return frame.with_columns(
        pl.when(known).then(first_part).alias("@proto"),
        pl.when(known & (first_part != "ipv6")).then(service).otherwise(first_part).alias("network.protocol"),
    )


def _kinds(frame: pl.DataFrame) -> pl.DataFrame:
    message = column(frame, "message")
    action = column(frame, "@action").str.to_lowercase().replace("na", None).replace('"na"', None)
    denied = action.is_in(["drop", "deny", "block"]).fill_null(value=message.str.contains(_DENIED))
    denied = denied.fill_null(value=False)
    # Packets that do not verify, and gateways that know each other, are no log-ins, though the message speaks of
    # authentication.
    nobody = column(frame, "source.user.name").is_null() & message.str.contains(_KEYS)
    sign_in = (message.str.contains(_SIGN_IN) & ~message.str.contains(r"(?i)^ipsec ") & ~nobody).fill_null(value=False)
    opened = message.str.contains(r"(?i)connection opened").fill_null(value=False)
    closed = message.str.contains(r"(?i)connection closed").fill_null(value=False)
    out, failed, into, vpn = (
        message.str.contains(regex).fill_null(value=False) & sign_in for regex in (_OUT, _REFUSED, _LET_IN, _VPN)
    )
    outcome = pl.when(failed).then(pl.lit("failure")).when(out | into).then(pl.lit("success"))
    done = (
        pl.when(failed)
        .then(pl.lit("logon-failed"))
        .when(out)
        .then(pl.when(vpn).then(pl.lit("client-vpn-disconnected")).otherwise(pl.lit("logged-out")))
        .when(into)
        .then(pl.when(vpn).then(pl.lit("client-vpn-connected")).otherwise(pl.lit("logged-in")))
    )
    allowed = action.is_in(["allow", "forward", "mgmt"]).fill_null(value=False) | opened | closed
    types = gathered(
        pl.when(opened | closed).then(pl.lit("connection")),
        pl.when(opened).then(pl.lit("start")).when(closed).then(pl.lit("end")),
        pl.when(out & ~failed).then(pl.lit("end")).when(into & ~failed).then(pl.lit("start")),
        pl.when(denied & ~sign_in).then(pl.lit("denied")).when(allowed).then(pl.lit("allowed")),
    )
    return frame.with_columns(
        pl.coalesce(done, action).alias("event.action"),
        pl.when(sign_in)
        .then(pl.lit(["authentication"]))
        .when(message.str.contains(_VIRUS))
        .then(pl.lit(["malware", "network"]))
        .when(message.str.contains(_INTRUSION))
        .then(pl.lit(["intrusion_detection", "network"]))
        .otherwise(pl.lit(["network"]))
        .alias("event.category"),
        types.alias("event.type"),
        pl.coalesce(outcome, pl.when((denied | allowed) & ~sign_in).then(pl.lit("success"))).alias("event.outcome"),
    )


PARSER = FieldsParser(
    reference="https://www.sonicwall.com/techdocs/pdf/sonicos-7-1-log-events-reference-guide.pdf",
    sieve=r'^\s*(?:\S+ )?id=\S+\s+sn=\S+\s+(?:fw_name=\S+\s+)?time="',
    read=read,
    parse=parse,
)
