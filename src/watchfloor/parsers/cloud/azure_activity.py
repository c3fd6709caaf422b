"""Azure's activity log and the resource logs that diagnostic settings ship in the same schema."""

from __future__ import annotations

import re
from typing import Any

from watchfloor.parsers._users import account
from watchfloor.parsers.cloud import entra_signin
from watchfloor.parsers.cloud._layout import Layout, at, parser
from watchfloor.parsers.cloud._verbs import OUTCOMES, kind_of

REFERENCE = "https://learn.microsoft.com/en-us/azure/azure-monitor/platform/resource-logs-schema"
_NO_ACTIVITIES = ("advancedhunting", "applicationgateway", "frontdoor", "networksecuritygroupflow", "flowlog",
                  "azurefirewall", "azfw")  # fmt: skip
"""How categories start that are traffic and events of devices, each in a schema of its own."""
_OTHERS = entra_signin.CATEGORIES | {"AuditLogs"}
_RESOURCE = re.compile(
    r"(?i)^/?(?:subscriptions/(?P<subscription>[^/]+))?(?:/resourceGroups/(?P<group>[^/]+))?"
    r"(?:/providers/(?P<provider>[^/]+)/(?P<rest>.+))?"
)
_NAMES = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "time": "_time",
    "eventTimestamp": "_time",
    "operationName": "event.action",
    "operationName.value": "event.action",
    "level": "log.level",
    "Level": "log.level",
    "callerIpAddress": "source.address",
    "CallerIPAddress": "source.address",
    "httpRequest.clientIpAddress": "source.address",
    "properties.clientIP": "source.address",
    "identity.claims.ipaddr": "source.address",
    "claims.ipaddr": "source.address",
    "correlationId": "trace.id",
    "tenantId": "organization.id",
    "location": "cloud.region",
    "resultDescription": "event.reason",
    "subStatus.localizedValue": "event.reason",
    "statusCode": "http.response.status_code",
    "uri": "url.original",
    "properties.userAgentHeader": "user_agent.original",
    "userAgent": "user_agent.original",
    "properties.UserAgent": "user_agent.original",
    "identity.claims.name": "user.full_name",
    "claims.name": "user.full_name",
    f"identity.claims.{_NAMES}objectidentifier": "user.id",
    "identity.claims.http://schemas.microsoft.com/identity/claims/objectidentifier": "user.id",
    "claims.http://schemas.microsoft.com/identity/claims/objectidentifier": "user.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has the common schema's names and belongs to no log with a parser of its own."""
    category = record.get("category")
    if (type(category) is str and category in _OTHERS) or type(at(record, "properties", "log")) is str:
        return False
    if type(category) is str and category.lower().startswith(_NO_ACTIVITIES):
        return False
    shipped = "operationName" in record and "category" in record and ("time" in record or "resourceId" in record)
    return shipped or ("eventTimestamp" in record and "operationName" in record and "resourceId" in record)


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    operation = record.get("operationName")
    operation = at(operation, "value") if type(operation) is dict else operation
    action = str(operation or "")
    parts = action.split("/")
    words = f"{parts[-2]} {parts[-1]}" if len(parts) > 1 and parts[-1].lower() == "action" else parts[-1]
    kind = kind_of(words)
    caller = (
        record.get("caller") or at(record, "identity", "claims", f"{_NAMES}upn") or at(record, "claims", f"{_NAMES}upn")
    )
    caller = caller or at(record, "identity", "claims", f"{_NAMES}name") or at(record, "identity", "claim", "upn")
    found: dict[str, Any] = {
        "event.category": ["iam"] if "/roleassignments" in action.lower() else ["configuration"],
        "event.type": ["admin", kind] if "/roleassignments" in action.lower() else [kind],
        "event.outcome": _outcome(record),
        **account(caller),
    }
    if record.get("category") in ("Alert", "SecurityAlert", "Security"):
        found["event.kind"] = "alert"
    return found | _resource(record.get("resourceId"))


def _outcome(record: dict[str, Any]) -> str | None:
    for name in ("resultType", "status", "resultSignature", "resultType"):
        value = record.get(name)
        value = at(value, "value") if type(value) is dict else value
        word = str(value).split(".", 1)[0].lower()
        if word in OUTCOMES:
            return OUTCOMES[word]
    code = record.get("statusCode") or record.get("resultSignature")
    text = str(code)
    return ("success" if text < "400" else "failure") if len(text) == 3 and text.isdigit() else None


def _resource(value: Any) -> dict[str, Any]:
    match = _RESOURCE.match(value) if type(value) is str else None
    if not match:
        return {}
    rest = match["rest"] or ""
    return {
        "cloud.account.id": match["subscription"],
        "cloud.project.name": match["group"],
        "cloud.service.name": match["provider"],
        "cloud.instance.name": rest.partition("/")[2] if rest.lower().startswith("virtualmachines/") else None,
    }


PARSER = parser(
    REFERENCE,
    claims,
    Layout("azure.activitylogs", _FIELDS, {"event.kind": "event", "cloud.provider": "azure"}, beyond=_beyond),
)
