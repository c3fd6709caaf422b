"""Check Point: every blade's log as Log Exporter writes it to syslog (`key:"value"; …`), with `|`, or as R77 did."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first, listed, word
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import pairs
from watchfloor.parsers._times import epochs, moments
from watchfloor.parsers._users import acting
from watchfloor.parsers.plugin import FieldsParser, by_line
from watchfloor.parsers.web._request import urls

_FIELDS: dict[str, Target] = {
    "log_time": "@stamp", "log_host": "host.hostname", "log_priority": "log.syslog.priority", "time": "@time",
    "action": "event.action", "ifdir": "@direction", "i/f_dir": "@direction", "conn_direction": "@conn",
    "ifname": "@interface", "i/f_name": "@interface", "inzone": "observer.ingress.zone",
    "outzone": "observer.egress.zone",
    "sequencenum": "event.sequence", "origin": "observer.name", "orig": "observer.name",
    "product": "@product", "src": "source.address", "s_port": "source.port", "sport_svc": "source.port",
    "dst": "destination.address", "service": "destination.port", "svc": "destination.port", "proto": "@proto",
    "service_id": "network.application", "appi_name": "network.application", "xlatesrc": "source.nat.ip",
    "xlatesport": "source.nat.port", "xlatedst": "destination.nat.ip", "xlatedport": "destination.nat.port",
    "client_outbound_bytes": "source.bytes", "sent_bytes": "source.bytes", "server_outbound_bytes": "destination.bytes",
    "received_bytes": "destination.bytes", "bytes": "network.bytes", "client_outbound_packets": "source.packets",
    "server_outbound_packets": "destination.packets", "packets": "network.packets", "elapsed": "@seconds",
    "rule": "rule.id", "rule_name": "rule.name", "rule_uid": "rule.uuid", "layer_name": "rule.ruleset",
    "policy_name": "rule.ruleset", "app_category": "rule.category", "matched_category": "rule.category",
    "app_desc": "rule.description", "protection_name": "threat.name", "malware_action": "@malware",
    "attack": "threat.name", "malware_rule_name": "rule.name", "malware_rule_id": "rule.uuid",
    "src_user_name": "source.user.name", "user": "source.user.name", "src_user_group": "source.user.group.name",
    "user_group": "source.user.group.name", "dst_user_name": "destination.user.name",
    "administrator": "source.user.name", "src_machine_name": "source.domain", "dst_machine_name": "destination.domain",
    "mac_source_address": "source.mac", "mac_destination_address": "destination.mac", "client_ip": "source.address",
    "src_country": "source.geo.country_name", "dst_country": "destination.geo.country_name",
    "resource": "url.original", "http_host": "url.domain", "dst_domain_name": "url.domain",
    "method": "http.request.method",
    "http_status": "http.response.status_code", "user_agent": "user_agent.original",
    "web_client_type": "user_agent.name",
    "referrer": "http.request.referrer", "file_name": "file.name", "file_type": "file.extension",
    "file_size": "file.size", "file_md5": "file.hash.md5", "file_sha1": "file.hash.sha1",
    "file_sha256": "file.hash.sha256",
    "severity": "@severity", "confidence_level": "@confidence", "app_risk": "@risk", "reason": "event.reason",
    "message_info": "message", "msg": "message", "description": "message", "log_text": "message",
    "from": "email.from.address", "to": "email.to.address", "email_subject": "email.subject", "mime_from": "@from",
    "email_message_id": "email.message_id", "query": "dns.question.name", "dns_query": "dns.question.name",
    "dns_type": "dns.question.type", "os_name": "host.os.name", "process_name": "process.name",
    "parent_process_name": "process.parent.name", "industry_reference": "vulnerability.id", "session_uid": "session.id",
    "operation": "@operation", "objectname": "@object", "auth_status": "@auth",
    "status": "@status", "client_name": "@client", "ike": "@ike", "office_mode_ip": "@leased",
    "tls_server_host_name": "tls.client.server_name",
}  # fmt: skip
_HEAD = re.compile(r"\s*(?:<(\d{1,3})>)?1 (\S+) (\S+) \S+ \S+ \S+ \[")
_SEMICOLONS = re.compile(r'([\w@./-]+):+"([^"\\]*+(?:\\.[^"\\]*+)*+)(?:"|\\?\Z)', re.DOTALL)
_BARS = re.compile(r"(?:^|\|)([^=|]{1,64}+)=([^|]*)")
_ESCAPED = re.compile(r'\\([\\"\];])')
_DENIED = ("drop", "reject", "block", "deny", "prevent", "quarantine", "bypass failed", "inline")
_ALLOWED = (
    "accept",
    "allow",
    "monitor",
    "detect",
    "encrypt",
    "decrypt",
    "vpn routing",
    "bypass",
    "inspect",
    "http_upload",
)
_VERDICTS = dict.fromkeys(_DENIED, "denied") | dict.fromkeys(_ALLOWED, "allowed")
_KINDS = {
    "anti-virus": ["malware", "network"], "anti virus": ["malware", "network"],
    "new anti virus": ["malware", "network"],
    "anti-bot": ["malware", "network"], "anti malware": ["malware", "network"],
    "threat emulation": ["malware", "network"],
    "smartdefense": ["intrusion_detection", "network"], "ips": ["intrusion_detection", "network"],
    "url filtering": ["network", "web"], "anti-spam and email security": ["email"], "mta": ["email"],
    "identity awareness": ["authentication"], "smartconsole": ["configuration"], "smartdashboard": ["configuration"],
    "wep-api": ["configuration"], "web_api": ["configuration"],
}  # fmt: skip
_SIGN_INS = {"log in": "start", "login": "start", "log out": "end", "logout": "end", "failed log in": "start"}
_AGREED = r"(?i)^(?:quick mode|child sa|ikev2 child sa|auth exchange).* completion"
"""Which keys are a tunnel's; the ones before are agreed on before the user is known."""
_CONN_DIRECTIONS = {"incoming": "inbound", "outgoing": "outbound", "internal": "internal"}
_ADDRESS = r"^([0-9.]{7,15}|[0-9a-fA-F:]{3,39})$"
_DIRECTIONS = {"inbound": "inbound", "outbound": "outbound", "in": "inbound", "out": "outbound"}


