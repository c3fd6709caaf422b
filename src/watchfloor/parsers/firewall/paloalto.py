"""Palo Alto PAN-OS: traffic, threat, system, configuration, GlobalProtect, User-ID and the other logs, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first, gathered, listed, word
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import MANY, Pairs, by_count, rows, table, untabled
from watchfloor.parsers._times import moments
from watchfloor.parsers._users import acting
from watchfloor.parsers.firewall._panos import DETAILED, NAMES
from watchfloor.parsers.plugin import FieldsParser
from watchfloor.parsers.web._request import urls

_FIELDS: dict[str, Target] = {
    "high_res_timestamp": "@precise", "generated": "@generated", "received": "@received", "start": "@start",
    "type": "@type", "subtype": "@subtype", "serial": "observer.serial_number", "device_name": "observer.hostname",
    "src": "source.address", "dst": "destination.address", "public_ip": "source.address",
    "public_ipv6": "source.address",
    "ip": "source.address", "host": "source.address", "srcipv6": "source.address", "xff_ip": "network.forwarded_ip",
    "sport": "source.port", "dport": "destination.port", "natsrc": "source.nat.ip", "natdst": "destination.nat.ip",
    "natsport": "source.nat.port", "natdport": "destination.nat.port", "src_mac": "source.mac", "mac": "source.mac",
    "dst_mac": "destination.mac", "src_host": "source.domain", "machinename": "source.domain",
    "dst_host": "destination.domain",
    "srcloc": "@source_location", "srcregion": "@source_location", "dstloc": "@destination_location",
    "rule": "rule.name", "authpolicy": "rule.name", "rule_uuid": "rule.uuid", "srcuser": "source.user.name",
    "normalize_user": "source.user.name", "user": "source.user.name", "admin": "source.user.name",
    "dstuser": "destination.user.name", "app": "network.application", "from": "observer.ingress.zone",
    "to": "observer.egress.zone", "inbound_if": "observer.ingress.interface.name",
    "outbound_if": "observer.egress.interface.name", "proto": "@proto", "action": "@action",
    "bytes": "network.bytes", "bytes_sent": "source.bytes", "bytes_received": "destination.bytes",
    "packets": "network.packets", "pkts_sent": "source.packets", "pkts_received": "destination.packets",
    "elapsed": "@seconds", "seqno": "event.sequence", "session_end_reason": "event.reason", "reason": "event.reason",
    "category": "@category", "misc": "@misc", "threatid": "@threat", "severity": "log.level", "filedigest": "@digest",
    "user_agent": "user_agent.original", "referer": "http.request.referrer", "http_method": "http.request.method",
    "filetype": "file.extension", "contenttype": "http.response.mime_type", "sender": "email.from.address",
    "recipient": "email.to.address", "subject": "email.subject", "xff": "network.forwarded_ip",
    "eventid": "event.code", "opaque": "message", "desc": "message", "evidence": "message", "cmd": "@command",
    "result": "@result", "status": "@result", "event": "@event", "event_id": "@event",
    "error": "error.message_of_log", "error_code": "error.code",
    "os": "host.os.name", "client_os": "host.os.name", "client_os_ver": "host.os.version",
    "objectname": "rule.name", "object_id": "rule.id", "tls_version": "@tls", "ec_curve": "tls.curve",
    "sni": "tls.client.server_name", "cn": "tls.server.subject", "issuer_cn": "tls.server.issuer",
    "fingerprint": "tls.server.hash.sha256", "vsys_name": "@vsys_name", "sessionid": "session.id",
}  # fmt: skip
_SEVERITIES = {"critical": "1", "high": "2", "medium": "3", "low": "4", "informational": "5"}
_DENIED = ("deny", "drop", "drop-all-packets", "drop-icmp", "drop icmp", "reset-client", "reset client", "reset-server",
           "reset server", "reset-both", "reset both", "block", "block-url", "block url", "block-ip", "block-continue",
           "block-override", "random-drop", "sinkhole", "syncookie-sent", "drop-packet",
           "override-lockout")  # fmt: skip
_ALLOWED = ("allow", "alert", "continue", "forward", "wildfire-upload-success", "wildfire-upload-skip", "override",
            "block-continue-allowed")  # fmt: skip
_VERDICTS = dict.fromkeys(_DENIED, "denied") | dict.fromkeys(_ALLOWED, "allowed")
_FLOWS = {"start": "flow_started", "end": "flow_terminated", "drop": "flow_dropped", "deny": "flow_denied"}
_THREATS = {
    "data": "data_match", "dlp": "data_match", "dlp-non-file": "data_match", "file": "file_match",
    "flood": "flood_detected", "packet": "packet_attack", "scan": "scan_detected", "spyware": "spyware_detected",
    "url": "url_filtering", "virus": "virus_detected", "ml-virus": "virus_detected",
    "vulnerability": "exploit_detected",
    "wildfire": "wildfire_verdict", "wildfire-virus": "wildfire_virus_detected",
}  # fmt: skip
_KINDS = {
    "traffic": ["network"], "tunnel": ["network"], "start": ["network"], "end": ["network"], "gtp": ["network"],
    "sctp": ["network"], "decryption": ["network"], "threat": ["intrusion_detection", "threat", "network"],
    "config": ["configuration"], "hipmatch": ["host"], "hip-match": ["host"], "globalprotect": ["network", "session"],
    "userid": ["authentication"], "authentication": ["authentication"], "correlation": ["threat"], "iptag": ["network"],
    "ip-tag": ["network"], "system": ["host"],
}  # fmt: skip
_RESULTS = {
    "success": "success", "succeeded": "success", "failure": "failure", "failed": "failure", "unauthorized": "failure",
    "submitted": "unknown", "auth-success": "success", "auth-fail": "failure",
}  # fmt: skip
_SIGN_IN = r"^(?:auth-|globalprotect(?:gateway|portal)-auth-)"
_SIGN_OUT = r"^globalprotect(?:gateway|portal)-logout-"
_ENDINGS = {"succ": "success", "fail": "failure"}
_FILES = ("file", "virus", "wildfire", "wildfire-virus", "ml-virus", "data")
_HASHES = ((32, "md5"), (40, "sha1"), (64, "sha256"))
_UNSET = frozenset({("eventid", "0"), ("error_code", "0"), ("sessionid", "0"), ("subtype", "0"), ("result", "N/A")})
"""What stands where there is no value, in columns in which it means nothing else."""
_FORMATS = ("%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%.f")
"""As firewalls write times, and as Strata Logging Service does, in UTC.

