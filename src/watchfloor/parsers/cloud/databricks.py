"""Databricks' audit log."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, at, parser

REFERENCE = "https://docs.databricks.com/aws/en/admin/account-settings/audit-logs"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "actionName": "event.action",
    "serviceName": ("event.provider", "service.name"),
    "userIdentity.email": "user.email",
    "userIdentity.subjectName": "user.full_name",
    "sourceIPAddress": "source.address",
    "userAgent": "user_agent.original",
    "response.errorMessage": "event.reason",
    "response.statusCode": "http.response.status_code",
    "requestId": "http.request.id",
    "sessionId": "session.id",
    "accountId": "cloud.account.id",
    "workspaceId": "organization.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "serviceName" in record and (
        "requestParams" in record or "userIdentity" in record or "response" in record or "auditLevel" in record
    )


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    code = at(record, "response", "statusCode")
    return {"event.outcome": ("success" if code < 400 else "failure") if type(code) is int else None}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("databricks.audit", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
    keys=("actionName",),
)
