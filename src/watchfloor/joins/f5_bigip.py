"""A session at F5 BIG-IP's access policy manager: the address that its first line names, who logged in, and the result.

No line tells both, so that of the single records no rule about places sees a log-in. Administrators add endings of
their own to a policy, of which some refuse: those let in only who has proven to be somebody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from watchfloor.joins.plugin import Join, Part, every, first, firsts, last

_ONCE = (
    "source.address",
    "source.ip",
    "destination.address",
    "destination.ip",
    "source.nat.ip",
    "f5.session.id",
    "f5.session.profile",
    "f5.session.partition",
    "f5.listener",
    "user_agent.original",
    "host.hostname",
    "host.name",
)
_NO_SESSION = "00000000"
_RESULT = "01490102"
"""Code of the line that tells the access policy's result."""
_DENIED = ("Deny", "Logon_Deny")
_LET_IN = frozenset(
    {"Allow", "LTM+APM_Mode", "Network_Access", "Portal_Access", "Web_Application", "Webtop", "Full_Webtop"}
)
_ELSEWHERE = "Redirect"
"""The ending that sends clients to another page, as those that lack what the policy asks for."""


def _build(parts: Sequence[Part]) -> dict[str, Any] | None:
    result = last([part for part in parts if part.get("event.code") == _RESULT], "event.action")
    if first(parts, "f5.session.id") == _NO_SESSION or first(parts, "source.ip") is None or result is None:
        return None
    proven = [] if result in _DENIED else _proven(parts)
    let_in = result in _LET_IN or (bool(proven) and result != _ELSEWHERE)
    user = last(proven, "user.name") or last(parts, "user.name")
    if user is None:
        return None
    return {
        **firsts(parts, _ONCE),
        "user.name": user,
        "user.domain": next((part.get("user.domain") for part in parts if part.get("user.name") == user), None),
        "session.id": first(parts, "f5.session.id"),
        "event.category": ["authentication", "session"],
        "event.type": ["start"],
        "event.action": "vpn-session-started" if let_in else "logged-in",
        "event.outcome": "success" if let_in else "failure" if result in _DENIED else "unknown",
        "event.reason": "; ".join([result, *every(parts, "event.reason")]),
    }


def _proven(parts: Sequence[Part]) -> list[Part]:
    """The proofs before the result, none where the last try of them failed: a second factor that was wrong."""
    ends = max(at for at, part in enumerate(parts) if part.get("event.code") == _RESULT)
    tries = [part for part in parts[:ends] if part.get("event.outcome") is not None]
    good = [part for part in tries if part["event.outcome"] == "success"]
    return good if good and tries[-1] is good[-1] else []


JOIN = Join(
    reference="https://my.f5.com/manage/s/article/K13000",
    datasets=frozenset({"web.f5_bigip"}),
    dataset="web.f5_bigip_session",
    by=("f5.session.id",),
    gap=dt.timedelta(minutes=10),
    fields=(*_ONCE, "user.name", "user.domain", "event.code", "event.action", "event.outcome", "event.reason"),
    telling=(
        "source.address",
        "source.nat.ip",
        "user_agent.original",
        "user.name",
        "event.action",
        "event.outcome",
    ),
    build=_build,
)
