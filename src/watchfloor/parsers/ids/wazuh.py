"""Alerts of Wazuh and OSSEC as JSON (alerts.json, archives.json): which rule, on which agent, decoded from what."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, at, parser
from watchfloor.parsers.cloud._verbs import OUTCOMES

REFERENCE = "https://documentation.wazuh.com/current/user-manual/manager/alert-management.html"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "TimeStamp": "_time",
    "rule.id": "rule.id",
    "rule.sidid": "rule.id",
    "rule.description": ("rule.name", "message"),
    "rule.comment": ("rule.name", "message"),
    "rule.level": "event.severity",
    "rule.groups": "rule.category",
    "rule.mitre.id": "threat.technique.id",
    "rule.mitre.technique": "threat.technique.name",
    "rule.mitre.tactic": "threat.tactic.name",
    "agent.id": "agent.id",
    "agent.name": ("agent.name", "host.name"),
    "agent.ip": "host.ip",
    "predecoder.hostname": "host.hostname",
    "predecoder.program_name": "process.name",
    "hostname": "host.hostname",
    "program_name": "process.name",
    "decoder.name": "event.provider",
    "manager.name": "observer.name",
    "data.srcip": "source.address",
    "data.src_ip": "source.address",
    "srcip": "source.address",
    "data.srcport": "source.port",
    "data.src_port": "source.port",
    "GeoLocation.country_name": "source.geo.country_name",
    "GeoLocation.region_name": "source.geo.region_name",
    "GeoLocation.city_name": "source.geo.city_name",
    "GeoLocation.location.lat": "source.geo.location.lat",
    "GeoLocation.location.lon": "source.geo.location.lon",
    "data.dstip": "destination.address",
    "data.dest_ip": "destination.address",
    "dstip": "destination.address",
    "data.dstport": "destination.port",
    "data.dest_port": "destination.port",
    "data.srcuser": "source.user.name",
    "data.dstuser": "user.name",
    "dstuser": "user.name",
    "data.uid": "user.id",
    "data.protocol": "network.transport",
    "data.proto": "network.transport",
    "data.action": "event.action",
    "data.url": "url.original",
    "data.id": "event.code",
    "data.command": "process.command_line",
    "data.vulnerability.cve": "vulnerability.id",
    "data.vulnerability.severity": "vulnerability.severity",
    "data.vulnerability.package.name": "package.name",
    "data.vulnerability.package.version": "package.version",
    "data.win.system.eventID": "event.code",
    "data.win.system.computer": "host.hostname",
    "data.win.eventdata.targetUserName": "user.name",
    "data.win.eventdata.targetDomainName": "user.domain",
    "data.win.eventdata.ipAddress": "source.address",
    "data.win.eventdata.ipPort": "source.port",
    "data.win.eventdata.image": "process.executable",
    "data.win.eventdata.commandLine": "process.command_line",
    "syscheck.path": "file.path",
    "SyscheckFile.path": "file.path",
    "syscheck.md5_after": "file.hash.md5",
    "syscheck.sha1_after": "file.hash.sha1",
    "syscheck.sha256_after": "file.hash.sha256",
    "syscheck.size_after": "file.size",
    "syscheck.uname_after": "file.owner",
    "syscheck.gname_after": "file.group",
    "syscheck.perm_after": "file.mode",
    "syscheck.event": "event.action",
    "syscheck.audit.user.name": "user.name",
    "syscheck.audit.process.name": "process.executable",
}
_GROUPS = (
    ("authentication_failed", ("authentication",), ("start",), "failure"),
    ("authentication_failures", ("authentication",), ("start",), "failure"),
    ("invalid_login", ("authentication",), ("start",), "failure"),
    ("win_authentication_failed", ("authentication",), ("start",), "failure"),
    ("authentication_success", ("authentication",), ("start",), "success"),
    ("vulnerability-detector", ("vulnerability",), ("info",), None),
    ("web", ("intrusion_detection", "web"), ("access",), None),
    ("rootcheck", ("intrusion_detection",), ("info",), None),
    ("sca", ("configuration",), ("info",), None),
)
_FILE_TYPES = {"added": "creation", "modified": "change", "deleted": "deletion"}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has a rule and an agent or a manager as Wazuh names them."""
    rule = record.get("rule")
    if type(rule) is dict and ("level" in rule):
        return (
            "agent" in record or "manager" in record or "decoder" in record or "sidid" in rule or "full_log" in record
        )
    return "manager" in record and "decoder" in record and ("full_log" in record or "data" in record)


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"event.kind": "alert" if at(record, "rule") else "event"}
    groups = at(record, "rule", "groups")
    groups = groups if type(groups) is list else []
    event = at(record, "syscheck", "event")
    if type(event) is str:
        found |= {"event.category": ["file"], "event.type": [_FILE_TYPES.get(event, "change")]}
    else:
        known = next((each for each in _GROUPS if each[0] in groups), None)
        if known:
            found |= {"event.category": list(known[1]), "event.type": list(known[2]), "event.outcome": known[3]}
    if found.get("event.outcome") is None:
        status = at(record, "data", "status")
        found["event.outcome"] = OUTCOMES.get(status.lower()) if type(status) is str else None
    text = record.get("full_log")
    if type(text) is str:
        found["message"] = at(record, "rule", "description") or text
    transport = at(record, "data", "protocol") or at(record, "data", "proto")
    if type(transport) is str:
        found["network.transport"] = transport.lower()
    return found


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "wazuh",
        _FIELDS,
        {"event.category": ["intrusion_detection"], "event.type": ["info"]},
        beyond=_beyond,
    ),
)
