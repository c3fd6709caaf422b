"""Microsoft 365's unified audit log: Exchange, SharePoint, OneDrive, Entra ID, Teams and all other workloads."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers._users import account
from watchfloor.parsers.cloud._layout import Layout, at, named, parser
from watchfloor.parsers.cloud._verbs import meaning

REFERENCE = (
    "https://learn.microsoft.com/en-us/office/office-365-management-api/office-365-management-activity-api-schema"
)
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "CreationTime": "_time",
    "CreationDate": "_time",
    "Operation": "event.action",
    "Operations": "event.action",
    "Workload": "event.provider",
    "RecordType": "event.code",
    "ResultStatus": "event.outcome",
    "LogonError": "event.reason",
    "OrganizationId": "organization.id",
    "OrganizationName": "organization.name",
    "UserId": "user.name",
    "UserKey": "user.id",
    "ClientIP": "source.address",
    "ClientIPAddress": "source.address",
    "ActorIpAddress": "source.address",
    "UserAgent": "user_agent.original",
    "ClientInfoString": "user_agent.original",
    "SourceFileName": "file.name",
    "SourceFileExtension": "file.extension",
    "SourceRelativeUrl": "file.directory",
    "ObjectId": "url.original",
    "Item.Subject": "email.subject",
    "Item.InternetMessageId": "email.message_id",
    "Item.Size": "file.size",
    "Subject": "email.subject",
    "P1Sender": "email.sender.address",
    "P2Sender": "email.from.address",
    "Recipients": "email.to.address",
    "InternetMessageId": "email.message_id",
    "MessageId": "email.message_id",
    "NetworkMessageId": "email.local_id",
    "SenderIp": "source.address",
    "TargetUserOrGroupName": "user.target.name",
    "MailboxOwnerUPN": "user.target.email",
    "AlertId": "rule.id",
    "Name": "rule.name",
    "AlertType": "rule.category",
    "DeviceName": "host.name",
    "Severity": "log.level",
    "Verdict": "event.reason",
}
_FILES = frozenset({"SharePoint", "OneDrive"})
_LOGINS = {"UserLoggedIn": "success", "UserLoginFailed": "failure", "MailboxLogin": None, "TeamsSessionStarted": None}
_ALERTS = frozenset({28, 40, 41, 47, 64})
"""Record types of threat intelligence and of alerts."""


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has the common schema's names, also as `Search-UnifiedAuditLog` gives them."""
    if "Operation" in record or "Operations" in record:
        return ("RecordType" in record or "Workload" in record) and ("CreationTime" in record or "UserId" in record)
    return "operation" in record and "recordtype" in record and "creationtime" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    operation = str(record.get("Operation") or record.get("Operations") or "").rstrip(".")
    workload, kind = str(record.get("Workload")), record.get("RecordType")
    kind = kind if type(kind) is int else None
    found = account(record.get("UserId"))
    if operation in _LOGINS:
        found |= {"event.category": ["authentication"], "event.type": ["start"], "event.outcome": _LOGINS[operation]}
    elif workload in _FILES or operation.startswith("File"):
        found |= {"event.category": ["file"], "event.type": list(meaning(operation, ("file",))[1][-1:])}
    elif workload == "Exchange" and kind in {2, 3, 50}:
        found |= {"event.category": ["email"], "event.type": ["info"]}
    if kind in _ALERTS:
        found |= {"event.kind": "alert"}
    extended = named(record.get("ExtendedProperties"), "Name", "Value")
    if extended:
        found["user_agent.original"] = record.get("UserAgent") or extended.get("UserAgent")
        if extended.get("resultStatusDetail") not in (None, "Success", "Redirect"):
            found["event.reason"] = record.get("LogonError") or extended["resultStatusDetail"]
    target = at(record, "Target", 0, "ID")
    object_id = record.get("ObjectId")
    if workload == "AzureActiveDirectory":
        found |= _target(object_id if type(object_id) is str and "@" in object_id else target)
        found["url.original"] = ""
    elif type(object_id) is str and not object_id.lower().startswith(("http://", "https://")):
        found["url.original"] = ""
    return found


def _target(value: Any) -> dict[str, Any]:
    found = account(value) if type(value) is str and "@" in value else {}
    return {name.replace("user.", "user.target."): each for name, each in found.items()}


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "o365.audit",
        _FIELDS,
        {"event.kind": "event", "cloud.provider": "azure"},
        beyond=_beyond,
        folded=True,
        categories=("configuration",),
    ),
)
