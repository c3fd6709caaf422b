"""OCSF 1.x: events of the Open Cybersecurity Schema Framework, as security lakes hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first
from watchfloor.parsers._connection import connection
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._times import nanoseconds
from watchfloor.parsers.generic._moments import instants, moments
from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.web._request import urls

_SIDES: dict[str, Target] = {
    f"{theirs}.{name}": f"{ours}.{field}"
    for theirs, ours in (("src_endpoint", "source"), ("dst_endpoint", "destination"))
    for name, field in {
        "ip": "address", "port": "port", "hostname": "domain", "name": "domain", "mac": "mac",
        "location.country": "geo.country_iso_code", "location.city": "geo.city_name",
        "location.continent": "geo.continent_name", "location.lat": "geo.location.lat",
        "location.long": "geo.location.lon", "location.coordinates": "geo.location",
        "intermediate_ips": "nat.ip", "autonomous_system.number": "as.number",
        "autonomous_system.name": "as.organization.name",
    }.items()
}  # fmt: skip
_PROCESSES: dict[str, Target] = {
    f"{theirs}.{name}": f"process.{field}"
    for theirs in ("process", "actor.process")
    for name, field in {
        "name": "name", "pid": "pid", "file.path": "executable", "cmd_line": "command_line", "uid": "entity_id",
        "parent_process.name": "parent.name", "parent_process.pid": "parent.pid",
        "parent_process.file.path": "parent.executable", "parent_process.cmd_line": "parent.command_line",
        "working_directory": "working_directory",
    }.items()
}  # fmt: skip
_FIELDS: dict[str, Target] = {
    "time": "@time", "time_dt": "@time_dt", "start_time": "@start", "end_time": "@end",
    "metadata.logged_time": "@logged",
    "class_uid": "@class", "activity_name": "event.action", "activity_id": "@activity", "type_uid": "event.code",
    "severity_id": "event.severity", "severity": "log.level", "status": "@status", "status_id": "@status_id",
    "status_detail": "event.reason", "message": "message", "raw_data": "@raw", "duration": "@millis",
    "metadata.product.name": "observer.product", "metadata.product.vendor_name": "observer.vendor",
    "metadata.product.version": "observer.version", "metadata.event_code": "event.code",
    "metadata.log_provider": "event.provider", "disposition": "@disposition", "action": "@action",
    "action_id": "@action_id",
    **_SIDES, **_PROCESSES,
    "user.name": "user.target.name", "user.uid": "user.target.id", "user.domain": "user.target.domain",
    "user.email_addr": "user.target.email", "actor.user.name": "user.name", "actor.user.uid": "user.id",
    "actor.user.domain": "user.domain", "actor.user.email_addr": "user.email", "actor.session.uid": "session.id",
    "session.uid": "session.id", "service.name": "service.name",
    "device.hostname": "host.hostname", "device.name": "host.hostname", "device.ip": "host.ip", "device.uid": "host.id",
    "device.os.name": "host.os.name", "device.os.version": "host.os.version", "device.mac": "@host_mac",
    "file.path": "file.path", "file.name": "file.name", "file.size": "file.size", "file.mime_type": "file.mime_type",
    "connection_info.protocol_name": "@proto", "connection_info.protocol_num": "@proto",
    "connection_info.direction": "@direction", "connection_info.uid": "session.id",
    "traffic.bytes": "network.bytes", "traffic.packets": "network.packets", "traffic.bytes_out": "source.bytes",
    "traffic.bytes_in": "destination.bytes", "traffic.packets_out": "source.packets",
    "traffic.packets_in": "destination.packets", "app_name": "network.application",
    "http_request.http_method": "http.request.method", "http_request.url.url_string": "url.original",
    "http_request.url.hostname": "url.domain", "http_request.url.path": "url.path",
    "http_request.url.query_string": "url.query", "http_request.user_agent": "user_agent.original",
    "http_request.referrer": "http.request.referrer", "http_request.version": "http.version",
    "http_response.code": "http.response.status_code", "http_response.length": "http.response.body.bytes",
    "url.url_string": "url.original", "query.hostname": "dns.question.name", "query.type": "dns.question.type",
    "query.class": "dns.question.class", "rcode": "dns.response_code", "query.packet_uid": "dns.id",
    "email.from": "email.from.address", "email.to": "email.to.address", "email.subject": "email.subject",
    "email.message_uid": "email.message_id", "tls.version": "@tls", "tls.sni": "tls.client.server_name",
    "tls.cipher": "tls.cipher", "tls.certificate.issuer": "tls.server.issuer",
    "tls.certificate.subject": "tls.server.subject", "firewall_rule.name": "rule.name", "firewall_rule.uid": "rule.id",
    "policy.name": "rule.ruleset", "finding_info.title": "rule.name", "finding_info.uid": "rule.uuid",
    "finding_info.desc": "rule.description", "finding.title": "rule.name", "finding.uid": "rule.uuid",
    "malware.name": "threat.name", "api.operation": "@operation", "api.service.name": "event.provider",
    "cloud.provider": "cloud.provider", "cloud.region": "cloud.region", "cloud.account.uid": "cloud.account.id",
    "cloud.account.name": "cloud.account.name", "group.name": "group.name", "group.uid": "group.id",
}  # fmt: skip
_CLASSES = {
    "1001": ["file"], "1002": ["driver"], "1003": ["process"], "1005": ["process"], "1007": ["process"],
    "1006": ["configuration"], "201001": ["registry"], "201002": ["registry"], "2001": ["threat"],
    "2002": ["vulnerability"],
    "2003": ["configuration"], "2004": ["intrusion_detection"], "2005": ["threat"], "3001": ["iam"],
    "3002": ["authentication"], "3003": ["session"], "3004": ["iam"], "3005": ["iam"], "3006": ["iam"],
    "4001": ["network"],
    "4002": ["network", "web"], "4003": ["network"], "4004": ["network"], "4005": ["network", "session"],
    "4006": ["network", "file"], "4007": ["network", "session"], "4008": ["file"], "4009": ["email"], "4010": ["file"],
    "4011": ["email"], "4012": ["email"], "4013": ["network"], "4014": ["network"], "6001": ["web"],
    "6002": ["process"],
    "6003": ["api"], "6004": ["session", "web"], "6005": ["database"],
}  # fmt: skip
"""Categories by class, https://schema.ocsf.io/classes"""
_ACTIVITIES = {
    "3002.1": ["start"], "3002.2": ["end"], "1007.1": ["start"], "1007.2": ["end"], "1001.1": ["creation"],
    "1001.2": ["access"], "1001.3": ["change"], "1001.4": ["deletion"], "1001.5": ["change"],
    "4001.1": ["connection", "start"],
    "4001.2": ["connection", "end"], "4001.3": ["connection", "end"], "4001.4": ["connection", "error"],
    "4001.5": ["connection", "denied"], "4001.6": ["connection", "info"], "3001.1": ["user", "creation"],
    "3001.6": ["user", "deletion"], "6003.1": ["creation"], "6003.2": ["access"], "6003.3": ["change"],
    "6003.4": ["deletion"],
}  # fmt: skip
_VERDICTS = {
    "allowed": "allowed", "denied": "denied", "blocked": "denied", "dropped": "denied", "rejected": "denied",
    "1": "allowed", "2": "denied",
}  # fmt: skip
"""Actions and dispositions by caption, actions by number: https://schema.ocsf.io/profiles/security_control"""
_STATUSES = {"1": "success", "2": "failure", "success": "success", "failure": "failure", "succeeded": "success",
             "failed": "failure"}  # fmt: skip
