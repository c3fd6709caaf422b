"""Security events of Cisco FTD: `Name: value` pairs, mapped by a table.

Texts of clients (URL, user agent) come behind the addresses, and the first value of a name counts.
"""

from __future__ import annotations

import re

import polars as pl

from watchfloor.parsers._columns import column, first, listed, word
from watchfloor.parsers._connection import connection
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._users import acting
from watchfloor.parsers.web._request import urls

_PAIR = re.compile(r"(?:^|, ?|\] )([A-Za-z][A-Za-z0-9_ ]{1,30}): ?")
_FIELDS: dict[str, Target] = {
    "SrcIP": "source.address", "DstIP": "destination.address", "SrcPort": "source.port", "DstPort": "destination.port",
    "InitiatorIP": "source.address", "ResponderIP": "destination.address", "InitiatorPort": "source.port",
    "ResponderPort": "destination.port", "ICMPType": "cisco.ftd.icmp_type", "ICMPCode": "cisco.ftd.icmp_code",
    "NAT_InitiatorIP": "source.nat.ip", "NAT_ResponderIP": "destination.nat.ip",
    "NAT_InitiatorPort": "source.nat.port", "NAT_ResponderPort": "destination.nat.port",
    "Protocol": "@proto", "IngressInterface": "observer.ingress.interface.name",
    "EgressInterface": "observer.egress.interface.name", "IngressZone": "observer.ingress.zone",
    "EgressZone": "observer.egress.zone", "AccessControlRuleName": "rule.name", "IntrusionPolicy": "rule.ruleset",
    "ACPolicy": "rule.ruleset", "FilePolicy": "rule.ruleset", "SID": "rule.id", "Message": "@message",
    "Revision": "rule.version",
    "Classification": "rule.category", "AccessControlRuleReason": "event.reason",
    "AccessControlRuleAction": "@action", "InlineResult": "@action", "FileAction": "@action",
    "SSLActualAction": "@tls_action", "User": "user.name", "ApplicationProtocol": "network.protocol",
    "WebApplication": "network.application", "Client": "@client", "ConnectionDuration": "@seconds",
    "InitiatorBytes": "source.bytes", "ResponderBytes": "destination.bytes",
    "InitiatorPackets": "source.packets", "ResponderPackets": "destination.packets",
    "DNSQuery": "dns.question.name", "DNSRecordType": "@dns_type", "DNSResponseType": "@dns_response",
    "HTTPReferer": "http.request.referrer", "HTTPResponse": "http.response.status_code", "URL": "url.original",
    "URI": "url.original", "ReferencedHost": "url.domain", "UserAgent": "user_agent.original",
    "NetBIOSDomain": "host.hostname", "FileName": "file.name", "FileSHA256": "file.hash.sha256",
    "FileSize": "file.size", "FileType": "file.type", "ThreatName": "threat.name", "SSLServerName": "server.domain",
    "originalClientSrcIP": "client.address", "FirstPacketSecond": "@start", "SHA_Disposition": "@disposition",
    "VLAN_ID": "network.vlan.id", "DeviceUUID": "observer.serial_number",
}  # fmt: skip
_TYPES = {
    "a host address": "A", "ip6 address": "AAAA", "text strings": "TXT", "a domain name pointer": "PTR",
    "an authoritative name server": "NS", "the canonical name for an alias": "CNAME",
    "marks the start of a zone of authority": "SOA", "mail exchange": "MX", "server selection": "SRV",
}  # fmt: skip
_RESPONSES = {
    "non-existent domain": "NXDOMAIN", "server failure": "SERVFAIL", "query refused": "REFUSED", "no error": "NOERROR",
}  # fmt: skip
_ACTIONS = {
    "430001": "intrusion-detected", "430002": "connection-started", "430003": "connection-finished",
    "430004": "file-detected", "430005": "malware-detected",
}  # fmt: skip
_CATEGORIES = {
    "430001": ["intrusion_detection"],
    "430002": ["network"],
    "430003": ["network"],
    "430004": ["file"],
    "430005": ["malware"],
}
_KINDS = {
    "430001": ["info"], "430002": ["connection", "start"], "430003": ["connection", "end"], "430004": ["info"],
    "430005": ["info"],
}  # fmt: skip
_VERDICTS = {
    "allow": "allowed", "trust": "allowed", "fastpath": "allowed", "monitor": "allowed", "block": "denied",
    "deny": "denied", "dropped": "denied", "drop": "denied", "block with reset": "denied",
    "interactive block": "denied", "would have dropped": "allowed", "malware block": "denied", "custom block": "denied",
}  # fmt: skip
_NOBODY = ["No Authentication Required", "Not Found", "Unknown"]