https://docs.paloaltonetworks.com/strata-logging-service/log-reference/network-logs/network-traffic-log/network-traffic-syslog-fields
"""


def read(lines: Sequence[str], header: str) -> Pairs:
    """Each line's columns by the names of its type of log."""
    del header
    tables = []
    for size, places, values in by_count(lines, ","):
        kinds = pl.DataFrame({"place": places, "values": values, "kind": values.list.get(3, null_on_oob=True)})
        for (kind,), group in kinds.partition_by("kind", as_dict=True).items():
            names = NAMES.get(kind or "")
            if names is not None and kind != "CONFIG" and len(group) >= MANY:
                tables.append((group["place"], _told(table(names[:size], group["values"].list.head(len(names))))))
    left = untabled(tables, len(lines))
    others = zip(left, rows([lines[place] for place in left]), strict=True)
    return Pairs(tables, {place: _named(values) for place, values in others})


def _told(values: pl.DataFrame) -> pl.DataFrame:
    """Without what says that there is no value."""
    values = values.drop(name for name in values.columns if "padding" in name)
    unset = [(name, value) for name, value in _UNSET if name in values.columns]
    return values.with_columns(pl.col(name).replace(value, "") for name, value in unset)


def _named(values: list[str]) -> dict[str, str] | None:
    names = NAMES.get(values[3] if len(values) > 3 else "")
    if names is None:
        return None
    if values[3] == "CONFIG" and len(values) > 16 and not values[14].isdigit() and values[16].isdigit():
        names = DETAILED
    pairs = zip(names, values, strict=False)
    return {name: value for name, value in pairs if value and "padding" not in name and (name, value) not in _UNSET}


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = observer(mapped(records, _FIELDS, vendor="panw.panos", wanted=wanted), "Palo Alto Networks", "PAN-OS")
    precise, _ = moments(column(frame, "@precise"), ("%Y-%m-%dT%H:%M:%S%.f",))
    utc, local = moments(first(frame, "@generated", "@received"), _FORMATS)
    kind = column(frame, "@type").str.to_lowercase()
    frame = frame.with_columns(
        precise.fill_null(utc),
        local,
        word(column(frame, "log.level"), _SEVERITIES).alias("event.severity"),
        *_places(frame),
        kind.alias("@kind"),
        column(frame, "@subtype").str.to_lowercase().alias("@sub"),
    )
    frame = _sessions(_threats(_kinds(frame)))
    frame = frame.drop("error.message_of_log", strict=False)
    return acting(connection(urls(frame)))


