"""Sophos Firewall (XG, SFOS): every module's log as `key=value` pairs, in the default and in the standard format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first, gathered, listed, word
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._forged import DOUBTED, doubted
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import all_pairs
from watchfloor.parsers._severity import NUMBERS
from watchfloor.parsers._times import moments
from watchfloor.parsers._users import acting
from watchfloor.parsers.plugin import FieldsParser
from watchfloor.parsers.web._request import urls

_FIELDS: dict[str, Target] = {
    **DOUBTED,
    "date": "@date", "time": "@time", "timezone": "@zone", "timestamp": "@stamp",
    "log_type": "@type", "log_component": "@component", "log_subtype": "@subtype", "status": "@status",
    "device_name": "observer.name", "device_id": "observer.serial_number", "device_serial_id": "observer.serial_number",
    "device_model": "@model", "log_id": "event.code", "priority": "log.level", "severity": "log.level",
    "message": "message", "reason": "event.reason",
    "fw_rule_id": "rule.id", "fw_rule_name": "rule.name", "policy_type": "rule.ruleset",
    "signature_id": "@signature", "signature_msg": "@signature_name", "classification": "@class",
    "virus": "threat.name", "malware": "threat.name", "threatname": "threat.name", "threatfeed": "@feed",
    "user_name": "source.user.name", "username": "source.user.name", "name": "source.user.name",
    "user": "source.user.name", "user_gp": "source.user.group.name", "user_group": "source.user.group.name",
    "usergroupname": "source.user.group.name", "from_email_address": ("email.from.address", "source.user.email"),
    "sender": ("email.from.address", "source.user.email"),
    "to_email_address": ("email.to.address", "destination.user.email"),
    "recipient": ("email.to.address", "destination.user.email"), "email_subject": "email.subject",
    "subject": "email.subject", "mailid": "email.local_id", "mailsize": "@mailsize",
    "application": "network.application", "application_name": "network.application", "app_name": "network.application",
    "in_interface": "observer.ingress.interface.name", "out_interface": "observer.egress.interface.name",
    "srczone": "observer.ingress.zone", "src_zone": "observer.ingress.zone",
    "dstzone": "observer.egress.zone", "dst_zone": "observer.egress.zone",
    "src_mac": "source.mac", "source_mac": "source.mac", "dst_mac": "destination.mac",
    "src_ip": "source.address", "sourceip": "source.address", "remote_ip": "source.address",
    "ip": "source.address", "ipaddress": ("source.address", "@leased"), "ip_address": "source.address",
    "dst_ip": "destination.address", "destinationip": "destination.address", "localip": "destination.address",
    "src_port": "source.port", "dst_port": "destination.port", "protocol": "@proto",
    "src_country_code": "source.geo.country_iso_code", "src_country": "source.geo.country_iso_code",
    "dst_country_code": "destination.geo.country_iso_code", "dst_country": "destination.geo.country_iso_code",
    "src_domainname": "source.domain", "dst_domainname": "destination.domain",
    "sent_bytes": "source.bytes", "bytes_sent": "source.bytes", "bytesrcv": "source.bytes",
    "recv_bytes": "destination.bytes", "bytes_received": "destination.bytes", "bytessent": "destination.bytes",
    "sent_pkts": "source.packets", "packets_sent": "source.packets",
    "recv_pkts": "destination.packets", "packets_received": "destination.packets",
    "tran_src_ip": "source.nat.ip", "src_trans_ip": "source.nat.ip", "tran_src_port": "source.nat.port",
    "src_trans_port": "source.nat.port", "tran_dst_ip": "destination.nat.ip", "dst_trans_ip": "destination.nat.ip",
    "tran_dst_port": "destination.nat.port", "dst_trans_port": "destination.nat.port",
    "duration": "@seconds", "responsetime": "@micros", "connevent": "@event", "con_event": "@event",
    "url": "url.original", "querystring": "@query", "domain": "url.domain", "server": "url.domain",
    "category": "@category", "contenttype": "http.response.mime_type", "content_type": "http.response.mime_type",
    "method": "http.request.method", "httpstatus": "http.response.status_code",
    "status_code": "http.response.status_code", "httpresponsecode": "http.response.status_code",
    "referer": "http.request.referrer", "useragent": "user_agent.original", "user_agent": "user_agent.original",
    "ws_protocol": "@http", "filename": "file.name", "file_name": "file.name", "filesize": "file.size",
    "file_size": "file.size", "filetype": "file.mime_type", "file_path": "file.path", "filepath": "file.path",
    "sha1sum": "file.hash.sha1", "client_physical_address": "source.mac", "client_host_name": "source.domain",
    "execution_path": "process.executable",
}  # fmt: skip
_ONCE = frozenset(
    {"log_type", "log_component", "log_subtype", "status", "message", "user_name", "name", "src_ip", "con_event"}
)
_DENIED = (
    "denied",
    "drop",
    "dropped",
    "deny",
    "block",
    "blocked",
    "virus",
    "spam",
    "reject",
    "failed",
    "invalid traffic",
)
_ALLOWED = (
    "allowed",
    "allow",
    "clean",
    "cleaned",
    "detect",
    "detected",
    "alert",
    "successful",
    "probable spam",
    "outbound",
)
_VERDICTS = dict.fromkeys(_DENIED, "denied") | dict.fromkeys(_ALLOWED, "allowed")
_KINDS = {
    "firewall": ["network"],
    "content filtering": ["network", "web"],
    "anti-virus": ["malware", "network"],
    "anti-spam": ["email"],
    "sandbox": ["malware"],
    "sandstorm": ["malware"],
    "idp": ["intrusion_detection", "network"],
    "ips": ["intrusion_detection", "network"],
    "atp": ["malware", "network"],
    "waf": ["web", "network"],
    "event": ["host"],
    "wireless protection": ["network"],
    "heartbeat": ["host"],
    "system health": ["host"],
}
_SIGN_INS = r"(?i)\blog(?:ged)?[ -]?(?:in|out|off)\b|authenticat"
# The name that a client typed stands in the middle of the message.
_OUT = r"(?is)^User .* (?:was )?logged (?:out|off)(?: of(?: \w+){1,4})?\.?\s*$"
_TUNNELS = ("ssl vpn", "ipsec", "l2tp", "pptp")
_STATES = {"established": "start", "terminated": "end"}
_ENDS = {"connected": "start", "disconnected": "end"}
_TUNNEL_ACTIONS = {"start": "client-vpn-connected", "end": "client-vpn-disconnected"}


def read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:
    """Each line's pairs."""
    del header
    return all_pairs(lines, once=_ONCE)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = mapped(records, _FIELDS, vendor="sophos.xg", wanted=wanted)
    frame = observer(frame, "Sophos", "XG")
    frame = frame.with_columns(*_details(frame), pl.lit("event").alias("event.kind"))
    frame = doubted(_tunnels(_kinds(frame)))
    query = column(frame, "@query").str.strip_prefix("?").alias("url.query")
    return acting(connection(urls(frame.with_columns(query))))


