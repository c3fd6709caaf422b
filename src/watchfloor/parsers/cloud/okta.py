"""Okta's system log: log-ins, factors, applications, administration and what Okta holds for a threat."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers._users import account
from watchfloor.parsers.cloud._layout import Layout, at, dicts, parser
from watchfloor.parsers.cloud._verbs import meaning

REFERENCE = "https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "published": "_time",
    "p_event_time": "_time",
    "eventType": "event.action",
    "displayMessage": "message",
    "severity": "log.level",
    "outcome.result": "event.outcome",
    "outcome.reason": "event.reason",
    "actor.id": "user.id",
    "actor.displayName": "user.full_name",
    "client.ipAddress": "source.address",
    "client.userAgent.rawUserAgent": "user_agent.original",
    "client.userAgent.browser": "user_agent.name",
    "client.userAgent.os": "user_agent.os.name",
    "client.device": "user_agent.device.name",
    "client.geographicalContext.city": "source.geo.city_name",
    "client.geographicalContext.state": "source.geo.region_name",
    "client.geographicalContext.country": "source.geo.country_name",
    "client.geographicalContext.geolocation.lat": "source.geo.location.lat",
    "client.geographicalContext.geolocation.lon": "source.geo.location.lon",
    "securityContext.asNumber": "source.as.number",
    "securityContext.asOrg": "source.as.organization.name",
    "securityContext.domain": "source.domain",
    "transaction.id": "transaction.id",
    "authenticationContext.externalSessionId": "session.id",
    "debugContext.debugData.requestUri": "url.path",
    "debugContext.debugData.url": "url.original",
    "device.id": "device.id",
    "device.name": "host.name",
}
_NAMES = frozenset(["eventType", "eventtype", "displayMessage", "displaymessage", "legacyEventType", "legacyeventtype"])
_BESIDE = frozenset(
    [
        "published",
        "debugContext",
        "debugcontext",
        "authenticationContext",
        "outcome",
        "legacyeventtype",
        "securitycontext",
    ]
)
_ENDS = frozenset({"user.session.end", "user.session.clear"})


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has the names of a LogEvent, or the same in lower case."""
    if _NAMES.isdisjoint(record):
        return False
    if type(record.get("actor")) is dict:
        return not _BESIDE.isdisjoint(record)
    return "legacyEventType" in record and "securityContext" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    action = str(record.get("eventType") or "")
    categories: tuple[str, ...]
    types: tuple[str, ...]
    if action in _ENDS:
        categories, types = ("authentication", "session"), ("end",)
    elif action.startswith(
        ("user.session.", "user.authentication.", "user.mfa.okta_verify", "policy.evaluate_sign_on", "app.oauth2")
    ):
        categories, types = ("authentication",), (("start",) if "start" in action or "auth" in action else ("info",))
    else:
        categories, types = meaning(action, ("configuration",))
    found: dict[str, Any] = {
        "event.category": list(categories),
        "event.type": list(types),
        **account(at(record, "actor", "alternateId")),
    }
    if action.startswith(("security.threat", "user.account.report_suspicious", "security.attack")):
        found |= {"event.kind": "alert", "event.category": ["intrusion_detection"], "event.type": ["info"]}
    for target in dicts(record.get("target")):
        kind = target.get("type")
        if kind in ("User", "AppUser") and "user.target.id" not in found:
            names = account(target.get("alternateId"))
            found |= {name.replace("user.", "user.target."): value for name, value in names.items()}
            found |= {"user.target.id": target.get("id"), "user.target.full_name": target.get("displayName")}
        elif kind == "UserGroup" and "group.id" not in found:
            found |= {"group.id": target.get("id"), "group.name": target.get("displayName")}
        elif kind == "AppInstance" and "service.name" not in found:
            found["service.name"] = target.get("displayName")
    return found


PARSER = parser(
    REFERENCE,
    claims,
    Layout("okta", _FIELDS, {"event.kind": "event"}, beyond=_beyond, empty=frozenset({"", "unknown"}), folded=True),
)
