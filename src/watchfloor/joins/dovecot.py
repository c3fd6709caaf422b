"""A session of Dovecot: who logged in from where, how long it lasted and what was done in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from watchfloor.joins.plugin import Join, Part, every, first, firsts, last

_ONCE = (
    "user.name",
    "user.domain",
    "user.email",
    "source.address",
    "source.ip",
    "source.port",
    "destination.ip",
    "destination.port",
    "network.protocol",
    "session.id",
    "host.hostname",
    "host.name",
)
_SIZES = ("source.bytes", "destination.bytes")


def _build(parts: Sequence[Part]) -> dict[str, Any] | None:
    actions = every(parts, "event.action")
    if len(actions) < 2:
        return None
    duration = (parts[-1]["@timestamp"] - parts[0]["@timestamp"]) * 1_000
    return {
        **firsts(parts, _ONCE),
        **{name: last(parts, name) for name in _SIZES},
        "event.category": ["email", "session"],
        "event.type": ["info"],
        "event.action": "session",
        "event.outcome": first(parts, "event.outcome"),
        "event.reason": ", ".join(actions),
        "event.duration": duration,
    }


JOIN = Join(
    reference="https://doc.dovecot.org/latest/core/config/events.html",
    datasets=frozenset({"mail.dovecot"}),
    dataset="mail.dovecot_session",
    by=("session.id",),
    gap=dt.timedelta(days=1),
    fields=(*_ONCE, *_SIZES, "event.action", "event.outcome"),
    build=_build,
)
