"""Changes in Entra ID's directory (Azure AD): as Graph gives them, and as diagnostic settings ship them."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers._users import account
from watchfloor.parsers.cloud._entra import both_ways
from watchfloor.parsers.cloud._layout import Layout, at, dicts, parser
from watchfloor.parsers.cloud._verbs import meaning

REFERENCE = "https://learn.microsoft.com/en-us/graph/api/resources/directoryaudit"
_FIELDS: dict[str, str | tuple[str, ...]] = both_ways(
    {
        "activityDateTime": "_time",
        "activityDisplayName": "event.action",
        "result": "event.outcome",
        "resultReason": "event.reason",
        "loggedByService": "event.provider",
        "correlationId": "trace.id",
        "initiatedBy.user.id": "user.id",
        "initiatedBy.user.displayName": "user.full_name",
        "initiatedBy.user.ipAddress": "source.address",
        "initiatedBy.app.displayName": "user.name",
        "initiatedBy.app.appId": "service.id",
        "initiatedBy.app.servicePrincipalId": "user.id",
    }
) | {
    "time": "_time",
    "operationName": "event.action",
    "callerIpAddress": "source.address",
    "resultSignature": "event.outcome",
    "resultType": "event.outcome",
    "resultDescription": "event.reason",
    "identity": "user.full_name",
    "tenantId": "cloud.account.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is a directory audit in one of the two forms."""
    if record.get("category") == "AuditLogs":
        return "properties" in record or "operationName" in record
    return "activityDisplayName" in record and ("targetResources" in record or "initiatedBy" in record)


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    inner = record.get("properties")
    inner = inner if type(inner) is dict else record
    action = str(inner.get("activityDisplayName") or record.get("operationName") or "")
    categories, types = meaning(action, ("iam",))
    found: dict[str, Any] = {"event.category": list(categories), "event.type": list(types)}
    found |= account(at(inner, "initiatedBy", "user", "userPrincipalName"))
    for target in dicts(inner.get("targetResources")):
        kind = target.get("type")
        if kind == "User" and "user.target.id" not in found:
            names = account(target.get("userPrincipalName") or target.get("displayName"))
            found |= {name.replace("user.", "user.target."): value for name, value in names.items()}
            found["user.target.id"] = target.get("id")
        elif kind == "Group" and "group.id" not in found:
            found |= {"group.id": target.get("id"), "group.name": target.get("displayName")}
        elif kind == "Device" and "device.id" not in found:
            found["device.id"] = target.get("id")
    return found


PARSER = parser(
    REFERENCE,
    claims,
    Layout("azure.auditlogs", _FIELDS, {"event.kind": "event", "cloud.provider": "azure"}, beyond=_beyond),
)
