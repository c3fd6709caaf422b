"""Salesforce's event monitoring and real-time events."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_supportedeventtypes.htm"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "TIMESTAMP_DERIVED": "_time",
    "TIMESTAMP": "_time",
    "EVENT_TYPE": "event.action",
    "USER_NAME": "user.email",
    "USER_ID_DERIVED": "user.id",
    "USER_ID": "user.id",
    "SOURCE_IP": "source.address",
    "CLIENT_IP": "source.address",
    "URI": "url.path",
    "LOGIN_STATUS": "event.reason",
    "REQUEST_ID": "http.request.id",
    "ORGANIZATION_ID": "organization.id",
    "SESSION_KEY": "session.id",
    "BROWSER_TYPE": "user_agent.original",
    "TLS_PROTOCOL": "tls.version",
    "CIPHER_SUITE": "tls.cipher",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "ORGANIZATION_ID" in record or "USER_ID_DERIVED" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    if record["EVENT_TYPE"] in ("Login", "LoginAs", "LoginEvent"):
        status = record.get("LOGIN_STATUS")
        outcome = None if status is None else "success" if status == "LOGIN_NO_ERROR" else "failure"
        return {"event.category": ["authentication"], "event.type": ["start"], "event.outcome": outcome}
    return {}


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "salesforce",
        _FIELDS,
        {"event.kind": "event"},
        beyond=_beyond,
        categories=("configuration",),
        times=("%Y%m%d%H%M%S%.f",),
    ),
    keys=("EVENT_TYPE",),
)
