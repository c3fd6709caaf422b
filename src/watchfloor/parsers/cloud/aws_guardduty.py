"""Findings of Amazon GuardDuty."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers._mapping import spread
from watchfloor.parsers.cloud._aws import remote
from watchfloor.parsers.cloud._layout import Layout, at, parser

REFERENCE = "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html"
_ACTIONS = ("awsApiCallAction", "networkConnectionAction", "kubernetesApiCallAction", "rdsLoginAttemptAction")
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "UpdatedAt": "_time",
    "updatedAt": "_time",
    "CreatedAt": "event.created",
    "createdAt": "event.created",
    "Type": ("rule.name", "event.action"),
    "type": ("rule.name", "event.action"),
    "Title": "message",
    "title": "message",
    "Description": "rule.description",
    "description": "rule.description",
    "Severity": "event.severity",
    "severity": "event.severity",
    "AccountId": "cloud.account.id",
    "accountId": "cloud.account.id",
    "Region": "cloud.region",
    "region": "cloud.region",
    "Resource.InstanceDetails.InstanceId": "cloud.instance.id",
    "resource.instanceDetails.instanceId": "cloud.instance.id",
    "Resource.AccessKeyDetails.UserName": "user.name",
    "resource.accessKeyDetails.userName": "user.name",
    "Resource.AccessKeyDetails.PrincipalId": "user.id",
    "resource.accessKeyDetails.principalId": "user.id",
    **{
        name: target
        for action in _ACTIONS
        for path in (f"Service.Action.{action[0].upper()}{action[1:]}", f"service.action.{action}")
        for name, target in remote(path).items()
    },
    "Service.Action.NetworkConnectionAction.LocalPortDetails.Port": "destination.port",
    "service.action.networkConnectionAction.localPortDetails.port": "destination.port",
    "Service.Action.DnsRequestAction.Domain": "dns.question.name",
    "service.action.dnsRequestAction.domain": "dns.question.name",
    "Service.Action.AwsApiCallAction.ServiceName": "service.name",
    "service.action.awsApiCallAction.serviceName": "service.name",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has a finding's names, which stand in lower or upper camel case."""
    kind = record.get("Type", record.get("type"))
    named = "AccountId" in record or "accountId" in record
    held = "Resource" in record or "resource" in record or "Service" in record or "service" in record
    return named and held and type(kind) is str and ":" in kind


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    severity = record.get("Severity", record.get("severity"))
    found: dict[str, Any] = {"event.severity": int(severity) if isinstance(severity, int | float) else None}
    probe = at(record, "Service", "Action", "PortProbeAction", "PortProbeDetails", 0)
    probe = probe or at(record, "service", "action", "portProbeAction", "portProbeDetails", 0)
    if type(probe) is dict:
        values = dict(spread(probe))
        found |= {target: values[name] for name, target in remote("").items() if values.get(name) not in (None, "")}
        found["destination.port"] = values.get("localPortDetails.port", values.get("LocalPortDetails.Port"))
    return found


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "aws.guardduty",
        _FIELDS,
        {
            "event.kind": "alert",
            "cloud.provider": "aws",
            "event.category": ["intrusion_detection"],
            "event.type": ["info"],
        },
        beyond=_beyond,
    ),
)
