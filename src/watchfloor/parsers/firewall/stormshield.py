"""Stormshield (NETASQ): `id=firewall time="…" fw="…" tz=… logtype="filter"` pairs of every log of SNS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first, gathered, listed, word
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._forged import DOUBTED, doubted
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import all_pairs
from watchfloor.parsers._times import moments
from watchfloor.parsers._users import acting
from watchfloor.parsers.plugin import FieldsParser
from watchfloor.parsers.web._request import urls

_FIELDS: dict[str, Target] = {
    **DOUBTED,
    "time": "@time", "tz": "@zone", "startime": "@start", "starttime": "@start", "fw": "observer.name",
    "pri": "event.severity",
    "logtype": "@type", "action": "event.action", "msg": "message", "error": "error.code", "arg": "@path",
    "srcif": "observer.ingress.interface.id", "srcifname": "observer.ingress.interface.name",
    "dstif": "observer.egress.interface.id", "dstifname": "observer.egress.interface.name",
    "proto": "network.protocol", "ipproto": "@proto", "src": "source.address", "address": "source.address",
    "srcport": "source.port",
    "srcname": "source.domain", "srcmac": "source.mac", "dst": "destination.address", "dstport": "destination.port",
    "dstname": "destination.domain", "dstmac": "destination.mac", "modsrc": "source.nat.ip",
    "modsrcport": "source.nat.port", "origdst": "@original", "origdstport": "@original_port",
    "sent": "source.bytes", "rcvd": "destination.bytes", "duration": "@seconds", "user": "source.user.name",
    "domain": "source.user.domain", "dstuser": "destination.user.name",
    "srccountry": "source.geo.country_iso_code", "dstcountry": "destination.geo.country_iso_code",
    "ruleid": "rule.id", "rulename": "rule.name", "policy": "rule.ruleset", "slotlevel": "@slot",
    "alarmid": "event.code", "service": "@service", "op": "http.request.method", "result": "@result",
    "cat_site": "rule.category", "virus": "threat.name", "spamlevel": "@spam", "rcptto": "email.to.address",
    "filename": "file.name", "hash": "@hash", "side": "@side", "remotenet": "@leased",
    "remoteid": "@remote", "session": "session.id",
}  # fmt: skip
_ONCE = frozenset({"logtype", "user", "src", "address", "error", "msg"})
_VERDICTS = {"pass": "allowed", "block": "denied", "reset": "denied", "drop": "denied"}
_OUT = r"(?i)\blog(?:ged)? ?out\b|\bdisconnected\b|session (?:expired|closed)"
_UP = r"(?i)^ssl tunnel (?:created|established)"
_DOWN = r"(?i)^ssl tunnel (?:removed|closed|deleted|destroyed)"
_LET_IN = r"(?i)^user authenticated|\blog(?:ged)? ?in\b|\bauthentication (?:success|successful|accepted)|\baccepted\b"
_REFUSED = r"(?i)fail|refused|denied|invalid|error"
"""Messages that the firewall writes without any text of a client's."""
_KINDS = {
    "filter": ["network"], "connection": ["network"], "plugin": ["network"], "web": ["network", "web"],
    "ssl": ["network"], "smtp": ["email"], "pop3": ["email"], "ftp": ["network"],
    "alarm": ["intrusion_detection", "network"],
    "auth": ["authentication"], "xvpn": ["network"], "vpn": ["network"], "server": ["configuration"],
    "system": ["host"], "monitor": ["host"], "count": ["network"], "sandboxing": ["malware"],
}  # fmt: skip