def _read(line: str) -> dict[str, str]:
    """A line's fields, and what its syslog header says."""
    head = _HEAD.match(line)
    values = {}
    if head:
        given = {"log_priority": head[1], "log_time": head[2], "log_host": head[3]}
        values = {name: value for name, value in given.items() if value}
    body = line[head.end() :] if head else line.strip().removeprefix("[")
    found: dict[str, str] = {}
    if ':"' in body[:80]:
        for key, value in _SEMICOLONS.findall(body):
            found.setdefault(key, _ESCAPED.sub(r"\1", value) if "\\" in value else value)
        tail = body.rsplit('"', 1)[-1].strip("]; .")
        if tail:
            found["log_text"] = tail
    elif "|" in body and '="' not in body[:80]:
        for key, value in _BARS.findall(body):
            found.setdefault(key.strip(), value.strip())
    else:
        found = {key.lower(): value for key, value in pairs(body).items()}
    return found | values


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = mapped(records, _FIELDS, vendor="checkpoint", wanted=wanted)
    frame = observer(frame, "Checkpoint", "Firewall")
    product = column(frame, "@product")
    direction = word(column(frame, "@direction"), _DIRECTIONS)
    interface = column(frame, "@interface").replace("daemon", None)
    port = column(frame, "destination.port")
    application = column(frame, "network.application")
    frame = frame.with_columns(
        _moment(frame).alias("@timestamp"),
        pl.coalesce(product, pl.lit("Firewall")).alias("observer.product"),
        pl.coalesce(word(column(frame, "@conn"), _CONN_DIRECTIONS),
                    direction).alias("network.direction"),
        pl.when(direction == "inbound").then(interface).alias("observer.ingress.interface.name"),
        pl.when(direction == "outbound").then(interface).alias("observer.egress.interface.name"),
        pl.when(port.str.contains(r"^\d+$")).then(port).alias("destination.port"),
        pl.coalesce(application, pl.when(port.str.contains(r"\D")).then(port)).alias("network.application"),
        _name(frame).alias("source.user.name"),
        column(frame, "source.domain").str.replace(r"@.*$", "").alias("source.domain"),
        column(frame, "@severity").str.extract(r"^(\d)$").alias("event.severity"),
        column(frame, "observer.name").str.extract(_ADDRESS).str.split("\n").alias("observer.ip"),
        pl.lit("event").alias("event.kind"),
    )  # fmt: skip
    return acting(connection(urls(_tunnels(_kinds(frame, product), product))))


