"""CrowdStrike's event stream: detections, incidents, log-ins and changes of its console."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, at, parser

REFERENCE = "https://docs.crowdstrike.com/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "metadata.eventCreationTime": "_time",
    "metadata.eventType": "event.action",
    "metadata.customerIDString": "organization.id",
    "event.OperationName": "event.action",
    "event.UserId": "user.email",
    "event.UserName": "user.name",
    "event.UserIp": "source.address",
    "event.Success": "event.outcome",
    "event.ServiceName": "service.name",
    "event.ComputerName": "host.name",
    "event.Hostname": "host.name",
    "event.DetectName": "rule.name",
    "event.Name": "rule.name",
    "event.DetectDescription": "rule.description",
    "event.Description": "rule.description",
    "event.Severity": "event.severity",
    "event.CommandLine": "process.command_line",
    "event.FileName": "process.name",
    "event.FilePath": "process.executable",
    "event.SHA256String": "process.hash.sha256",
    "event.MD5String": "process.hash.md5",
    "event.Tactic": "threat.tactic.name",
    "event.Technique": "threat.technique.name",
    "event.LocalIP": "host.ip",
    "event.FalconHostLink": "event.url",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    inner = record["metadata"]
    return type(record["event"]) is dict and type(inner) is dict and "eventType" in inner


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    kind = str(at(record, "metadata", "eventType"))
    if "Detection" in kind or "Incident" in kind:
        return {"event.kind": "alert", "event.category": ["intrusion_detection"], "event.type": ["info"]}
    operation = str(at(record, "event", "OperationName") or "")
    return {"event.action": operation or kind}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("crowdstrike", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
    keys=("event", "metadata"),
)
