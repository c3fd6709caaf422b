"""Sophos (Astaro) UTM: packet filter, proxies, intrusion prevention, log-ins and the other daemons of its log files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first, gathered, listed, word
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import pairs
from watchfloor.parsers._severity import NUMBERS
from watchfloor.parsers._times import moments
from watchfloor.parsers._users import acting
from watchfloor.parsers.plugin import FieldsParser, by_line
from watchfloor.parsers.web._request import urls

_FIELDS: dict[str, Target] = {
    "log_time": "@time", "log_host": "host.hostname", "log_process": "process.name", "log_pid": "process.pid",
    "id": "event.code", "severity": "log.level", "sys": "@sys", "sub": "@sub",
    "name": ("message", "@name"), "log_text": "message",
    "virtual_ip": "source.nat.ip", "action": "@action", "reason": "event.reason", "info": "event.reason",
    "fwrule": "rule.id", "sid": "rule.id", "filteraction": "rule.ruleset", "class": "rule.category",
    "categoryname": "rule.category", "initf": "observer.ingress.interface.name",
    "outitf": "observer.egress.interface.name",
    "srcmac": "source.mac", "dstmac": "destination.mac", "srcip": "source.address", "ip": "source.address",
    "dstip": "destination.address", "localip": "destination.address", "srcport": "source.port",
    "dstport": "destination.port", "port": "destination.port", "proto": "@proto", "length": "@length",
    "user": "source.user.name", "username": "source.user.name", "ad_domain": "source.user.domain",
    "group": "source.user.group.name", "size": "@size",
    "method": "http.request.method", "statuscode": "http.response.status_code", "url": "url.original",
    "query": "@query", "server": "url.domain", "referer": "http.request.referrer", "ua": "user_agent.original",
    "content-type": "http.response.mime_type", "application": "network.application",
    "engine": "@engine", "caller": "@caller", "virus": "threat.name", "filename": "file.name",
    "from": "email.from.address", "to": "email.to.address", "subject": "email.subject", "queueid": "email.local_id",
    "time": "@micros", "fullreqtime": "@micros",
}  # fmt: skip
_HEAD = re.compile(
    r"(?:<\d{1,3}>)?(\d{4}):(\d{1,2}):(\d{1,2})-(\d\d:\d\d:\d\d) (\S+) ([^\s\[\]:]+)(?:\[(\d+)\])?: (.*)", re.DOTALL
)
_VERDICTS = {
    "drop": "denied", "reject": "denied", "block": "denied", "pass": "allowed", "accept": "allowed", "log": "allowed",
    "alert": "allowed", "warn": "allowed",
}  # fmt: skip
_TUNNELS = {"2201": "client-vpn-connected", "2202": "client-vpn-disconnected"}
"""Ids of what the daemons of all its VPNs for users write."""
_KINDS = {
    "packetfilter": ["network"],
    "http": ["network", "web"],
    "reverseproxy": ["network", "web"],
    "ips": ["network", "intrusion_detection"],
    "auth": ["authentication"],
    "smtp": ["email"],
    "pop3": ["email"],
    "vpn": ["network"],
    "ctr": ["network"],
    "confd": ["configuration"],
}


def _read(line: str) -> dict[str, str]:
    """A line's pairs, and what its head says; what is no pairs is `log_text`."""
    head = _HEAD.match(line)
    if not head:
        return pairs(line)
    year, month, day, clock, host, process, pid, rest = head.groups()
    values = {
        "log_time": f"{year}-{month:0>2}-{day:0>2} {clock}",
        "log_host": host,
        "log_process": process,
        "log_pid": pid or "",
    }
    found = pairs(rest) if rest.startswith(("id=", "srcip=", "severity=")) else {"log_text": rest}
    return found | values


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = observer(mapped(records, _FIELDS, vendor="sophos.utm", wanted=wanted), "Sophos", "UTM")
    utc, local = moments(column(frame, "@time"), ("%Y-%m-%d %H:%M:%S",))
    sub = column(frame, "@sub").str.to_lowercase()
    message = column(frame, "message").str.to_lowercase()
    verdict = word(column(frame, "@action"), _VERDICTS)
    status = column(frame, "http.response.status_code").str.slice(0, 3) == "403"
    verdict = pl.select(pl.when(verdict.is_null() & status).then(pl.lit("denied")).otherwise(verdict)).to_series()
    outcome = message.str.extract(r"^authentication (successful|failed)$").replace_strict(
        {"successful": "success", "failed": "failure"}, default=None, return_dtype=pl.String
    )
    tunnel = word(pl.select(pl.when(sub == "vpn").then(column(frame, "event.code"))).to_series(), _TUNNELS)
    came = (tunnel == "client-vpn-connected").fill_null(value=False)
    types = gathered(
        pl.when(sub == "packetfilter").then(pl.lit("connection")),
        pl.when(came | (outcome == "success")).then(pl.lit("start")).when(tunnel.is_not_null()).then(pl.lit("end")),
        verdict,
    )
    micros = column(frame, "@micros").cast(pl.Int64, strict=False) * 1000
    query = column(frame, "@query").str.strip_prefix("?")
    frame = frame.with_columns(
        utc,
        local,
        word(column(frame, "log.level"), NUMBERS).alias("event.severity"),
        pl.when(tunnel.is_not_null())
        .then(pl.lit(["network", "session"]))
        .otherwise(listed(sub.fill_null(_process_kind(frame)), _KINDS))
        .alias("event.category"),
        types.alias("event.type"),
        tunnel.fill_null(first(frame, "@action", "@name")).alias("event.action"),
        pl.coalesce(outcome, pl.when(verdict.is_not_null() | came).then(pl.lit("success"))).alias("event.outcome"),
        micros.alias("event.duration"),
        query.alias("url.query"),
        pl.when(column(frame, "http.request.method").is_not_null())
        .then(column(frame, "@size"))
        .alias("http.response.body.bytes"),
    )
    return acting(connection(urls(frame)))


def _process_kind(frame: pl.DataFrame) -> pl.Series:
    """Which of the kinds a daemon belongs to that writes no `sub`."""
    return word(column(frame, "process.name"), {"reverseproxy": "reverseproxy", "httpproxy": "http", "smtpd": "smtp"})


PARSER = FieldsParser(
    reference="https://docs.sophos.com/nsg/sophos-utm/utm/9.7/help/en-us/Content/utm/utmAdminGuide/LoggingReporting.htm",
    sieve=(
        r"^\s*(?:(?:<\d{1,3}>)?\d{4}:\d{1,2}:\d{1,2}-\d\d:\d\d:\d\d \S+ [^\s\[\]:]+(?:\[\d+\])?: "
        r'|id="\d{4}" severity="\w+" sys="\w+" sub=")'
    ),
    read=by_line(_read),
    parse=parse,
)
