"""WatchGuard Firebox: traffic, proxy, event and alarm messages, each with its `msg_id`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first, word
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import pairs
from watchfloor.parsers._times import moments
from watchfloor.parsers._users import acting
from watchfloor.parsers.plugin import FieldsParser, by_line
from watchfloor.parsers.web._request import urls

_FIELDS: dict[str, Target] = {
    "serial": "observer.serial_number", "log_time": "@time", "process": "process.name", "msg_id": "event.code",
    "disposition": "event.action", "ingress": "observer.ingress.interface.name",
    "egress": "observer.egress.interface.name", "protocol": "@proto",
    "src_ip": "source.address", "dst_ip": "destination.address", "src_port": "source.port",
    "dst_port": "destination.port", "src_ip_nat": "source.nat.ip", "dst_ip_nat": "destination.nat.ip",
    "src_port_nat": "source.nat.port", "dst_port_nat": "destination.nat.port",
    "policy": "rule.name", "msg": "message", "text": "message", "proxy_action": "rule.ruleset",
    "proxy_act": "rule.ruleset",
    "src_user": "source.user.name", "user": "source.user.name", "dst_user": "destination.user.name",
    "sent_bytes": "source.bytes", "rcvd_bytes": "destination.bytes", "duration": "@seconds",
    "geo_src": "@geo_source", "geo_dst": "@geo_destination",
    "app_name": "network.application", "app_cat_name": "rule.category", "op": "http.request.method",
    "dstname": "url.domain", "sni": "tls.client.server_name", "arg": "@path", "reason": "event.reason",
    "signature_name": "threat.name", "virus": "threat.name", "signature_id": "rule.id", "ips_msg": "threat.name",
    "md5": "file.hash.md5", "file_name": "file.name", "sender": "email.from.address",
    "recipients": "email.to.address", "subject": "email.subject", "query_name": "dns.question.name",
    "query_type": "dns.question.type", "elapsed_time": "@elapsed",
}  # fmt: skip
_HEAD = re.compile(
    r"\s*(?:([0-9A-Z]{9,16})\s)?(?:\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)\s)?(?:([\w.-]+)(?:\[\d+\])?:\s)?"
    r'msg_id="([0-9A-Fa-f]{4}-[0-9A-Fa-f]{4})"\s?(.*)',
    re.DOTALL,
)
_FLOW = re.compile(
    r"(Allow|Deny|Block|Drop|Strip|Lock|Quarantine|IPSec)\s+(\S+)\s+(\S+)\s+(?:(\d+)\s+)?([a-z][a-z0-9-]*)\s+"
    r"(?:(\d+)\s+(\d+)\s+)?([0-9a-fA-F.:]+)\s+([0-9a-fA-F.:]+)(?:\s+(\d+)\s+(\d+))?(.*)",
    re.DOTALL,
)
_NAMES = ("disposition", "ingress", "egress", "length", "protocol", "header_length", "ttl", "src_ip", "dst_ip",
          "src_port", "dst_port")  # fmt: skip
_POLICY = re.compile(r"\(([^()]*)\)\s*\Z")
_VERDICTS = {
    "allow": "allowed", "ipsec": "allowed", "strip": "allowed", "deny": "denied", "block": "denied", "drop": "denied",
    "lock": "denied", "quarantine": "denied",
}  # fmt: skip
_SIGN_IN = r"^(?:Authentication |[A-Z][\w .-]{0,40} user .* (?:logged (?:in|out|off)|rejected)\b)"
_AUTHENTICATION = (
    r"^Authentication of (?P<kind>[\w .-]{1,40}?) user \[(?P<user>.*)\] from (?P<address>[0-9a-fA-F.:]+) was "
)
_PERSON = r"^(?P<kind>[A-Z][\w .-]{0,40}?) user (?P<user>.*) from (?P<address>[0-9a-fA-F.:]+) "
_REASON = r"(?:[.,;:] ?.*| [-(].*)?\s*$"
_SIGN_INS = (
    # Names are what clients typed; what the Firebox says stands behind them, so the last such words count. Those that
    # let somebody in have a known end: with another one they may be words of the name.
    rf"{_AUTHENTICATION}(?P<did>accepted)(?P<assigned>)\.?\s*$",
    rf"{_AUTHENTICATION}(?P<did>rejected)(?P<assigned>){_REASON}",
    (
        r"^(?P<kind>Mobile VPN with \S+) user (?P<user>.*) (?P<did>logged (?:in|off|out))\. "
        r"Virtual IP address is (?P<assigned>[0-9a-fA-F.:]*[0-9a-fA-F])\.?"
        r"(?: Real IP address is (?P<address>[0-9a-fA-F.:]*[0-9a-fA-F])\.?)?\s*$"
    ),
    (
        rf"{_PERSON}(?P<did>logged (?:in|out|off))"
        r"(?:,? ?assigned virtual IP is (?P<assigned>[0-9a-fA-F.:]*[0-9a-fA-F]))?\.?\s*$"
    ),
    rf"{_PERSON}(?:log ?in attempt was )?(?P<did>rejected)(?P<assigned>){_REASON}",
)
_DONE = {
    "logged in": ("logged-in", "start", "success"), "accepted": ("logged-in", "start", "success"),
    "logged out": ("logged-out", "end", "success"), "logged off": ("logged-out", "end", "success"),
    "rejected": ("logon-failed", "info", "failure"),
}  # fmt: skip
"""What a log-in's last words mean: action, type and outcome."""
_VPN = r"(?i)vpn|ipsec|ike|l2tp|pptp"
_VPN_ACTIONS = {
    "logged in": "client-vpn-connected",
    "logged out": "client-vpn-disconnected",
    "logged off": "client-vpn-disconnected",
}


