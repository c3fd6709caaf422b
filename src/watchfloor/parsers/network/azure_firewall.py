"""Azure Firewall: network, application, NAT, threat and IDPS rules and DNS proxy, as columns or as sentences.

Columns of the structured logs: https://learn.microsoft.com/en-us/azure/azure-monitor/reference/tables/azfwnetworkrule
and its sisters; https://learn.microsoft.com/en-us/azure/firewall/diagnostic-logs gives the sentences of the older ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first, word
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._times import moments, nanoseconds
from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.web._request import urls

_FIELDS: dict[str, Target] = {
    "time": "@time", "category": "event.provider", "operationName": "event.action", "resourceId": "@resource",
    "properties.Protocol": "@protocol", "properties.SourceIp": "source.address", "properties.SourceIP":
    "source.address", "properties.SourcePort": "source.port", "properties.DestinationIp": "destination.address",
    "properties.DestinationIP": "destination.address", "properties.Fqdn": "@name",
    "properties.DestinationPort": "destination.port", "properties.TranslatedIp": "destination.nat.ip",
    "properties.TranslatedPort": "destination.nat.port", "properties.Action": "@verdict", "properties.Rule":
    "rule.name", "properties.RuleCollection": "rule.ruleset", "properties.ActionReason": "event.reason",
    "properties.TargetUrl": "url.original", "properties.WebCategory": "rule.category",
    "properties.SignatureId": "rule.id", "properties.Description": "@signature", "properties.Category":
    "rule.category", "properties.Severity": "event.severity", "properties.ThreatDescription": "@signature",
    "properties.QueryName": "@question", "properties.QueryType": "dns.question.type", "properties.QueryClass":
    "dns.question.class", "properties.QueryId": "dns.id", "properties.ResponseCode": "dns.response_code",
    "properties.RequestDurationSecs": "@seconds", "properties.ErrorMessage": "error.message", "properties.msg":
    "message", "said.protocol": "@protocol", "said.source": "source.address", "said.source_port": "source.port",
    "said.destination": "destination.address", "said.destination_port": "destination.port", "said.nat":
    "destination.nat.ip", "said.nat_port": "destination.nat.port", "said.id": "dns.id", "said.type":
    "dns.question.type", "said.class": "dns.question.class", "said.name": "@question", "said.transport": "@protocol",
    "said.code": "dns.response_code", "said.seconds": "@duration", "said.Action": "@verdict", "said.Rule": "rule.name",
    "said.Rule Collection": "rule.ruleset", "said.Url": "url.original", "said.Web Category": "rule.category",
    "said.Signature": "rule.id", "said.IDS": "@signature", "said.Priority": "event.severity",
    "said.Classification": "rule.category", "said.ThreatIntel": "@signature", "said.Reason": "event.reason",
}  # fmt: skip
_PACKET = re.compile(
    r"(?P<protocol>[A-Za-z]+)(?: +[Tt]ype=\d+)? +request from "
    r"(?P<source>[0-9.]+|[0-9A-Fa-f:]+?)(?::(?P<source_port>\d*))?"
    r" to (?P<destination>[^\s:]*[^\s:.]|[0-9A-Fa-f:]+?)(?::(?P<destination_port>\d*))?"
    r"(?: was DNAT'?ed to (?P<nat>[0-9.]+):(?P<nat_port>\d+))?\.?(?= |$)"
)
_SAID = re.compile(
    r"(Action|Url|Policy|Rule Collection Group|Rule Collection|Rule|Web Category|Signature|IDS|Priority|Classification"
    r"|ThreatIntel|Reason): "
)
_QUESTION = re.compile(
    r"DNS Request: (?P<source>[0-9A-Fa-f.:]+):(?P<source_port>\d+) \S+ (?P<id>\d+) (?P<type>[A-Z0-9]+) "
    r"(?P<class>[A-Z]+) (?P<name>\S+) (?P<transport>udp|tcp) \d+ \S+ \d+ (?P<code>[A-Z]+|-)"
    r"(?: \S+ \d+ (?P<seconds>[0-9.]+)s)?"
)
_VERDICTS = {"allow": "allowed", "alert": "allowed", "deny": "denied", "drop": "denied", "block": "denied",
             "alert and deny": "denied", "alertanddeny": "denied"}  # fmt: skip
_ALERTS = r"(?i)^AZFW(?:IdpsSignature|ThreatIntel)$"
_APPLICATIONS = ("http", "https", "mssql")


def claims(record: Mapping[str, Any]) -> bool:
    """Whether it is a resource log of a firewall's."""
    category = record.get("category")
    return type(category) is str and category.startswith(("AzureFirewall", "AZFW")) and "properties" in record


