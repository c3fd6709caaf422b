"""Messages of NSD: transfers, notifies, rate limits."""

from __future__ import annotations

from watchfloor.parsers.dns._question import INFO, IP, kind
from watchfloor.parsers.plugin import Pattern

LEVELS = r"(?:error|warning|notice|info|debug)"
_ZONE = r"(?P<dns.question.name>\S+)"
_FROM = rf"from (?:client )?(?P<source.address>{IP})(?:@(?P<source.port>\d{{1,5}}))?"
_KIND = r"(?P<_kind>[Aa]xfr|[Ii]xfr|AXFR|IXFR)"
_DENIED = kind("zone-transfer-denied", "connection", "denied", "protocol", event__outcome="failure")
_NOTIFY_DENIED = kind("dns-notify-denied", "connection", "denied", "protocol", event__outcome="failure")

_BODIES = (
    Pattern(rf"{_KIND} for (?:zone )?{_ZONE} {_FROM} (?P<event.reason>refused.*)$", _DENIED),
    Pattern(rf"{_KIND} for (?:zone )?{_ZONE} {_FROM}(?: .*)?$",
     kind("zone-transfer", "connection", "protocol", event__outcome="success")),
    Pattern(rf"notify for (?:zone )?{_ZONE} {_FROM} (?P<event.reason>refused.*)$", _NOTIFY_DENIED),
    Pattern(rf"notify for (?:zone )?{_ZONE} {_FROM}(?: serial (?P<nsd.serial>\d+))?(?: .*)?$",
     kind("dns-notify", "connection", "protocol")),
    Pattern(
        rf"ratelimit (?P<nsd.rate_limit.action>block|unblock|slip) {_ZONE} type (?P<event.reason>\S+) target "
        rf"(?P<nsd.rate_limit.network>\S+)(?: query (?P<source.address>{IP})(?: (?P<dns.question.type>[A-Z0-9]+))?)?",
        kind("dns-rate-limited", "connection", "denied", "protocol", event__outcome="failure"),
    ),
    Pattern(
        rf"(?:xfrd: )?zone {_ZONE} (?P<event.reason>(?:committed|bad tsig|received error code|transfer|read) .*)$",
        kind("zone-transfer", "info"),
    ),
    Pattern(
        rf"{_ZONE}: (?P<event.reason>Could not tcp connect) to (?P<destination.address>{IP})@(?P<destination.port>\d+)",
        kind("zone-transfer-failed", "connection", "protocol", "error", event__outcome="failure"),
    ),
)  # fmt: skip
REST = Pattern(r"(?P<nsd.message>.*)$", INFO)


def patterns(prefix: str) -> tuple[Pattern, ...]:
    """The shapes of messages behind a prefix."""
    return tuple(Pattern(rf"^{prefix}{each.regex}", each.fields) for each in _BODIES)
