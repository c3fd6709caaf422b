"""AWS Client VPN's connection log: who connected, or tried to, from which public address, and when it ended.

`client-ip` is the address that the endpoint leased; `device-ip` is where the device is.
"""

from __future__ import annotations

from typing import Any

from watchfloor.parsers._mapping import EMPTY
from watchfloor.parsers._users import account
from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/connection-logging.html"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "connection-last-update-time": "_time",
    "connection-start-time": "event.start",
    "connection-end-time": "event.end",
    "connection-attempt-failure-reason": "event.reason",
    "connection-id": "session.id",
    "transport-protocol": "network.transport",
    "client-ip": "source.nat.ip",
    "device-ip": "source.address",
    "port": "source.port",
    "ingress-bytes": "source.bytes",
    "egress-bytes": "destination.bytes",
    "ingress-packets": "source.packets",
    "egress-packets": "destination.packets",
}
_NONE = EMPTY | {"NA"}
_ATTEMPTS = {
    "successful": ("vpn-session-started", "start", "success"),
    "failed": ("logged-in", "start", "failure"),
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "client-vpn-endpoint-id" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    names = [name for name in (record.get("username"), record.get("common-name")) if isinstance(name, str)]
    who = next((name for name in names if name not in _NONE), None)
    found = account(who)
    seconds = str(record.get("connection-duration-seconds"))
    if seconds.isdecimal() and len(seconds) < 10:
        found["event.duration"] = int(seconds) * 1_000_000_000
    if record["connection-log-type"] == "connection-reset":
        return {**found, "event.category": ["session"], "event.type": ["end"], "event.action": "vpn-session-ended"}
    waiting = ("authentication-requested", "info", "unknown")
    action, kind, outcome = _ATTEMPTS.get(str(record.get("connection-attempt-status")), waiting)
    return {
        **found,
        "event.category": ["authentication", "session"],
        "event.type": [kind],
        "event.action": action,
        "event.outcome": outcome,
    }


PARSER = parser(
    REFERENCE,
    claims,
    Layout("aws.client_vpn", _FIELDS, {"event.kind": "event", "cloud.provider": "aws"}, beyond=_beyond, empty=_NONE),
    keys=("connection-log-type", "device-ip"),
)
