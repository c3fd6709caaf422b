"""Google Cloud's audit logs: administration, data access, system events and denials by policy."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers._users import account
from watchfloor.parsers.cloud._layout import Layout, at, dicts, parser
from watchfloor.parsers.cloud._verbs import kind_of, meaning

REFERENCE = "https://docs.cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "receiveTimestamp": "_time",
    "severity": "log.level",
    "logName": "log.logger",
    "protoPayload.methodName": "event.action",
    "protoPayload.serviceName": ("event.provider", "service.name"),
    "protoPayload.resourceName": "orchestrator.resource.name",
    "protoPayload.authenticationInfo.principalEmail": "user.email",
    "protoPayload.authenticationInfo.principalSubject": "user.id",
    "protoPayload.requestMetadata.callerIp": "source.address",
    "protoPayload.requestMetadata.callerIP": "source.address",
    "protoPayload.requestMetadata.callerSuppliedUserAgent": "user_agent.original",
    "protoPayload.status.message": "event.reason",
    "protoPayload.status.code": "error.code",
    "resource.labels.project_id": ("cloud.project.id", "cloud.account.id"),
    "resource.labels.location": "cloud.region",
    "resource.labels.zone": "cloud.availability_zone",
    "resource.labels.instance_id": "cloud.instance.id",
    "resource.labels.cluster_name": "orchestrator.cluster.name",
    "insertId": "transaction.id",
    "resource.type": "orchestrator.resource.type",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record's payload is an audit log's."""
    return type(record.get("protoPayload", record.get("protopayload"))) is dict


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    payload = record["protoPayload"]
    method = str(payload.get("methodName") or "")
    service = str(payload.get("serviceName") or "")
    action = method.rpartition(".")[2]
    if service in {"iam.googleapis.com", "login.googleapis.com", "admin.googleapis.com"}:
        categories, types = meaning(action, ("iam",))
    elif action in {"SetIamPolicy", "setIamPolicy", "setIamPermissions"}:
        categories, types = ("iam",), ("admin", "change")
    else:
        categories, types = ("configuration",), (kind_of(action),)
    code = at(payload, "status", "code")
    denied = any(each.get("granted") is False for each in dicts(payload.get("authorizationInfo")))
    project = record.get("logName")
    found: dict[str, Any] = {
        "event.category": list(categories),
        "event.type": [*types, "denied"] if denied and categories != ("iam",) else list(types),
        "event.outcome": "failure" if code not in (None, 0) or denied else "success",
        **account(at(payload, "authenticationInfo", "principalEmail")),
    }
    if type(project) is str and project.startswith("projects/") and not at(record, "resource", "labels", "project_id"):
        found["cloud.project.id"] = project.split("/")[1]
    return found


PARSER = parser(
    REFERENCE,
    claims,
    Layout("gcp.audit", _FIELDS, {"event.kind": "event", "cloud.provider": "gcp"}, beyond=_beyond, folded=True),
)
