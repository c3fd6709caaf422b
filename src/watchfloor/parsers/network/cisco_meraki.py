"""Cisco Meraki: flows, URLs, events, IDS alerts, security events and Air Marshal of MX, MR and MS devices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first, listed, word
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import pairs
from watchfloor.parsers._times import epochs
from watchfloor.parsers.plugin import FieldsParser, by_line
from watchfloor.parsers.web._request import urls

_HEAD = re.compile(r"(?:<(\d{1,3})>)?(?:1 )?(\d{10}\.\d+) (\S+) (?:\S+_)??([a-z][a-z0-9_-]*?)(?: (.*))?\Z", re.DOTALL)
_WORD = re.compile(r"(allow|deny|[a-z_0-9]+)(?: |\Z)")
_END = re.compile(r"^([0-9A-Fa-f.]+|\[[0-9A-Fa-f:]+\]|[0-9A-Fa-f:]+?)(?::(\d+))?\Z")
_REQUEST = re.compile(r" request: (\S+)(?: (.*))?\Z", re.DOTALL)
_PATTERN = re.compile(r" pattern: (.*)\Z", re.DOTALL)
_MESSAGE = re.compile(r" message: (.*)\Z", re.DOTALL)
_NEIGHBOUR = re.compile(r"lease of ip (\S+) from server mac (\S+) for client mac (\S+)(?: from router (\S+))?")
_FROM = re.compile(r"connected from '?([0-9A-Fa-f.:]+)")
_PEER = re.compile(r"\A type=\S+ msg=\s*'.*?\bPeer IP=((?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]*)")
_LAST_PEER = re.compile(_PEER.pattern.replace(".*?", ".*", 1))
_PEER_PORT = re.compile(r"Peer port(?:=|\[)(\d{1,5})")
# Names are the clients' own text; what the device says stands behind them, so the last such words count.
_PEER_USER = re.compile(r" User\[(.*)")
_CLIENT_VPN = re.compile(r" user id '(.*)' local ip '?([0-9A-Fa-f.:]+)'? connected from '?([0-9A-Fa-f.:]+)'?\s*\Z")
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}\Z")
_FIELDS: dict[str, Target] = {
    "@priority": "log.syslog.priority", "@time": "@time", "@host": "observer.hostname", "@subtype": "@subtype",
    "src_ip": "source.address", "src_port": "source.port", "dst_ip": "destination.address",
    "dst_port": "destination.port",
    "sport": "source.port", "dport": "destination.port", "translated_src_ip": "source.nat.ip",
    "translated_dst_ip": "destination.nat.ip", "translated_port": "@translated", "protocol": "@proto",
    "mac": "source.mac",
    "direction": "network.direction", "@method": "http.request.method", "@url": "url.original", "url": "url.original",
    "agent": "user_agent.original", "signature": "rule.id", "message": "@message", "decision": "event.action_taken",
    "priority": "event.severity", "sha256": "file.hash.sha256", "name": "threat.name", "client_mac": "client.mac",
    "client_ip": "client.ip", "ip": "client.ip", "local_ip": "client.ip", "user_id": "user.name",
    "identity": "user.name",
    "remote_ip": "source.address", "server_ip": "server.ip", "src_mac": "source.mac", "dst_mac": "destination.mac",
}  # fmt: skip
_KINDS: dict[str, tuple[str, str, str]] = {
    "vpn_connectivity_change": ("session", "connection", "vpn-connectivity-change"),
    "dhcp_offer": ("", "access allowed", "dhcp-offer"),
    "dhcp_lease": ("", "access allowed", "dhcp-lease"),
    "dhcp_no_offer": ("", "access denied", "dhcp-no-offer"),
    "dhcp_no_offers": ("", "access denied", "dhcp-no-offer"),
    "site-to-site": ("", "access", "site-to-site-vpn"),
    "client_vpn_connect": ("session", "access allowed start", "client-vpn-connected"),
    "client_vpn_disconnect": ("session", "access end", "client-vpn-disconnected"),
    "anyconnect_vpn_connect": ("session", "access allowed start", "client-vpn-connected"),
    "anyconnect_vpn_disconnect": ("session", "access end", "client-vpn-disconnected"),
    "anyconnect_vpn_auth_success": ("authentication", "access start", "logged-in"),
    "anyconnect_vpn_auth_failure": ("authentication", "access denied", "logon-failed"),
    "anyconnect_vpn_session_manager": ("session", "access", "anyconnect-vpn-session-manager"),
    "ip_session_initiated": ("", "access start", "ip-session-initiated"),
    "flow_allowed": ("", "connection start", "layer3-firewall-allowed-flow"),
    "flow_denied": ("", "access denied", "layer3-firewall-denied-flow"),
    "http_access": ("web", "access", "http-access"),
    "http_access_error": ("web", "error", "http-access-error"),
    "ids_alerted": ("threat", "indicator", "ids-signature-matched"),
    "security_filtering_file_scanned": ("threat malware", "indicator", "malicious-file-actioned"),
    "security_filtering_disposition_change": (
        "threat malware", "indicator", "issued-retrospective-malicious-disposition",
    ),
    "association": ("", "access connection", "wifi-association-request"),
    "disassociation": ("session", "access end", "wifi-disassociation-request"),
    "wpa_auth": ("authentication", "start access", "wifi-wpa-authentication"),
    "wpa_deauth": ("authentication", "end denied", "wifi-wpa-failed-auth-or-deauth"),
    "8021x_eap_failure": ("authentication", "end denied", "wifi-8021x-failed-authentication-attempt"),
    "8021x_deauth": ("authentication", "end denied", "wifi-8021x-failed-auth-or-deauth"),
    "8021x_eap_success": ("authentication", "start", "wifi-8021x-auth"),
    "splash_auth": ("authentication", "start", "splash-authentication"),
    "device_packet_flood": ("threat", "indicator", "wireless-packet-flood-detected"),
    "rogue_ssid_detected": ("threat", "indicator", "rogue-ssid-detected"),
    "ssid_spoofing_detected": ("threat", "indicator", "ssid-spoofing-detected"),
    "multiple_dhcp_servers_detected": ("", "protocol", "multiple_dhcp_servers_detected"),
    "dfs_event": ("", "", "dynamic-frequency-selection-detected"),
    "aps_association_reject": ("", "", "association-rejected-for-load-balancing"),
}  # fmt: skip
_PACKETS = frozenset({"flows", "firewall", "cellular_firewall", "vpn_firewall", "l7_firewall"})
_OUTCOMES = {
    "client_vpn_connect": "success",
    "anyconnect_vpn_connect": "success",
    "anyconnect_vpn_auth_success": "success",
    "anyconnect_vpn_auth_failure": "failure",
    "flow_allowed": "success",
    "flow_denied": "failure",
    "8021x_eap_failure": "failure",
    "8021x_eap_success": "success",
}


def _read(line: str) -> dict[str, str] | None:
    """A line's pairs, and its parts under names that start with `@`."""
    head = _HEAD.match(line)
    if not head:
        return None
    priority, moment, host, kind, text = head.groups(default="")
    text = f" {text}"
    values = {"@priority": priority, "@time": moment, "@host": host, "@kind": kind}
    for names, pattern in ((("@method", "@url"), _REQUEST), (("pattern",), _PATTERN), (("message",), _MESSAGE)):
        match = pattern.search(text)
        if match:
            values |= dict(zip(names, match.groups(default=""), strict=True))
            text = text[: match.start()]
    values = pairs(text) | values
    lease = _NEIGHBOUR.search(text)
    if lease:
        values |= {"client_ip": lease[1].rstrip(","), "client_mac": lease[3]}
    vpn = _CLIENT_VPN.search(text)
    come = None if vpn else _FROM.search(text)
    values |= dict(zip(("user_id", "local_ip", "remote_ip"), vpn.groups(), strict=True)) if vpn else {}
    values |= {"remote_ip": come[1]} if come else {}
    if text.startswith(" type=anyconnect_vpn_"):
        values |= _peer(text)
    for side in ("src", "dst"):
        if _MAC.match(values.get(side, "")):
            values[f"{side}_mac"] = values[side]
            continue
        end = _END.match(values.get(side, ""))
        if end:
            values |= {f"{side}_ip": end[1].strip("[]"), f"{side}_port": "" if end[2] in (None, "0") else end[2]}
    values["protocol"] = values.get("protocol", "").removesuffix("/ip")
    values["@subtype"] = _subtype(kind, text.strip(), values)
    return {name: value for name, value in values.items() if value}


