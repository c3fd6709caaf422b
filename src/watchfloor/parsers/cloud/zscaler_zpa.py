"""Zscaler Private Access: status of users' sessions, and their connections to applications, from its log streaming.

Fields: https://help.zscaler.com/zpa/about-user-activity-log-fields and the page of user status below.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from watchfloor.parsers._address import endpoint
from watchfloor.parsers._connection import PROTOCOLS
from watchfloor.parsers._users import account
from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://help.zscaler.com/zpa/about-user-status-log-fields"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "LogTimestamp": "_time",
    "SessionID": "session.id",
    "PublicIP": "source.address",
    "ClientPublicIP": "source.address",
    "CountryCode": "source.geo.country_iso_code",
    "ClientCountryCode": "source.geo.country_iso_code",
    "Hostname": "host.name",
    "Platform": "host.os.name",
    "TotalBytesRx": "source.bytes",
    "TotalBytesTx": "destination.bytes",
    "ZENTotalBytesRxClient": "source.bytes",
    "ZENTotalBytesTxClient": "destination.bytes",
    "ServerIP": "destination.address",
    "ServerPort": "destination.port",
    "Application": "network.application",
    "Policy": "rule.name",
    "InternalReason": "event.reason",
    "IPProtocol": "network.iana_number",
}
_FRESH = dt.timedelta(minutes=10)
"""A session whose authentication is older than that is one of which the service only says that it goes on."""
_PHASES = {"open": "start", "close": "end"}
_NO_PERSON = frozenset({"zpn_client_type_slogger", "zpn_client_type_ip_anchoring"})


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is of a user's session or connection."""
    return ("SessionStatus" in record and "PublicIP" in record) or "ClientPublicIP" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    found = account(record["Username"])
    if "SessionStatus" not in record:
        protocol = PROTOCOLS.get(str(record.get("IPProtocol")))
        phase = _PHASES.get(str(record.get("ConnectionStatus")), "info")
        asked = endpoint(str(record.get("Host") or ""))[0]
        return {
            **found,
            "event.category": ["network"],
            "event.type": ["connection", phase],
            "network.transport": protocol,
            "destination.domain": asked if asked != record.get("ServerIP") else None,
        }
    status = str(record["SessionStatus"])
    if status == "ZPN_STATUS_AUTH_FAILED":
        return {**found, **_signed_in("logged-in", "failure")}
    if status == "ZPN_STATUS_AUTHENTICATED" and str(record.get("ClientType")) not in _NO_PERSON and _fresh(record):
        return {**found, **_signed_in("vpn-session-started", "success")}
    ended = status == "ZPN_STATUS_DISCONNECTED"
    action = "vpn-session-ended" if ended else "vpn-session-status"
    kind = {"event.category": ["session"], "event.type": ["end" if ended else "info"], "event.action": action}
    return {**found, **kind}


def _signed_in(action: str, outcome: str) -> dict[str, Any]:
    return {
        "event.category": ["authentication", "session"],
        "event.type": ["start"],
        "event.action": action,
        "event.outcome": outcome,
    }


def _fresh(record: dict[str, Any]) -> bool:
    """Whether the log-in was just now, or it cannot be told when it was."""
    try:
        logged = dt.datetime.strptime(str(record["LogTimestamp"]), "%a %b %d %H:%M:%S %Y").replace(tzinfo=dt.UTC)
        proven = dt.datetime.fromisoformat(str(record["TimestampAuthentication"]))
        return logged - proven.astimezone(dt.UTC) <= _FRESH if proven.tzinfo else True
    except (KeyError, ValueError, OverflowError):
        return True


PARSER = parser(
    REFERENCE,
    claims,
    Layout("zscaler.zpa", _FIELDS, {"event.kind": "event"}, beyond=_beyond),
    keys=("LogTimestamp", "Customer", "Username"),
)