def read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:
    """Each line's pairs."""
    del header
    return all_pairs(lines, once=_ONCE)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = observer(mapped(records, _FIELDS, vendor="stormshield", wanted=wanted), "Stormshield", "SNS")
    utc, local = moments(column(frame, "@time"), ("%Y-%m-%d %H:%M:%S",), column(frame, "@zone"))
    start, _ = moments(column(frame, "@start"), ("%Y-%m-%d %H:%M:%S",), column(frame, "@zone"))
    kind = column(frame, "@type").str.to_lowercase()
    verdict = word(column(frame, "event.action"), _VERDICTS)
    flow = kind.is_in(["filter", "connection", "plugin", "web", "ssl", "ftp"])
    ended = kind.is_in(["connection", "plugin"]) & column(frame, "@seconds").is_not_null()
    types = gathered(pl.when(flow).then(pl.lit("connection")), pl.when(ended).then(pl.lit("end")), verdict)
    path = column(frame, "@path")
    rerouted = first(frame, "@original")
    frame = frame.with_columns(
        utc,
        local,
        start.alias("event.start"),
        first(frame, "@zone").alias("event.timezone"),
        column(frame, "event.severity").alias("log.level"),
        pl.when(path.str.starts_with("/") | path.str.contains("://")).then(path).alias("url.original"),
        column(frame, "@result").str.extract(r"^(\d{3})$").alias("http.response.status_code"),
        # With translation `dst` is the address after it and `origdst` what the client had asked for.
        pl.when(rerouted.is_not_null()).then(column(frame, "destination.address")).alias("destination.nat.ip"),
        pl.when(rerouted.is_not_null()).then(column(frame, "destination.port")).alias("destination.nat.port"),
        pl.coalesce(rerouted, column(frame, "destination.address")).alias("destination.address"),
        first(frame, "@original_port", "destination.port").alias("destination.port"),
        listed(kind, _KINDS).alias("event.category"),
        types.alias("event.type"),
        pl.when(verdict.is_not_null()).then(pl.lit("success")).alias("event.outcome"),
    )
    return acting(connection(urls(_domains(doubted(_sign_ins(frame, kind))))))


def _sign_ins(frame: pl.DataFrame, kind: pl.Series) -> pl.DataFrame:
    """Log-ins of users and administrators, and the SSL VPN's sessions."""
    message = column(frame, "message")
    auth, vpn = ((kind == name).fill_null(value=False) for name in ("auth", "xvpn"))
    up, down, let_in, out, refused = (
        message.str.contains(regex).fill_null(value=False) for regex in (_UP, _DOWN, _LET_IN, _OUT, _REFUSED)
    )
    failed = refused | (column(frame, "error.code").cast(pl.Int64, strict=False) > 0).fill_null(value=False)
    up, down = up & vpn & ~failed, down & vpn
    signs_in = auth | (vpn & (let_in | refused) & ~up & ~down)
    left = (auth & out & ~failed) | down
    came = (signs_in & let_in & ~failed & ~left) | up
    leased = column(frame, "@leased")
    done = (
        pl.when(up)
        .then(pl.lit("client-vpn-connected"))
        .when(down)
        .then(pl.lit("client-vpn-disconnected"))
        .when(signs_in & failed)
        .then(pl.lit("logon-failed"))
        .when(left)
        .then(pl.lit("logged-out"))
        .when(came)
        .then(pl.lit("logged-in"))
    )
    return frame.with_columns(
        pl.coalesce(column(frame, "event.action"), done).alias("event.action"),
        pl.when(signs_in)
        .then(pl.lit(["authentication"]))
        .when(up | down)
        .then(pl.lit(["network", "session"]))
        .otherwise("event.category")
        .alias("event.category"),
        pl.when(left)
        .then(pl.lit(["end"]))
        .when(came)
        .then(pl.lit(["start"]))
        .otherwise("event.type")
        .alias("event.type"),
        pl.when(signs_in & failed)
        .then(pl.lit("failure"))
        .when(left | came)
        .then(pl.lit("success"))
        .otherwise("event.outcome")
        .alias("event.outcome"),
        pl.when(vpn).then(leased).otherwise(column(frame, "source.nat.ip")).alias("source.nat.ip"),
    )


def _domains(frame: pl.DataFrame) -> pl.DataFrame:
    """In web logs `dstname` is the host of the URL."""
    web = column(frame, "@type").is_in(["web", "ssl"])
    names = pl.when(web).then(column(frame, "destination.domain"))
    return frame.with_columns(names.alias("url.domain"))


PARSER = FieldsParser(
    reference="https://documentation.stormshield.eu/SNS/v4/en/Content/Description_of_Audit_logs/Getting-started.htm",
    sieve=r'^\s*id=firewall\s+time="[^"]*"\s+fw="[^"]*"\s+tz=[+-]\d{4}\s',
    read=read,
    parse=parse,
)