_HASHES = {"1": "md5", "2": "sha1", "3": "sha256", "4": "sha512", "md5": "md5", "sha-1": "sha1", "sha-256": "sha256"}


def claims(record: Mapping[str, Any]) -> bool:
    """Whether a record has a class by number and OCSF's metadata."""
    return "class_uid" in record and isinstance(record.get("metadata"), dict)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns."""
    frame = mapped(records, _FIELDS, vendor="ocsf", wanted=wanted)
    kind, activity = column(frame, "@class"), column(frame, "@activity")
    status = first(frame, "@status", "@status_id").str.to_lowercase()
    status = status.replace_strict(_STATUSES, default=None, return_dtype=pl.String).fill_null(
        column(frame, "@status_id").replace_strict(_STATUSES, default=None, return_dtype=pl.String)
    )
    detail = pl.select(pl.concat_str([kind, activity], separator=".")).to_series()
    direction = column(frame, "@direction").str.to_lowercase()
    ours = _lists(kind, _CLASSES)
    verdict = (
        first(frame, "@action", "@disposition", "@action_id")
        .str.to_lowercase()
        .replace_strict(_VERDICTS, default=None, return_dtype=pl.String)
    )
    types = _lists(detail, _ACTIVITIES)
    alert = kind.is_in(["2001", "2004", "2005"])
    millis = nanoseconds(column(frame, "@millis"), 1e6)
    frame = frame.with_columns(
        *moments(first(frame, "@time", "@time_dt")),
        instants(column(frame, "@start")).alias("event.start"),
        instants(column(frame, "@end")).alias("event.end"),
        pl.Series(ours).alias("event.category"),
        pl.when(types.is_not_null() & verdict.is_not_null())
        .then(pl.concat_list(types, verdict))
        .when(types.is_not_null())
        .then(types)
        .when(verdict.is_not_null())
        .then(pl.concat_list(verdict))
        .otherwise(pl.lit(["info"]))
        .list.unique(maintain_order=True)
        .alias("event.type"),
        pl.when(alert).then(pl.lit("alert")).otherwise(pl.lit("event")).alias("event.kind"),
        first(frame, "@operation", "event.action").alias("event.action"),
        status.alias("event.outcome"),
        millis.alias("event.duration"),
        pl.when(direction.is_in(["inbound", "outbound"])).then(direction).alias("network.direction"),
        column(frame, "@tls").str.extract(r"(\d(?:\.\d)?)$").alias("tls.version"),
        *_hashes(records),
    )
    return connection(urls(_people(frame)))


def _lists(keys: pl.Series, values: Mapping[str, list[str]]) -> pl.Series:
    return keys.replace_strict(
        {key: "\n".join(members) for key, members in values.items()}, default=None, return_dtype=pl.String
    ).str.split("\n")


def _people(frame: pl.DataFrame) -> pl.DataFrame:
    """Who acted: where nobody is named as the actor, the user that the event is about."""
    about = {part: column(frame, f"user.target.{part}") for part in ("name", "id", "domain", "email")}
    actor = column(frame, "user.name").is_not_null()
    signed = column(frame, "@class") == "3002"
    alone = ~actor | signed
    return frame.with_columns(
        *(
            pl.when(alone)
            .then(pl.coalesce(values, column(frame, f"user.{part}")))
            .otherwise(column(frame, f"user.{part}"))
            .alias(f"user.{part}")
            for part, values in about.items()
        ),
        *(pl.when(~alone).then(values).alias(f"user.target.{part}") for part, values in about.items()),
    )  # fmt: skip


def _hashes(records: Sequence[Mapping[str, Any]]) -> list[pl.Series]:
    """The file's fingerprints, by algorithm."""
    found: dict[str, list[str | None]] = {}
    for row, record in enumerate(records):
        file = record.get("file")
        for each in file.get("hashes") or () if isinstance(file, dict) else ():
            if isinstance(each, dict) and type(each.get("value")) is str:
                name = _HASHES.get(str(each.get("algorithm_id"))) or _HASHES.get(str(each.get("algorithm")).lower())
                if name:
                    found.setdefault(name, [None] * len(records))[row] = each["value"].lower()
    return [pl.Series(f"file.hash.{name}", values, dtype=pl.String) for name, values in found.items()]


PARSER = JsonParser(
    reference="https://schema.ocsf.io/", claims=claims, parse=parse, keys=("class_uid", "metadata"),
)  # fmt: skip
