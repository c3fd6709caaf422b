"""Google Workspace's activity reports: log-ins, administration, Drive, Gmail and all other applications."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers._users import account
from watchfloor.parsers.cloud._layout import Layout, at, named, parser
from watchfloor.parsers.cloud._verbs import meaning

REFERENCE = "https://developers.google.com/workspace/admin/reports/reference/rest/v1/activities/list"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "id.time": "_time",
    "p_event_time": "_time",
    "id.applicationName": ("event.provider", "service.name"),
    "id.customerId": "organization.id",
    "actor.email": "user.email",
    "actor.profileId": "user.id",
    "ipAddress": "source.address",
    "name": "event.action",
    "networkInfo.regionCode": "source.geo.country_iso_code",
}
_LOGINS = {
    "login_success": ("start", "success"),
    "login_failure": ("start", "failure"),
    "login_verification": ("info", None),
    "login_challenge": ("info", None),
    "logout": ("end", "success"),
    "authorize": ("start", "success"),
}
_CATEGORIES = {"drive": "file", "gmail": "email", "login": "authentication", "saml": "authentication", "groups": "iam",
    "groups_enterprise": "iam", "user_accounts": "iam", "admin": "configuration", "mobile": "host",
    "rules": "configuration"}  # fmt: skip
_WHOSE = ("USER_EMAIL", "user_email", "affected_email_address", "target_user", "target")
_ALERTS = frozenset(
    {"suspicious_login", "gov_attack_warning", "account_disabled_hijacked", "suspicious_login_less_secure_app"}
)


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is an activity, also with one event taken out of its list."""
    identity = record.get("id")
    return record.get("kind") == "admin#reports#activity" or (
        type(identity) is dict and ("applicationName" in identity or "uniqueQualifier" in identity)
    )


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    event = at(record, "events", 0)
    event = event if type(event) is dict else record
    name = event.get("name")
    action = name if type(name) is str else ""
    given = event.get("parameters")
    parameters = given if type(given) is dict else named(given)
    application = str(at(record, "id", "applicationName") or "")
    found: dict[str, Any] = {"event.action": action, **account(at(record, "actor", "email"))}
    found |= _meaning(action, application)
    target = next((parameters[each] for each in _WHOSE if type(parameters.get(each)) is str), None)
    if target:
        names = account(target)
        found |= {own.replace("user.", "user.target."): value for own, value in names.items()}
    found |= {
        "source.as.number": at(record, "networkInfo", "ipAsn", 0),
        "group.name": parameters.get("GROUP_EMAIL") or parameters.get("group_email"),
        "file.name": parameters.get("doc_title"),
        "rule.name": parameters.get("rule_name"),
        "user_agent.original": parameters.get("user_agent") or at(parameters, "device", "user_agent"),
    }
    if action in _ALERTS:
        found["event.kind"] = "alert"
    return {own: value for own, value in found.items() if value is not None}


def _meaning(action: str, application: str) -> dict[str, Any]:
    if application in {"login", "saml", ""} and action in _LOGINS:
        kind, outcome = _LOGINS[action]
        return {"event.category": ["authentication"], "event.type": [kind], "event.outcome": outcome}
    base = _CATEGORIES.get(application, "configuration")
    categories, types = meaning(action, (base,))
    if base in {"file", "email", "host"}:
        kind = types[-1]
        return {"event.category": [base], "event.type": ["info" if base == "email" else kind]}
    return {"event.category": list(categories), "event.type": list(types)}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("google_workspace", _FIELDS, {"event.kind": "event", "cloud.provider": "gcp"}, beyond=_beyond),
    keys=("id",),
)
