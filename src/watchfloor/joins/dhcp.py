"""A DHCP exchange: which machine asked, under what name, and which address it was given or denied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from watchfloor.joins.plugin import Join, Part, every, firsts, last

_ONCE = ("client.mac", "source.mac", "dhcp.client_id", "dhcp.transaction_id", "host.hostname", "host.name")
_LATEST = ("client.ip", "source.ip", "dhcp.assigned_ip", "dhcp.requested_ip", "dhcp.hostname", "dhcp.lease_seconds")
_ENDS = {"ack": "success", "nak": "failure", "decline": "failure"}
_SERVERS = ("isc", "kea", "dnsmasq", "mikrotik", "udhcpd", "windows_audit", "infoblox")


def _build(parts: Sequence[Part]) -> dict[str, Any] | None:
    messages = every(parts, "dhcp.type")
    ends = [message for message in messages if message in _ENDS]
    if len(messages) < 2 or not ends:
        return None
    return {
        **firsts(parts, _ONCE),
        **{name: last(parts, name) for name in _LATEST},
        "dhcp.type": ends[-1],
        "network.protocol": "dhcp",
        "event.category": ["network"],
        "event.type": ["connection", "protocol"],
        "event.action": "dhcp-exchange",
        "event.outcome": _ENDS[ends[-1]],
        "event.reason": ", ".join(messages),
    }


JOIN = Join(
    reference="https://www.rfc-editor.org/rfc/rfc2131#section-3",
    datasets=frozenset(f"dhcp.{name}" for name in _SERVERS),
    dataset="dhcp.exchange",
    by=("client.mac",),
    gap=dt.timedelta(seconds=30),
    fields=(*_ONCE, *_LATEST, "dhcp.type"),
    build=_build,
)