def _places(frame: pl.DataFrame) -> list[pl.Series]:
    """Countries by name or by two letters; ranges of private addresses are neither."""
    found = []
    for side in ("source", "destination"):
        place = column(frame, f"@{side}_location")
        found.append(place.str.extract(r"^([A-Z]{2})$").alias(f"{side}.geo.country_iso_code"))
        found.append(place.str.extract(r"^([A-Za-z].{2,})$").alias(f"{side}.geo.country_name"))
    return found


def _kinds(frame: pl.DataFrame) -> pl.DataFrame:
    kind, sub = frame["@kind"], frame["@sub"]
    traffic, threat = kind == "traffic", kind == "threat"
    verdict = word(column(frame, "@action"), _VERDICTS)
    flow = traffic | threat | kind.is_in(["tunnel", "start", "end", "gtp", "sctp", "decryption"])
    phase = word(sub, {"start": "start", "end": "end"})
    types = gathered(
        pl.when(flow).then(verdict),
        pl.when(flow & ~threat).then(pl.lit("connection")),
        pl.when(traffic).then(phase),
        pl.when(kind == "userid").then(word(sub, {"login": "start", "logout": "end"})),
        pl.when((kind == "globalprotect") & column(frame, "event.code").str.contains("-logout$")).then(pl.lit("end")),
        pl.when(kind == "config").then(pl.lit("change")),
    )
    result = word(first(frame, "@result", "@event", "event.code"), _RESULTS)
    signs_in = (kind == "system") & column(frame, "event.code").str.contains(_SIGN_IN)
    result = result.fill_null(pl.select(pl.when(signs_in).then(word(_ending(frame), _ENDINGS))).to_series())
    return frame.with_columns(
        pl.when(signs_in)
        .then(pl.lit(["authentication"]))
        .when((kind == "globalprotect") & column(frame, "event.code").str.contains("-auth$"))
        .then(pl.lit(["network", "session", "authentication"]))
        .otherwise(listed(kind, _KINDS))
        .alias("event.category"),
        types.alias("event.type"),
        pl.when(threat | (kind == "correlation")).then(pl.lit("alert")).otherwise(pl.lit("event")).alias("event.kind"),
        pl.when(traffic)
        .then(pl.coalesce(word(sub, _FLOWS), column(frame, "@subtype")))
        .when(threat)
        .then(pl.coalesce(word(sub, _THREATS), column(frame, "@subtype")))
        .otherwise(first(frame, "@command", "event.code", "@event", "@action", "@subtype"))
        .alias("event.action"),
        pl.when(flow & verdict.is_not_null()).then(pl.lit("success")).otherwise(result).alias("event.outcome"),
    )


def _ending(frame: pl.DataFrame) -> pl.Series:
    """The last word of an event's name, which says how it went."""
    return column(frame, "event.code").str.extract(r"-([a-z]+)$")


