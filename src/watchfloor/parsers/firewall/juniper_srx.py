"""Juniper SRX: sessions, IDP, UTM, screens, AAMW, SecIntel, log-ins and VPNs, as structured data or as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first, listed, word
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._times import moments
from watchfloor.parsers._users import acting
from watchfloor.parsers.firewall._srx_text import session
from watchfloor.parsers.plugin import FieldsParser, by_line

_HEAD = re.compile(
    r"(?:<(\d{1,3})>)?(?:1 )?(\d{4}-\d\d-\d\dT\S+) (\S+) (\S+) (\S+) ([A-Z0-9_]+) \[junos@[\d.]+ ?(.*)\]\s*(?s:.*)\Z",
    re.DOTALL,
)
_BARE = re.compile(r"([A-Z][A-Z0-9_]+):? \[junos@[\d.]+ ?(.*)\]\s*\Z", re.DOTALL)
_PAIR = re.compile(r'([A-Za-z][\w-]*)="((?:[^"\\]|\\.)*)"')
_NAMES = ("@priority", "@time", "@host", "@process", "@pid", "@tag")
_FIELDS: dict[str, Target] = {
    "@time": "@time", "@priority": "log.syslog.priority", "@host": ("host.hostname", "observer.name"),
    "@process": "process.name",
    "@pid": "process.pid", "@tag": ("@tag", "event.code"),
    "source-address": "source.address", "destination-address": "destination.address", "sourceip": "source.address",
    "source-port": "source.port", "destination-port": "destination.port",
    "nat-source-address": "source.nat.ip", "nat-source-port": "source.nat.port",
    "nat-destination-address": "destination.nat.ip", "nat-destination-port": "destination.nat.port",
    "protocol-id": "@proto", "protocol": "@protocol", "protocol-name": "@protocol", "service-name": "@service",
    "bytes-from-client": "source.bytes", "bytes-from-server": "destination.bytes",
    "packets-from-client": "source.packets", "packets-from-server": "destination.packets",
    "outbound-bytes": "source.bytes", "inbound-bytes": "destination.bytes", "outbound-packets": "source.packets",
    "inbound-packets": "destination.packets",
    "elapsed-time": "@seconds", "username": "source.user.name", "user-name": "source.user.name",
    "client-name": "source.user.name",
    "client": "source.address", "client-ip": "source.address", "remote-address": "source.address",
    "local-address": "destination.address", "internal-ip": "source.nat.ip", "policy-name": "rule.name",
    "rulebase-name": "@rulebase", "rule-name": "@rule", "source-zone-name": "observer.ingress.zone",
    "source-zone": "observer.ingress.zone", "destination-zone-name": "observer.egress.zone",
    "destination-zone": "observer.egress.zone", "packet-incoming-interface": "observer.ingress.interface.name",
    "source-interface-name": "observer.ingress.interface.name", "interface-name": "observer.ingress.interface.name",
    "destination-interface-name": "observer.egress.interface.name", "reason": "event.reason",
    "error-message": "event.reason",
    "application": "@application", "attack-name": "@attack", "threat-severity": "@severity", "action": "@did",
    "url": "@url", "obj": "url.path", "filename": "file.name", "file-name": "file.name",
    "file-hash-lookup": "file.hash.sha256",
    "sample-sha256": "file.hash.sha256", "file-category": "file.type", "hostname": "@hostname", "name": "threat.name",
    "malware-info": "threat.name", "http-host": "url.domain", "verdict-number": "event.risk_score",
    "application-risk": "event.risk_score", "urlcategory-risk": "event.risk_score",
}  # fmt: skip
_EMPTY = frozenset(
    {"", "-", "None", "UNKNOWN", "N/A", "Not-Applicable", "Not-applicable", "Not-Available", "Not-available"}
)
_ENDS = {
    "CREATE": ("flow_started", "start allowed connection"), "UPDATE": ("flow_started", "start allowed connection"),
    "CLOSE": ("flow_close", "end allowed connection"), "DENY": ("flow_deny", "denied connection"),
}  # fmt: skip
_ALERTS = {
    "AV_VIRUS_DETECTED_MT": ("virus_detected", "malware"), "WEBFILTER_URL_BLOCKED": ("web_filter", "malware"),
    "ANTISPAM_SPAM_DETECTED_MT": ("antispam_filter", "malware"),
    "CONTENT_FILTERING_BLOCKED_MT": ("content_filter", "malware"),
    "IDP_ATTACK_LOG_EVENT": ("security_threat", "intrusion_detection"),
    "IDP_APPDDOS_APP_STATE_EVENT": ("application_ddos", "intrusion_detection"),
    "IDP_APPDDOS_APP_ATTACK_EVENT": ("application_ddos", "intrusion_detection"),
    "RT_SCREEN_TCP": ("attack_detected", "intrusion_detection"), "RT_SCREEN_UDP": ("attack_detected",
    "intrusion_detection"),
    "RT_SCREEN_ICMP": ("attack_detected", "intrusion_detection"), "RT_SCREEN_IP": ("attack_detected",
    "intrusion_detection"),
    "RT_SCREEN_TCP_DST_IP": ("attack_detected", "intrusion_detection"),
    "RT_SCREEN_TCP_SRC_IP": ("attack_detected", "intrusion_detection"),
    "RT_SCREEN_SESSION_LIMIT": ("session_limit_detected", "intrusion_detection"),
    "RT_SCREEN_WHITE_LIST": ("whitelist_detected", "intrusion_detection"),
    "AAMW_MALWARE_EVENT_LOG": ("malware_detected", "malware"), "AAMW_HOST_INFECTED_EVENT_LOG": ("malware_detected",
    "malware"),
    "AAMW_ACTION_LOG": ("malware_detected", "malware"), "SECINTEL_ACTION_LOG": ("malware_detected", "malware"),
}  # fmt: skip
_DID = {"permit": "allowed", "block": "denied", "drop": "denied", "deny": "denied"}
"""What actions say of a record whose tag does not tell."""
_SCREENED = {"RT_SCREEN_TCP": "6", "RT_SCREEN_UDP": "17", "RT_SCREEN_ICMP": "1"}


def _read(line: str) -> dict[str, str] | None:
    """A line's values by Juniper's names; what the head says under names that start with `@`."""
    head = _HEAD.match(line)
    if head:
        *places, data = head.groups()
        values = dict(zip(_NAMES, places, strict=True))
    else:
        bare = _BARE.match(line)
        if not bare:
            return session(line)
        values, data = {"@tag": bare[1]}, bare[2]
    for name, value in _PAIR.findall(data):
        values.setdefault(name, value.replace('\\"', '"').replace("\\\\", "\\"))
    return {name: value for name, value in values.items() if value}


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = mapped(records, _FIELDS, vendor="juniper.srx", wanted=wanted, empty=_EMPTY)
    tag = column(frame, "@tag").str.replace(r"_LS$", "").str.replace(r"^SRX_AAMW", "AAMW")
    process = tag.str.extract(r"^([A-Z]+)")
    end = tag.str.extract(r"_(CREATE|UPDATE|CLOSE|DENY)$")
    alert = tag.replace_strict(
        {name: kind for name, (_, kind) in _ALERTS.items()}, default=None, return_dtype=pl.String
    )
    done = end.str.to_lowercase()
    action = word(done, {name.lower(): did for name, (did, _) in _ENDS.items()})
    action = action.fill_null(
        tag.replace_strict({name: did for name, (did, _) in _ALERTS.items()}, default=None, return_dtype=pl.String)
    )
    kinds = listed(done, {name.lower(): types.split() for name, (_, types) in _ENDS.items()}, ["allowed", "connection"])
    did = word(column(frame, "@did"), _DID)
    denied = alert.is_not_null() & (did != "allowed").fill_null(value=True)
    kinds = pl.select(
        pl.when(end.is_null() & did.is_not_null()).then(pl.concat_list(did, pl.lit("connection"))).otherwise(kinds)
    ).to_series()
    idp = process == "IDP"
    utc, local = moments(column(frame, "@time"), ("%Y-%m-%dT%H:%M:%S%.f",))
    application = column(frame, "@application").str.to_lowercase()
    frame = frame.with_columns(
        utc,
        local,
        pl.when(denied).then(pl.lit("alert")).otherwise(pl.lit("event")).alias("event.kind"),
        pl.when(denied)
        .then(pl.concat_list(pl.lit("network"), alert))
        .otherwise(pl.lit(["network"]))
        .alias("event.category"),
        pl.when(denied).then(pl.lit(["info", "denied", "connection"])).otherwise(kinds).alias("event.type"),
        pl.when(alert.is_not_null() & ~denied)
        .then(column(frame, "@did").str.to_lowercase())
        .otherwise(action)
        .alias("event.action"),
        pl.when(tag.str.contains(r"_FAIL[A-Z]*(?:_|$)"))
        .then(pl.lit("failure"))
        .otherwise(pl.lit("success"))
        .alias("event.outcome"),
        pl.when(idp)
        .then(first(frame, "@rulebase", "rule.name"))
        .otherwise(first(frame, "rule.name", "@attack"))
        .alias("rule.name"),
        pl.when(idp).then(column(frame, "@rule")).alias("rule.id"),
        application.alias("network.application"),
        pl.when(~column(frame, "@protocol").str.contains(r"^\d+$"))
        .then(column(frame, "@protocol").str.to_lowercase())
        .alias("network.protocol"),
        first(frame, "url.domain", "@url").alias("url.domain"),
        first(frame, "@proto")
        .fill_null(column(frame, "@protocol").str.extract(r"(?i)^(\d+|tcp|udp|icmp|icmpv6)$"))
        .fill_null(word(tag, {name.lower(): number for name, number in _SCREENED.items()}))
        .alias("@proto"),
    )
    frame = _ends(acting(connection(observer(_sign_ins(frame, tag), "Juniper", "SRX"))))
    return frame.select(name for name in frame.columns if not name.startswith("@") or name in ("@timestamp", "@local"))


def _sign_ins(frame: pl.DataFrame, tag: pl.Series) -> pl.DataFrame:
    """Log-ins at the firewall or its VPN, and tunnels of users; other tunnels are connections of networks."""
    signs_in = tag.str.contains(r"^(?:FWAUTH|DYNAMIC_VPN)_\w*AUTH_").fill_null(value=False)
    refused = frame["event.outcome"] == "failure"
    accepted = tag.str.contains(r"_(?:OK|SUCCESS|ACCEPTED)$").fill_null(value=False)
    dynamic = tag.str.starts_with("DYNAMIC_VPN_")
    way = tag.str.extract(r"^(?:KMD|IKE)_VPN_(UP|DOWN)_ALARM_USER$").str.to_lowercase()
    of_user = column(frame, "source.user.name").is_not_null()
    entered = pl.when(dynamic).then(pl.lit("gateway-auth")).otherwise(pl.lit("logged-in"))
    names = {"up": "client-vpn-connected", "down": "client-vpn-disconnected"}
    done = (
        pl.when(signs_in & refused)
        .then(pl.lit("logon-failed"))
        .when(signs_in & accepted)
        .then(entered)
        .when(of_user)
        .then(word(way, names))
        .otherwise(word(way, {"up": "vpn-up", "down": "vpn-down"}))
    )
    kinds = (
        pl.when(signs_in).then(pl.lit(["authentication"])).when(way.is_not_null()).then(pl.lit(["network", "session"]))
    )
    types = (
        pl.when(signs_in & accepted)
        .then(pl.lit(["start"]))
        .when(signs_in)
        .then(pl.lit(["info"]))
        .otherwise(listed(way, {"up": ["start"], "down": ["end"]}))
    )
    return frame.with_columns(
        kinds.otherwise("event.category").alias("event.category"),
        pl.coalesce(types, "event.type").alias("event.type"),
        pl.coalesce(done, "event.action").alias("event.action"),
        pl.when(~signs_in | accepted | refused).then("event.outcome").alias("event.outcome"),
    )


def _ends(frame: pl.DataFrame) -> pl.DataFrame:
    """Client and server: who opened the session and who answered."""
    pairs = (("source", "client"), ("destination", "server"))
    names = ("ip", "port", "nat.port", "bytes", "packets")
    return frame.with_columns(
        frame[f"{side}.{name}"].alias(f"{end}.{name}")
        for side, end in pairs
        for name in names
        if f"{side}.{name}" in frame.columns
    )


PARSER = FieldsParser(
    reference="https://www.juniper.net/documentation/us/en/software/junos/network-mgmt/topics/topic-map/system-logging-for-a-security-device.html",
    sieve=(
        r"^(?:<\d{1,3}>)?(?:1 )?\d{4}-\d\d-\d\dT[\d:.Z+-]+ \S+ \S+ \S+ [A-Z0-9_]+ \[junos@|^[A-Z][A-Z0-9_]+:? \[junos@"
        r"|^RT_FLOW_SESSION_(?:CREATE|CLOSE|DENY)(?:_LS)?: session |^RT_SCREEN_\w+: "
        r"|^(?:FWAUTH|DYNAMIC_VPN)_\w+: (?:\w+ )?(?i:user) |^(?:KMD|IKE)_VPN_(?:UP|DOWN)_ALARM_USER: VPN "
    ),
    read=by_line(_read),
    parse=parse,
)