def pairs_of(text: str) -> dict[str, str]:
    """The pairs of an event; of a name that comes twice, the first value counts."""
    found: dict[str, str] = {}
    parts = _PAIR.split(text)
    for name, value in zip(parts[1::2], parts[2::2], strict=True):
        found.setdefault(name.strip(), value.strip())
    return found


def kind_of(values: dict[str, str]) -> str:
    """The number of the event where its marker has none (before version 6.3), by what it tells."""
    if "SID" in values or "IntrusionPolicy" in values:
        return "430001"
    if "FileSHA256" in values or "FileName" in values:
        return "430005" if "ThreatName" in values or "ThreatScore" in values else "430004"
    return "430003" if "InitiatorBytes" in values else "430002"


def parse(texts: list[str], codes: list[str | None]) -> pl.DataFrame:
    """The events as columns."""
    records = [pairs_of(text) for text in texts]
    found = [code or kind_of(record) for code, record in zip(codes, records, strict=True)]
    frame = mapped(
        records, _FIELDS, vendor="cisco.ftd", wanted=frozenset({"cisco.ftd.icmp_type", "cisco.ftd.icmp_code"})
    )
    code = pl.Series("event.code", found, dtype=pl.String)
    verdict = word(column(frame, "@action"), _VERDICTS)
    verdict = pl.select(pl.when(code.is_in(["430004", "430005"])).then(None).otherwise(verdict)).to_series()
    user = column(frame, "user.name")
    kinds = listed(code, _KINDS)
    # A rule that blocks has done what it should; a packet that was dropped has failed. So says Elastic's module.
    failed = column(frame, "@action").str.to_lowercase().is_in(["dropped", "deny"])
    outcome = pl.when(verdict.is_null()).then(None).when(failed).then(pl.lit("failure")).otherwise(pl.lit("success"))
    malware = (column(frame, "@disposition").is_in(["Malware", "Custom Detection"])).fill_null(value=False)
    alert = (code == "430001") | ((code == "430005") & malware)
    response = word(column(frame, "@dns_response"), _RESPONSES)
    asked = word(column(frame, "@dns_type"), _TYPES)
    lower = ("network.protocol", "network.application", "file.type")
    frame = frame.with_columns(
        code,
        word(code, _ACTIONS).alias("event.action"),
        pl.when((code == "430005") & ~malware)
        .then(pl.lit(["malware", "file"]))
        .otherwise(listed(code, _CATEGORIES))
        .alias("event.category"),
        pl.when(verdict.is_not_null()).then(pl.concat_list(kinds, verdict)).otherwise(kinds).alias("event.type"),
        outcome.alias("event.outcome"),
        pl.when(~user.is_in(_NOBODY)).then(user).alias("user.name"),
        pl.when(alert).then(pl.lit("alert")).otherwise(pl.lit("event")).alias("event.kind"),
        asked.fill_null(column(frame, "@dns_type")).alias("dns.question.type"),
        response.fill_null(column(frame, "@dns_response")).alias("dns.response_code"),
        first(frame, "network.application", "@client").alias("network.application"),
        first(frame, "rule.name", "@message").alias("rule.name"),
    )
    frame = frame.with_columns(pl.col(name).str.to_lowercase() for name in lower if name in frame.columns)
    frame = acting(connection(urls(frame)))
    return frame.select(name for name in frame.columns if not name.startswith("@"))