def _details(frame: pl.DataFrame) -> list[pl.Series]:
    text = pl.select(pl.concat_str([column(frame, "@date"), column(frame, "@time")], separator=" ")).to_series()
    stamp = column(frame, "@stamp").str.replace("T", " ", literal=True)
    utc, local = moments(text.fill_null(stamp), ("%Y-%m-%d %H:%M:%S",), column(frame, "@zone"))
    micros = column(frame, "@micros").cast(pl.Int64, strict=False) * 1000
    found = [
        utc,
        local,
        micros.alias("event.duration"),
        word(column(frame, "log.level"), NUMBERS).alias("event.severity"),
        first(frame, "@signature", "rule.id").alias("rule.id"),
        first(frame, "@signature_name", "rule.name").alias("rule.name"),
        first(frame, "@class", "@category").alias("rule.category"),
        column(frame, "@http").str.extract(r"^HTTP/(\d(?:\.\d)?)$").alias("http.version"),
        column(frame, "@zone").alias("event.timezone"),
    ]
    return [each for each in found if each.null_count() < len(each)]


def _kinds(frame: pl.DataFrame) -> pl.DataFrame:
    kind = column(frame, "@type").str.to_lowercase()
    subtype = first(frame, "@subtype", "@status")
    refused = column(frame, "http.response.status_code").is_in(["401", "403"]) & (kind == "waf")
    web = pl.when(kind == "waf").then(pl.when(refused).then(pl.lit("denied")).otherwise(pl.lit("allowed")))
    verdict = pl.select(pl.coalesce(word(subtype, _VERDICTS), web)).to_series()
    ends = word(column(frame, "@event"), {"start": "start", "stop": "end", "end": "end", "interim": "info"})
    flow = kind.is_in(["firewall", "waf"])
    signs_in = (kind == "event") & column(frame, "message").str.contains(_SIGN_INS)
    signs_in = signs_in.fill_null(value=False)
    out = signs_in & column(frame, "message").str.contains(_OUT).fill_null(value=False)
    status = word(first(frame, "@status"), {"successful": "success", "success": "success", "failed": "failure"})
    did = (
        pl.when(out)
        .then(pl.lit("logged-out"))
        .otherwise(word(status, {"success": "logged-in", "failure": "logon-failed"}))
    )
    types = gathered(
        pl.when(flow).then(pl.lit("connection")),
        ends,
        pl.when(out).then(pl.lit("end")).when(signs_in & (status == "success")).then(pl.lit("start")),
        pl.when(~signs_in).then(verdict),
    )
    outcome = pl.when(kind == "event").then(status).when(verdict.is_not_null()).then(pl.lit("success"))
    alert = pl.when((kind == "waf") & refused | kind.is_in(["anti-virus", "atp"])).then(pl.lit("alert"))
    return frame.with_columns(
        pl.when(signs_in).then(pl.lit(["authentication"])).otherwise(listed(kind, _KINDS)).alias("event.category"),
        types.alias("event.type"),
        pl.coalesce(pl.when(signs_in).then(did), subtype.str.to_lowercase(), verdict).alias("event.action"),
        outcome.alias("event.outcome"),
        pl.coalesce(alert, pl.lit("event")).alias("event.kind"),
    )