def _moment(frame: pl.DataFrame) -> pl.Series:
    time, stamp = column(frame, "@time"), column(frame, "@stamp")
    utc, _ = moments(stamp.fill_null(time).str.replace("Z$", "+0000"), ("%Y-%m-%dT%H:%M:%S%.f",))
    return epochs(time).fill_null(utc)


def _name(frame: pl.DataFrame) -> pl.Series:
    """The account of users that stand as `First Last (account)`."""
    user = column(frame, "source.user.name")
    return user.str.extract(r"\(([^()]+)\)$").fill_null(user)


def _kinds(frame: pl.DataFrame, product: pl.Series) -> pl.DataFrame:
    action = column(frame, "event.action").str.to_lowercase()
    verdict = word(action, _VERDICTS)
    sign_in = word(first(frame, "@operation").fill_null(action), _SIGN_INS)
    auth = word(first(frame, "@auth"), {"successful login": "success", "failed login": "failure"})
    failed = (action == "failed log in") | column(frame, "event.reason").str.contains("(?i)fail").fill_null(value=False)
    failed |= column(frame, "@status").str.contains("(?i)^fail").fill_null(value=False)
    outcome = pl.when(failed.fill_null(value=False)).then(pl.lit("failure")).otherwise(pl.lit("success"))
    flow = verdict.is_not_null()
    kinds = pl.when(sign_in.is_not_null() | auth.is_not_null()).then(pl.lit(["authentication"]))
    return frame.with_columns(
        kinds.otherwise(listed(product, _KINDS, ["network"])).alias("event.category"),
        pl.when(sign_in == "end")
        .then(pl.lit(["end"]))
        .when(flow)
        .then(pl.concat_list(verdict, pl.lit("connection")))
        .when(sign_in.is_not_null())
        .then(pl.concat_list(sign_in))
        .otherwise(pl.lit(["info"]))
        .alias("event.type"),
        pl.coalesce(auth, pl.when(sign_in.is_not_null()).then(outcome), pl.when(flow).then(pl.lit("success"))).alias(
            "event.outcome"
        ),
    )


def _tunnels(frame: pl.DataFrame, product: pl.Series) -> pl.DataFrame:
    """Log-ins to VPNs, and the keys that are agreed on with a user."""
    client = (product.str.to_lowercase() == "mobile access") | column(frame, "@client").is_not_null()
    vpn = client.fill_null(value=False) & (frame["event.outcome"] == "success")
    kind = word(column(frame, "event.action"), _SIGN_INS)
    agreed = (column(frame, "event.action").str.to_lowercase() == "key install") & column(frame, "@ike").str.contains(
        _AGREED
    )
    agreed = (agreed & column(frame, "source.user.name").is_not_null()).fill_null(value=False)
    leased = first(frame, "@leased")
    return frame.with_columns(
        pl.when(vpn & kind.is_not_null())
        .then(word(kind, {"start": "client-vpn-connected", "end": "client-vpn-disconnected"}))
        .when(agreed)
        .then(pl.lit("ike-established"))
        .otherwise("event.action")
        .alias("event.action"),
        pl.when(agreed).then(pl.lit("success")).otherwise("event.outcome").alias("event.outcome"),
        pl.coalesce(column(frame, "source.nat.ip"), pl.when(leased != "0.0.0.0").then(leased)).alias(  # noqa: S104
            "source.nat.ip"
        ),
    )


PARSER = FieldsParser(
    reference="https://sc1.checkpoint.com/documents/App_for_Splunk/html_frameset.htm",
    sieve=(
        r"^\s*(?:(?:(?:(?:<\d{1,3}>)?1 \S+ \S+ )?CheckPoint \S+ \S+ |(?:<\d{1,3}>)?1 \S+ \S+ \S+ \S+ \S+ )?"
        r'\[(?:action|flags|ifdir|logid|loguid|origin|product|contextnum|time):"'
        r'|(?:action|flags|ifdir):"[^"]*"; ?\w+:"'
        r"|(?:loc=\d+\||time=\d+\|)(?:[^=|]+=[^|]*\|){1,40}(?:action|product|orig|loguid)="
        r'|\[?(?:fields@1\.3\.6\.1\.4\.1\.2620 )?Action="[^"]*" UUid=")'
    ),
    read=by_line(_read),
    parse=parse,
)