def _said(message: str) -> dict[str, str]:
    """What a sentence tells, by names; nothing where it is no sentence that the format's description gives."""
    question = _QUESTION.match(message)
    if question:
        return {name: value for name, value in question.groupdict().items() if value}
    packet = _PACKET.match(message)
    if not packet:
        return {}
    found = {name: value for name, value in packet.groupdict().items() if value}
    parts = _SAID.split(message[packet.end() :])
    for name, value in zip(parts[1::2], parts[2::2], strict=True):
        found.setdefault(name, value.strip().removesuffix("."))
    if "Action" in found:
        # `Action: Deny. No rule matched. Proceeding with default action`
        found["Action"], _, reason = found["Action"].partition(". ")
        if reason:
            found.setdefault("Reason", reason)
    return found


def _read(record: dict[str, Any]) -> dict[str, Any]:
    properties = record["properties"]
    message = properties.get("msg") if isinstance(properties, dict) else None
    return record | {"said": _said(message)} if type(message) is str else record


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = mapped([_read(record) for record in records], _FIELDS, vendor="azure.firewall", wanted=wanted)
    frame = observer(frame, "Microsoft", "Azure Firewall")
    verdict = word(column(frame, "@verdict"), _VERDICTS)
    question = column(frame, "@question").str.strip_suffix(".")
    answered = question.is_not_null()
    signature = column(frame, "@signature")
    alert = signature.is_not_null() | column(frame, "event.provider").str.contains(_ALERTS).fill_null(value=False)
    utc, local = moments(column(frame, "@time"), ("%Y-%m-%dT%H:%M:%S%.f",))
    protocol = column(frame, "@protocol").str.to_lowercase()
    application = protocol.is_in(_APPLICATIONS)
    kind = pl.when(answered).then(pl.lit("protocol")).otherwise(pl.lit("connection"))
    resource = column(frame, "@resource").str.extract_groups(
        r"(?i)^/?subscriptions/(?P<account>[^/]+)/resourceGroups/(?P<group>[^/]+)/providers/[^/]+/[^/]+/(?P<name>[^/]+)"
    )
    frame = frame.with_columns(
        utc,
        local,
        pl.when(alert).then(pl.lit("alert")).otherwise(pl.lit("event")).alias("event.kind"),
        pl.when(alert)
        .then(pl.lit(["network", "intrusion_detection"]))
        .otherwise(pl.lit(["network"]))
        .alias("event.category"),
        pl.concat_list(kind, verdict).list.drop_nulls().alias("event.type"),
        column(frame, "@verdict").str.to_lowercase().fill_null(column(frame, "event.action")).alias("event.action"),
        word(verdict, {"allowed": "success", "denied": "failure"}).alias("event.outcome"),
        pl.when(application).then(pl.lit("tcp")).otherwise(protocol).alias("@proto"),
        pl.when(answered).then(pl.lit("dns")).when(application).then(protocol).alias("network.protocol"),
        first(frame, "destination.address", "@name").alias("destination.address"),
        column(frame, "@name").alias("url.domain"),
        question.alias("dns.question.name"),
        first(frame, "rule.name", "@signature").alias("rule.name"),
        nanoseconds(first(frame, "@seconds", "@duration")).alias("event.duration"),
        pl.lit("azure").alias("cloud.provider"),
        resource.struct.field("account").str.to_lowercase().alias("cloud.account.id"),
        resource.struct.field("group").alias("cloud.project.name"),
        resource.struct.field("name").alias("observer.name"),
    )
    return connection(urls(frame.drop("@seconds", strict=False)))


PARSER = JsonParser(
    reference="https://learn.microsoft.com/en-us/azure/firewall/monitor-firewall-reference#resource-logs",
    claims=claims,
    parse=parse,
    keys=("category", "properties"),
)
