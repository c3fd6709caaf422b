"""What joins of DNS questions with their answers share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from watchfloor.joins.plugin import Part, every, first, firsts, last

_ONCE = (
    "source.address",
    "source.ip",
    "source.port",
    "destination.address",
    "destination.ip",
    "destination.port",
    "network.transport",
    "dns.id",
    "dns.question.name",
    "dns.question.type",
    "dns.question.class",
    "host.hostname",
    "host.name",
)
_LISTS = ("dns.answers.name", "dns.answers.type", "dns.answers.data", "dns.resolved_ip", "dns.header_flags")
FIELDS = (*_ONCE, *_LISTS, "dns.response_code", "dns.type", "event.type", "event.outcome", "dnsmasq.serial")


def exchange(parts: Sequence[Part]) -> dict[str, Any] | None:
    """The question with all that was answered to it; None without an answer, or without who asked."""
    kinds = set(every(parts, "dns.type"))
    if kinds != {"query", "answer"} or first(parts, "source.ip") is None:
        return None
    denied = any("denied" in (part.get("event.type") or ()) for part in parts)
    return {
        **firsts(parts, _ONCE),
        **{name: every(parts, name) for name in _LISTS},
        "dns.response_code": last(parts, "dns.response_code"),
        "dns.type": "answer",
        "network.protocol": "dns",
        "event.category": ["network"],
        "event.type": ["connection", "protocol", *(["denied"] if denied else [])],
        "event.action": "dns-exchange",
        "event.outcome": last(parts, "event.outcome"),
        "event.duration": (parts[-1]["@timestamp"] - parts[0]["@timestamp"]) * 1_000,
    }
