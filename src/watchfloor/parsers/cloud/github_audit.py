"""GitHub's audit log of organisations and enterprises, as streamed, exported or from the API."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.github.com/en/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/audit-log-events-for-your-organization"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "@timestamp": "_time",
    "at_sign_timestamp": "_time",
    "created_at": "_time",
    "p_event_time": "_time",
    "action": "event.action",
    "actor": "user.name",
    "actor_id": "user.id",
    "actor_ip": "source.address",
    "actor_location.country_code": "source.geo.country_iso_code",
    "user": "user.target.name",
    "user_id": "user.target.id",
    "org": "organization.name",
    "org_id": "organization.id",
    "repo": "orchestrator.resource.name",
    "repository": "orchestrator.resource.name",
    "team": "group.name",
    "user_agent": "user_agent.original",
    "request_id": "http.request.id",
    "business": "orchestrator.organization",
}
_MARKS = frozenset(
    [
        "actor",
        "actor_id",
        "org",
        "repo",
        "business",
        "_document_id",
        "operation_type",
        "actor_location",
        "at_sign_timestamp",
        "business_id",
    ]
)


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is of the audit log: its actions are two words with a dot, its actor is a name."""
    action = record["action"]
    if type(action) is not str or type(record.get("actor", "")) is not str:
        return False
    if "." not in action:
        return "actor" in record and "org" in record
    return not _MARKS.isdisjoint(record) or len(record) < 3


PARSER = parser(
    REFERENCE,
    claims,
    Layout("github.audit", _FIELDS, {"event.kind": "event"}, categories=("configuration",)),
    keys=("action",),
)
