"""Sign-ins to Entra ID (Azure AD): as Graph and PowerShell give them, as diagnostic settings and Log Analytics do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._users import account
from watchfloor.parsers.cloud._entra import both_ways, camel_case
from watchfloor.parsers.cloud._layout import Layout, at
from watchfloor.parsers.plugin import JsonParser

REFERENCE = "https://learn.microsoft.com/en-us/graph/api/resources/signin"
CATEGORIES = frozenset(
    {
        "SignInLogs",
        "NonInteractiveUserSignInLogs",
        "ServicePrincipalSignInLogs",
        "ManagedIdentitySignInLogs",
        "ADFSSignInLogs",
        "B2CRequestLogs",
        "RiskyUsers",
        "UserRiskEvents",
    }
)
_FIELDS: dict[str, str | tuple[str, ...]] = both_ways(
    {
        "createdDateTime": "_time",
        "userPrincipalName": "user.email",
        "userDisplayName": "user.full_name",
        "userId": "user.id",
        "servicePrincipalId": "user.id",
        "servicePrincipalName": "user.full_name",
        "ipAddress": "source.address",
        "userAgent": "user_agent.original",
        "appDisplayName": ("service.name", "network.application"),
        "appId": "service.id",
        "status.failureReason": "event.reason",
        "status.errorCode": ("event.code", "error.code"),
        "deviceDetail.deviceId": "device.id",
        "deviceDetail.displayName": "host.name",
        "deviceDetail.operatingSystem": ("host.os.name", "user_agent.os.name"),
        "deviceDetail.browser": "user_agent.name",
        "location.city": "source.geo.city_name",
        "location.state": "source.geo.region_name",
        "location.countryOrRegion": "source.geo.country_iso_code",
        "location.geoCoordinates.latitude": "source.geo.location.lat",
        "location.geoCoordinates.longitude": "source.geo.location.lon",
        "autonomousSystemNumber": "source.as.number",
        "resourceTenantId": "organization.id",
        "homeTenantId": "organization.id",
        "riskDetail": "rule.description",
    }
) | {
    "time": "_time",
    # https://learn.microsoft.com/en-us/azure/azure-monitor/reference/tables/signinlogs
    "timeGenerated": "_time",
    "locationDetails.city": "source.geo.city_name",
    "locationDetails.state": "source.geo.region_name",
    "locationDetails.countryOrRegion": "source.geo.country_iso_code",
    "locationDetails.geoCoordinates.latitude": "source.geo.location.lat",
    "locationDetails.geoCoordinates.longitude": "source.geo.location.lon",
    "location": "source.geo.country_iso_code",
    "operationName": "event.action",
    "callerIpAddress": "source.address",
    "identity": "user.full_name",
    "resultDescription": "event.reason",
    "resultType": ("event.code", "error.code"),
    "tenantId": "cloud.account.id",
    "correlationId": "trace.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is a sign-in in one of the forms."""
    if str(record.get("category")) in CATEGORIES:
        return "properties" in record or "operationName" in record
    if _capital(record):
        return "CreatedDateTime" in record or "TimeGenerated" in record
    return "appDisplayName" in record and "createdDateTime" in record and ("status" in record or "ipAddress" in record)


def _capital(record: dict[str, Any]) -> bool:
    return "AppDisplayName" in record and ("Status" in record or "IPAddress" in record)


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    inner = record.get("properties")
    inner = inner if type(inner) is dict else record
    code = at(inner, "status", "errorCode")
    code = record.get("resultType") if code is None else code
    ok = None if code is None else str(code) in {"0", "Success", "success"}
    risky = record.get("category") in ("RiskyUsers", "UserRiskEvents")
    name = inner.get("userPrincipalName") or inner.get("servicePrincipalName")
    return {
        "event.kind": "alert" if risky else "event",
        "event.category": ["iam"] if risky else ["authentication"],
        "event.type": ["user", "info"] if risky else ["start"],
        "event.outcome": None if ok is None else "success" if ok else "failure",
        "event.action": record.get("operationName") or "Sign-in activity",
        "error.code": "" if ok else None,
        **account(name),
    }


_LAYOUT = Layout("azure.signinlogs", _FIELDS, {"event.kind": "event", "cloud.provider": "azure"}, beyond=_beyond)


def _parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    return _LAYOUT.parse([camel_case(record) if _capital(record) else record for record in records], wanted)


PARSER = JsonParser(reference=REFERENCE, claims=claims, parse=_parse)
