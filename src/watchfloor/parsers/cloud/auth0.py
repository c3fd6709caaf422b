"""Auth0's tenant log: log-ins, failures, sign-ups, calls of the management interface, attack protection."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser
from watchfloor.parsers.cloud._verbs import meaning

REFERENCE = "https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "data.date": "_time",
    "date": "_time",
    "data.type": ("event.action", "event.code"),
    "type": ("event.action", "event.code"),
    "data.description": "message",
    "description": "message",
    "data.user_name": "user.email",
    "user_name": "user.email",
    "data.user_id": "user.id",
    "user_id": "user.id",
    "data.ip": "source.address",
    "ip": "source.address",
    "data.client_ip": "source.address",
    "client_ip": "source.address",
    "data.user_agent": "user_agent.original",
    "user_agent": "user_agent.original",
    "data.client_name": "service.name",
    "client_name": "service.name",
    "data.client_id": "service.id",
    "client_id": "service.id",
    "data.hostname": "url.domain",
    "hostname": "url.domain",
    "data.connection": "event.provider",
    "connection": "event.provider",
    "data.session_id": "session.id",
    "session_id": "session.id",
    "data.location_info.country_code": "source.geo.country_iso_code",
    "location_info.country_code": "source.geo.country_iso_code",
    "data.location_info.city_name": "source.geo.city_name",
    "location_info.city_name": "source.geo.city_name",
    "data.location_info.country_name": "source.geo.country_name",
    "location_info.country_name": "source.geo.country_name",
    "data.location_info.latitude": "source.geo.location.lat",
    "location_info.latitude": "source.geo.location.lat",
    "data.location_info.longitude": "source.geo.location.lon",
    "location_info.longitude": "source.geo.location.lon",
}
_LOGINS = frozenset({"s", "seacft", "sepft", "ssa", "sertft", "seccft", "slo", "scoa"})
_FAILURES = frozenset({"f", "fp", "fu", "feacft", "fepft", "fsa", "fertft", "feccft", "fcoa", "fc"})
_ATTACKS = frozenset({"limit_wc", "limit_sul", "limit_mu", "pwd_leak", "signup_pwd_leak", "reset_pwd_leak", "pla"})


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    inner = record.get("data")
    if type(inner) is dict:
        return "log_id" in record or ("client_id" in inner and "description" in inner)
    return "log_id" in record and "type" in record and "date" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    inner = record.get("data")
    kind = str(inner.get("type") if type(inner) is dict else record.get("type"))
    if kind in _ATTACKS:
        return {"event.kind": "alert", "event.category": ["intrusion_detection"], "event.type": ["denied"]}
    if kind in _LOGINS | _FAILURES:
        return {"event.category": ["authentication"], "event.type": ["end" if kind == "slo" else "start"],
                "event.outcome": "failure" if kind in _FAILURES else "success"}  # fmt: skip
    action = str(inner.get("description") if type(inner) is dict else record.get("description"))
    categories, types = meaning(action, ("configuration",))
    return {"event.category": list(categories), "event.type": list(types)}


PARSER = parser(REFERENCE, claims, Layout("auth0.logs", _FIELDS, {"event.kind": "event"}, beyond=_beyond))
