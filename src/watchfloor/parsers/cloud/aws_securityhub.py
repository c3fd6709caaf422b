"""Findings of AWS Security Hub (ASFF), whichever product made them."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._aws import remote
from watchfloor.parsers.cloud._layout import Layout, at, parser

REFERENCE = "https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "UpdatedAt": "_time",
    "CreatedAt": "event.created",
    "Title": ("rule.name", "message"),
    "Description": "rule.description",
    "GeneratorId": "rule.id",
    "Types": "rule.category",
    "AwsAccountId": "cloud.account.id",
    "Region": "cloud.region",
    "Severity.Normalized": "event.severity",
    "Severity.Label": "log.level",
    "ProductName": "observer.product",
    "CompanyName": "observer.vendor",
    "SourceUrl": "event.url",
    "Action.AwsApiCallAction.Api": "event.action",
    **remote("Action.AwsApiCallAction"),
    **remote("Action.NetworkConnectionAction"),
    "Network.SourceIpV4": "source.address",
    "Network.SourcePort": "source.port",
    "Network.DestinationIpV4": "destination.address",
    "Network.DestinationPort": "destination.port",
    "Process.Name": "process.name",
    "Process.Pid": "process.pid",
    "Compliance.Status": "event.outcome",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "ProductArn" in record or "GeneratorId" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    kinds = record.get("Types")
    words = " ".join(map(str, kinds)) if type(kinds) is list else ""
    vulnerable, threat = "Vulnerabilities" in words, words.startswith(("TTPs", "Effects", "Unusual"))
    return {
        "event.category": ["vulnerability"] if vulnerable else ["intrusion_detection"] if threat else None,
        "vulnerability.id": at(record, "Vulnerabilities", 0, "Id"),
        "orchestrator.resource.id": at(record, "Resources", 0, "Id"),
        "orchestrator.resource.type": at(record, "Resources", 0, "Type"),
    }


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "aws.securityhub_findings",
        _FIELDS,
        {"event.kind": "alert", "cloud.provider": "aws", "event.category": ["configuration"], "event.type": ["info"]},
        beyond=_beyond,
    ),
    keys=("AwsAccountId",),
)
