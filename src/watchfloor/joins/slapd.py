"""A connection to OpenLDAP's server: the address that only its first line names, who bound, and with what result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from watchfloor.joins.plugin import Join, Part, every, first, firsts

_ONCE = (
    "source.address",
    "source.ip",
    "source.port",
    "destination.address",
    "destination.ip",
    "destination.port",
    "slapd.connection",
    "process.pid",
    "process.name",
    "host.hostname",
    "host.name",
)
_INVALID_CREDENTIALS = 49
"""https://www.rfc-editor.org/rfc/rfc4511#appendix-A.1"""


def _build(parts: Sequence[Part]) -> dict[str, Any] | None:
    binds = (part for part in parts if "authentication" in (part.get("event.category") or ()))
    results = [part["slapd.result"] for part in binds if part.get("slapd.result") is not None]
    if first(parts, "source.address") is None or not results:
        return None
    refused = results.count(_INVALID_CREDENTIALS)
    return {
        **firsts(parts, _ONCE),
        "user.name": first(parts, "user.name"),
        "slapd.dn": first(parts, "slapd.dn"),
        "slapd.result": _INVALID_CREDENTIALS if refused else results[-1],
        "network.protocol": "ldap",
        "event.category": ["network", "authentication"],
        "event.type": ["connection", "info"],
        "event.action": "ldap_connection",
        "event.outcome": "failure" if refused or results[-1] else "success",
        "event.reason": "; ".join(every(parts, "event.reason")) or None,
    }


JOIN = Join(
    reference="https://www.openldap.org/doc/admin26/runningslapd.html",
    datasets=frozenset({"linux.slapd"}),
    dataset="linux.slapd_connection",
    by=("slapd.connection",),
    within=("host.name", "process.pid"),
    gap=dt.timedelta(hours=1),
    fields=(*_ONCE, "user.name", "slapd.dn", "slapd.result", "event.category", "event.reason"),
    build=_build,
)
