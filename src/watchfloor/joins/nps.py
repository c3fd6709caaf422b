"""A log-in at Windows' RADIUS server NPS: who calls from where is in the request, the result in the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from watchfloor.joins.plugin import Join, Part, firsts, last

_ONCE = (
    "source.address",
    "source.ip",
    "source.mac",
    "radius.calling_station",
    "radius.client",
    "radius.port",
    "radius.class",
    "rule.name",
    "host.name",
)


def _build(parts: Sequence[Part]) -> dict[str, Any] | None:
    outcome = last(parts, "event.outcome")
    answers = [part for part in parts if part.get("event.outcome") is not None]
    named = next((part for part in (*answers[::-1], *parts) if part.get("user.name") is not None), None)
    if outcome is None or named is None:
        return None
    return {
        **firsts(parts, _ONCE),
        "user.name": named["user.name"],
        "user.domain": named.get("user.domain"),
        "event.category": ["authentication"],
        "event.type": ["start"],
        "event.action": "network-access-granted" if outcome == "success" else "network-access-denied",
        "event.outcome": outcome,
        "event.reason": last(answers, "event.reason"),
        "network.protocol": "radius",
    }


JOIN = Join(
    reference="https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/cc771748(v=ws.10)",
    datasets=frozenset({"network.nps"}),
    dataset="network.nps_log_in",
    by=("radius.class",),
    gap=dt.timedelta(minutes=10),
    fields=(*_ONCE, "user.name", "user.domain", "event.outcome", "event.reason"),
    build=_build,
)
