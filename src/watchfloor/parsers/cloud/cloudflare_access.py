"""Cloudflare Access: who logged in at the gateway to which application, from where, and whether a policy let them."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/access_requests/"
FIELDS: dict[str, str | tuple[str, ...]] = {
    "CreatedAt": "_time",
    "created_at": "_time",
    "Email": "user.email",
    "user_email": "user.email",
    "UserUID": "user.id",
    "IPAddress": "source.address",
    "ip_address": "source.address",
    "AppUUID": "service.id",
    "app_uid": "service.id",
    "RayID": "transaction.id",
    "ray_id": "transaction.id",
    "Connection": "event.provider",
    "connection": "event.provider",
}
_YES = {"true", "1"}


def beyond(record: dict[str, Any]) -> dict[str, Any]:
    """What was done, whether it was allowed, the application's host, and the country in capitals."""
    country = record.get("Country", record.get("country"))
    application = str(record.get("AppDomain", record.get("app_domain")) or "")
    found = {
        "source.geo.country_iso_code": country.upper() if type(country) is str and len(country) == 2 else None,
        "url.domain": application.split("/", 1)[0] or None,
    }
    action = str(record.get("Action", record.get("action"))).lower()
    if action == "logout":
        return {**found, "event.category": ["session"], "event.type": ["end"], "event.action": "logged-out"}
    if action != "login":
        return {**found, "event.category": ["session"], "event.type": ["info"], "event.action": action}
    allowed = str(record.get("Allowed", record.get("allowed"))).lower() in _YES
    return {
        **found,
        "event.category": ["authentication", "session"],
        "event.type": ["start"],
        "event.action": "vpn-session-started" if allowed else "logged-in",
        "event.outcome": "success" if allowed else "failure",
    }


LAYOUT = Layout("cloudflare.access", FIELDS, {"event.kind": "event"}, beyond=beyond)


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "AppDomain" in record or "AppUUID" in record


PARSER = parser(REFERENCE, claims, LAYOUT, keys=("Action", "Allowed", "IPAddress"))