def _tunnels(frame: pl.DataFrame) -> pl.DataFrame:
    """VPN sessions of users: where the client is, and which address it was given."""
    component = column(frame, "@component").str.to_lowercase()
    tunnel = ((column(frame, "@type").str.to_lowercase() == "event") & component.is_in(_TUNNELS)).fill_null(value=False)
    leased = column(frame, "@leased")
    state = word(column(frame, "@status"), _STATES)
    state = state.fill_null(word(column(frame, "message").str.extract(r"' ((?:dis)?connected)\s*$"), _ENDS))
    known = pl.lit(tunnel & state.is_not_null())
    given, named = column(frame, "source.address"), column(frame, "source.user.name").is_not_null()
    # IPsec has the firewall's own address as the source's, and the peer's at the end of the message.
    dialled = (component == "ipsec").fill_null(value=False)
    peer = column(frame, "message").str.extract(r"\(Remote: ([0-9A-Fa-f.:]+)\)\s*$")
    of_user = tunnel & named & (~dialled | peer.is_not_null())
    turned = pl.lit(of_user & dialled)
    address = pl.when(turned).then(peer).otherwise(given)
    return frame.with_columns(
        pl.when(~pl.lit(tunnel) | address.ne_missing(leased)).then(address).alias("source.address"),
        pl.when(turned).then(given).otherwise(column(frame, "destination.address")).alias("destination.address"),
        pl.when(tunnel).then(leased).otherwise(column(frame, "source.nat.ip")).alias("source.nat.ip"),
        pl.when(known).then(pl.lit(["network", "session"])).otherwise("event.category").alias("event.category"),
        pl.when(known).then(pl.concat_list(state)).otherwise("event.type").alias("event.type"),
        pl.when(known & of_user)
        .then(word(state, _TUNNEL_ACTIONS))
        .when(known)
        .then(word(state, {"start": "vpn-up", "end": "vpn-down"}))
        .otherwise("event.action")
        .alias("event.action"),
        pl.when(known & (state == "start")).then(pl.lit("success")).otherwise("event.outcome").alias("event.outcome"),
    )


PARSER = FieldsParser(
    reference="https://docs.sophos.com/nsg/sophos-firewall/22.0/syslog-guide/en-us/Reference/index.html",
    sieve=r'^\s*(?:device="|device_name="[^"]*" timestamp=")',
    read=read,
    parse=parse,
)
