"""Alerts of Microsoft Graph's security interface: Defender, Entra ID Protection, Sentinel."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, at, dicts, parser

REFERENCE = "https://learn.microsoft.com/en-us/graph/api/resources/security-alert"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "createdDateTime": "_time",
    "firstActivityDateTime": "event.start",
    "lastActivityDateTime": "event.end",
    "title": ("rule.name", "message"),
    "description": "rule.description",
    "category": "rule.category",
    "severity": "log.level",
    "serviceSource": "observer.product",
    "productName": "observer.product",
    "tenantId": "organization.id",
    "alertWebUrl": "event.url",
    "mitreTechniques": "threat.technique.id",
    "detectorId": "rule.id",
}
_PLACE = {
    "countryName": "country_name",
    "state": "region_name",
    "city": "city_name",
    "latitude": "location.lat",
    "longitude": "location.lon",
}
"""https://learn.microsoft.com/en-us/graph/api/resources/security-geolocation"""


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "createdDateTime" in record and (
        "serviceSource" in record or "vendorInformation" in record or "evidence" in record
    )


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in dicts(record.get("evidence")):
        account = each.get("userAccount")
        if type(account) is dict and "user.name" not in found:
            found |= {"user.name": account.get("accountName"), "user.email": account.get("userPrincipalName")}
        if each.get("ipAddress") and "source.address" not in found:
            found["source.address"] = each["ipAddress"]
            found["source.geo.country_iso_code"] = each.get("countryLetterCode")
            found |= {f"source.geo.{field}": at(each, "location", name) for name, field in _PLACE.items()}
        if each.get("deviceDnsName"):
            found.setdefault("host.name", each["deviceDnsName"])
        if type(each.get("fileDetails")) is dict:
            found.setdefault("file.hash.sha256", at(each, "fileDetails", "sha256"))
            found.setdefault("file.name", at(each, "fileDetails", "fileName"))
    return found


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "microsoft.graph_alert",
        _FIELDS,
        {
            "event.kind": "alert",
            "cloud.provider": "azure",
            "event.category": ["intrusion_detection"],
            "event.type": ["info"],
        },
        beyond=_beyond,
    ),
    keys=("title",),
)