def _peer(text: str) -> dict[str, str]:
    """Who the client of an AnyConnect record is; its own text stands behind the address."""
    named = text[: max(text.rfind("]: Session "), 0)]
    port, user = _PEER_PORT.search(text), _PEER_USER.search(named)
    # Where the name stands in front, it may hold an address, and the device's is the last.
    typed_first = -1 < text.find(" User[") < text.find("Peer IP=")
    address = (_LAST_PEER if typed_first else _PEER).search(text)
    found = (("remote_ip", address), ("src_port", port), ("user_id", user))
    return {name: match[1] for name, match in found if match}


def _subtype(kind: str, text: str, values: dict[str, str]) -> str:
    """The name of what happened, as the device or, where it has none, its kind of record tells."""
    first_word = _WORD.match(text)
    word = first_word[1] if first_word and "=" not in first_word[0] else ""
    if kind in _PACKETS:
        did = word or values.get("pattern", "").split(" ")[0]
        name = {"allow": "flow_allowed", "deny": "flow_denied"}.get(did, "ip_session_initiated")
    elif kind == "urls":
        name = "http_access_error" if values.get("@method", "").lower() == "unknown" else "http_access"
    elif text.lower().startswith("site-to-site"):
        name = "site-to-site"
    elif text.startswith("dhcp "):
        name = "dhcp_no_offers" if text.startswith("dhcp no offers") else "dhcp_lease"
    else:
        named = {"ids-alerts": "ids_alerted", "ip_flow_start": kind, "ip_flow_end": kind}
        name = named.get(kind) or values.get("type") or (word if "_" in word else "")
    return name


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = observer(mapped(records, _FIELDS, vendor="cisco_meraki", wanted=wanted), "Cisco", "Meraki", "network")
    subtype = column(frame, "@subtype")
    known = dict(_KINDS.items())
    categories = {name: ["network", *category.split()] for name, (category, _, _) in known.items()}
    types = {name: ["info", *kinds.split()] for name, (_, kinds, _) in known.items()}
    translated = column(frame, "@translated")
    outward = column(frame, "source.nat.ip").is_not_null()
    frame = frame.with_columns(
        epochs(column(frame, "@time")).alias("@timestamp"),
        pl.lit("event").alias("event.kind"),
        listed(subtype, categories, ["network"]).alias("event.category"),
        listed(subtype, types, ["info"]).alias("event.type"),
        word(subtype, {name: did for name, (_, _, did) in known.items()}).fill_null(subtype).alias("event.action"),
        word(subtype, _OUTCOMES).alias("event.outcome"),
        pl.when(outward).then(translated).alias("source.nat.port"),
        pl.when(~outward).then(translated).alias("destination.nat.port"),
        first(frame, "@message").alias("rule.name"),
    )
    frame = connection(urls(frame)).drop("event.action_taken", strict=False)
    return frame.select(name for name in frame.columns if not name.startswith("@") or name == "@timestamp")


PARSER = FieldsParser(
    reference="https://documentation.meraki.com/General_Administration/Monitoring_and_Reporting/Syslog_Event_Types_and_Log_Samples",
    sieve=(
        r"^(?:<\d{1,3}>)?(?:1 )?\d{10}\.\d+ \S+ (?:\S+_)?"
        r"(?:flows|urls|events|ids-alerts|security_event|airmarshal_events"
        r"|firewall|cellular_firewall|vpn_firewall|l7_firewall|ip_flow_start|ip_flow_end|bridge_anyconnect_clie"
        r"nt_vpn_firewall)(?: |$)"
    ),
    read=by_line(_read),
    parse=parse,
)