def _read(line: str) -> dict[str, str] | None:
    """A line's pairs, and what stands at a place of its own between them."""
    head = _HEAD.match(line)
    if not head:
        return None
    serial, moment, process, code, rest = head.groups()
    values = {"serial": serial, "log_time": moment, "process": process, "msg_id": code}
    flow = _FLOW.match(rest)
    if not flow:
        return {name: value for name, value in values.items() if value} | {"text": rest.strip()}
    *places, tail = flow.groups()
    values |= dict(zip(_NAMES, places, strict=True))
    policy = _POLICY.search(tail[-512:])
    if policy:
        values["policy"] = policy[1]
    return pairs(tail) | {name: value for name, value in values.items() if value}


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = observer(mapped(records, _FIELDS, vendor="watchguard.firebox", wanted=wanted), "WatchGuard", "Firebox")
    times = column(frame, "@time")  # in the head of the line and in UTC
    utc, _ = moments(times, ("%Y-%m-%dT%H:%M:%S",), times.is_not_null().replace_strict({True: "UTC", False: None}))
    verdict = word(column(frame, "event.action"), _VERDICTS)
    flow = verdict.is_not_null()
    path = column(frame, "@path")
    frame = frame.with_columns(
        utc,
        pl.when(path.str.starts_with("/")).then(path).alias("url.original"),
        first(frame, "@geo_source").alias("source.geo.country_iso_code"),
        first(frame, "@geo_destination").alias("destination.geo.country_iso_code"),
        pl.when(flow).then(pl.lit(["network"])).alias("event.category"),
        pl.when(flow)
        .then(pl.concat_list(pl.lit("connection"), verdict))
        .otherwise(pl.lit(["info"]))
        .alias("event.type"),
        pl.when(flow).then(pl.lit("success")).alias("event.outcome"),
    )
    return acting(connection(urls(_own(_sign_ins(frame, flow)))))


def _sign_ins(frame: pl.DataFrame, flow: pl.Series) -> pl.DataFrame:
    """Who logged in or out, from where, and how that went."""
    texts = pl.select(pl.when(~flow).then(column(frame, "message"))).to_series()
    signs_in = texts.str.contains(_SIGN_IN)
    texts = pl.select(pl.when(signs_in).then(texts)).to_series()
    groups = []
    for regex in _SIGN_INS:  # the first that fits counts as a whole
        group = texts.str.extract_groups(regex).struct
        texts = pl.select(pl.when(group.field("did").is_null()).then(texts)).to_series()
        groups.append(group)

    def said(name: str) -> pl.Series:
        values = [group.field(name).replace("", None) for group in groups]
        return pl.select(pl.coalesce(values)).to_series()

    did = said("did")
    action, kind, outcome = (word(did, {name: each[at] for name, each in _DONE.items()}) for at in range(3))
    vpn = said("kind").str.contains(_VPN).fill_null(value=False)
    return frame.with_columns(
        pl.coalesce(pl.when(vpn).then(word(did, _VPN_ACTIONS)), action, column(frame, "event.action")).alias(
            "event.action"
        ),
        pl.when(signs_in).then(pl.lit(["authentication"])).otherwise("event.category").alias("event.category"),
        pl.when(did.is_not_null()).then(pl.concat_list(kind)).otherwise("event.type").alias("event.type"),
        pl.coalesce(outcome, "event.outcome").alias("event.outcome"),
        first(frame, "source.user.name").fill_null(said("user")).alias("source.user.name"),
        first(frame, "source.address").fill_null(said("address")).alias("source.address"),
        first(frame, "source.nat.ip").fill_null(said("assigned")).alias("source.nat.ip"),
    )


def _own(frame: pl.DataFrame) -> pl.DataFrame:
    """Users as `name@server that knows them`; for ICMP type and code stand where ports do."""
    names = column(frame, "source.user.name").str.extract_groups(r"^(?P<name>[^@]+)@(?P<domain>[^@]+)$").struct
    echo = column(frame, "@proto").is_in(["icmp", "icmpv6"]).fill_null(value=False)
    ports = [
        pl.when(~echo).then(column(frame, f"{side}.port")).alias(f"{side}.port") for side in ("source", "destination")
    ]
    return frame.with_columns(
        names.field("name").fill_null(column(frame, "source.user.name")).alias("source.user.name"),
        names.field("domain").alias("source.user.domain"),
        *ports,
    )


PARSER = FieldsParser(
    reference="https://www.watchguard.com/help/docs/fireware/12/en-US/log_catalog/12_11_Log-Catalog.pdf",
    sieve=(
        r"^\s*(?:[0-9A-Z]{9,16}\s)?(?:\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)\s)?(?:[\w.-]+(?:\[\d+\])?:\s)?"
        r'msg_id="[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}"'
    ),
    read=by_line(_read),
    parse=parse,
)
