"""A connection to the OpenSSH server: the address that only some of a process's lines name, and how it ended.

Lines such as `fatal: Unable to negotiate a key exchange method` say no address; but their process served one client.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from watchfloor.joins.plugin import Join, Part, every, first, firsts, last

_ONCE = (
    "source.address",
    "source.ip",
    "source.domain",
    "source.port",
    "process.pid",
    "process.name",
    "host.hostname",
    "host.name",
)
_LOGIN = "authentication"


def _build(parts: Sequence[Part]) -> dict[str, Any] | None:
    address = first(parts, "source.address")
    if address is None or all(part.get("source.address") for part in parts):
        return None
    outcomes = every(parts, "event.outcome")
    logins = any(_LOGIN in (part.get("event.category") or ()) for part in parts)
    return {
        **firsts(parts, _ONCE),
        "user.name": last(parts, "user.name"),
        "event.category": ["network", *([_LOGIN] if logins else [])],
        "event.type": ["connection", "info"],
        "event.action": "ssh_connection",
        "event.outcome": next((each for each in ("success", "failure") if each in outcomes), None),
        "event.reason": "; ".join(every(parts, "event.reason")) or None,
    }


JOIN = Join(
    reference="https://man.openbsd.org/sshd.8",
    datasets=frozenset({"linux.sshd"}),
    dataset="linux.sshd_connection",
    by=("process.pid",),
    gap=dt.timedelta(minutes=10),
    fields=(*_ONCE, "user.name", "event.category", "event.outcome", "event.reason"),
    build=_build,
)