def _threats(frame: pl.DataFrame) -> pl.DataFrame:
    """What was seen: the threat as `name(id)`, the URL or the file, its digest."""
    threat = column(frame, "@threat").str.extract_groups(r"^(?P<name>.*?)(?:\((?P<id>\d+)\))?$").struct
    number = threat.field("id")
    misc = column(frame, "@misc")
    is_file = frame["@sub"].is_in(_FILES) | ((frame["@sub"] != "url") & ~misc.str.contains("/", literal=True))
    digest = column(frame, "@digest").str.to_lowercase()
    hashes = [
        pl.when(digest.str.contains(rf"^[0-9a-f]{{{size}}}$")).then(digest).alias(f"file.hash.{name}")
        for size, name in _HASHES
    ]
    return frame.with_columns(
        *hashes,
        pl.when(number.is_not_null()).then(threat.field("name").replace("", None)).alias("threat.name"),
        pl.coalesce(column(frame, "rule.id"), pl.when(number != "9999").then(number)).alias("rule.id"),
        pl.when(is_file).then(misc).alias("file.name"),
        pl.when(~is_file & (frame["@kind"] == "threat")).then(misc).alias("url.original"),
        column(frame, "@category").replace("any", None).alias("rule.category"),
        column(frame, "@tls").str.extract(r"(\d\.\d)$").alias("tls.version"),
    )


def _sessions(frame: pl.DataFrame) -> pl.DataFrame:
    """Who signed in, from the sentence of system logs; the address stands at its end, the name in quotes before it."""
    text = column(frame, "message")
    system = (frame["@kind"] == "system") & text.is_not_null()
    user = text.str.extract(r"(?:^|\s)(?i:user) '(.*)'\. +Reason: ")
    user = user.fill_null(text.str.extract(r"(?:^|\s)(?i:user) '([^']*)'"))
    user = user.fill_null(text.str.extract(r"^User (\S+) logged (?:in|out)\b"))
    user = user.fill_null(text.str.extract(r"^GlobalProtect .*?\bUser name: ([^,]+?)(?:,|\.?$)"))
    address = text.str.extract(r"(?i)\bfrom:? '?([0-9a-fA-F.:]*[0-9a-fA-F])'?\.?(?: using \w+\.?)?(?: *,[^']*)?$")
    outcome = pl.when(text.str.contains(r"^User \S+ logged (?:in|out) via")).then(pl.lit("success"))
    signs = text.str.contains(r"^User \S+ logged (?:in|out) via").fill_null(value=False) & system
    left = text.str.contains(r"^User \S+ logged out via").fill_null(value=False)
    left = system & (left | column(frame, "event.code").str.contains(_SIGN_OUT).fill_null(value=False))
    return frame.with_columns(
        pl.coalesce(column(frame, "source.user.name"), pl.when(system).then(user)).alias("source.user.name"),
        pl.coalesce(column(frame, "source.address"), pl.when(system).then(address)).alias("source.address"),
        pl.coalesce("event.outcome", pl.when(system).then(outcome)).alias("event.outcome"),
        pl.when(signs).then(pl.lit(["authentication"])).otherwise("event.category").alias("event.category"),
        pl.when(pl.lit(left)).then(pl.lit(["end"])).otherwise("event.type").alias("event.type"),
    )


PARSER = FieldsParser(
    reference="https://docs.paloaltonetworks.com/ngfw/administration/monitoring/use-syslog-for-monitoring/syslog-field-descriptions",
    sieve=(
        r'^\s*(?:[^\s,"]{0,32} +){0,5}[^\s,"]{0,32},\d{4}[/-]\d\d[/-]\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,6}Z)?,[^,]*,'
        r"(?:TRAFFIC|THREAT|TUNNEL|START|END|SYSTEM|CONFIG|HIP-?MATCH|GLOBALPROTECT|USERID|AUTHENTICATION|DECRYPTION|CORRELATION|GTP|SCTP|IP-?TAG),"
    ),
    read=read,
    parse=parse,
)
