"""Snowflake's account usage views as JSON: log-ins, queries, sessions, grants, data transfers."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser
from watchfloor.parsers.cloud._verbs import kind_of

REFERENCE = "https://docs.snowflake.com/en/sql-reference/account-usage"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "EVENT_TIMESTAMP": "_time",
    "START_TIME": "_time",
    "CREATED_ON": "_time",
    "p_event_time": "_time",
    "EVENT_TYPE": "event.action",
    "QUERY_TYPE": "event.action",
    "PRIVILEGE": "event.action",
    "TRANSFER_TYPE": "event.action",
    "USER_NAME": "user.name",
    "GRANTED_BY": "user.name",
    "ROLE_NAME": "user.roles",
    "CLIENT_IP": "source.address",
    "IS_SUCCESS": "event.outcome",
    "EXECUTION_STATUS": "event.outcome",
    "ERROR_CODE": "error.code",
    "ERROR_MESSAGE": "event.reason",
    "GRANTEE_NAME": "user.target.name",
    "REPORTED_CLIENT_TYPE": "user_agent.name",
    "REPORTED_CLIENT_VERSION": "user_agent.version",
    "QUERY_TEXT": "message",
    "BYTES_TRANSFERRED": "network.bytes",
    "REGION": "cloud.region",
    "QUERY_ID": "transaction.id",
    "SESSION_ID": "session.id",
}
_MARKS = frozenset(
    [
        "CLIENT_IP",
        "QUERY_TEXT",
        "EXECUTION_STATUS",
        "QUERY_TYPE",
        "QUERY_ID",
        "GRANTEE_NAME",
        "TARGET_CLOUD",
        "SOURCE_CLOUD",
        "IS_SUCCESS",
        "REPORTED_CLIENT_TYPE",
        "CLIENT_APPLICATION_ID",
    ]
)
_OTHERS = frozenset({"GRANTEE_NAME", "TARGET_CLOUD", "SOURCE_CLOUD", "QUERY_ID"})


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return not _MARKS.isdisjoint(record) and ("USER_NAME" in record or not _OTHERS.isdisjoint(record))


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    if record.get("EVENT_TYPE") == "LOGIN" or "IS_SUCCESS" in record:
        return {"event.category": ["authentication"], "event.type": ["start"]}
    if "GRANTEE_NAME" in record:
        return {"event.category": ["iam"], "event.type": ["admin", "info"], "event.action": "grant"}
    kind = kind_of(str(record.get("QUERY_TYPE") or ""))
    return {
        "event.category": ["database"],
        "event.type": [{"creation": "change", "deletion": "change"}.get(kind, kind)],
    }


PARSER = parser(
    REFERENCE, claims, Layout("snowflake", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("database",))
)
