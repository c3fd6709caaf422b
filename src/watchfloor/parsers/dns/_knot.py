"""Messages of Knot DNS: access decisions, transfers, notifies, updates, zone events."""

from __future__ import annotations

from watchfloor.parsers.dns._question import INFO, IP, kind
from watchfloor.parsers.plugin import Fields, Pattern

LEVELS = r"(?:critical|error|warning|notice|info|debug)"
_ZONE = r"\[(?P<dns.question.name>[^\]\s]+)\] "
_REMOTE = rf"(?:remote|client) (?P<source.address>{IP})@(?P<source.port>\d{{1,5}})"
_KEY = r"(?:, (?:TCP|UDP|QUIC|TLS))?(?:, key (?P<knot.key>[^,\s]+))?"
_BODIES: tuple[tuple[str, Fields], ...] = (
    (
        rf"{_ZONE}ACL, denied, action (?P<knot.action>\S+), {_REMOTE}{_KEY}",
        kind("dns-access-denied", "connection", "denied", "protocol", event__outcome="failure"),
    ),
    (
        rf"{_ZONE}ACL, allowed, action (?P<knot.action>\S+), {_REMOTE}{_KEY}",
        kind("dns-access-allowed", "allowed", "connection", "protocol", event__outcome="success"),
    ),
    (
        rf"{_ZONE}(?P<dns.question.type>AXFR|IXFR), outgoing, {_REMOTE}{_KEY}, (?P<event.reason>.*)$",
        kind("zone-transfer", "connection", "protocol"),
    ),
    (rf"{_ZONE}notify, incoming, {_REMOTE}{_KEY}(?:, (?P<event.reason>.*))?$",
     kind("dns-notify", "connection", "protocol")),
    (
        rf"{_ZONE}(?P<knot.action>AXFR|IXFR|refresh|notify|DS check)(?:, (?:incoming|outgoing))?, remote (?:\S+, address )?"
        rf"(?P<destination.address>{IP})@(?P<destination.port>\d{{1,5}}){_KEY},? (?P<event.reason>.*)$",
        kind("zone-refresh", "connection", "protocol"),
    ),
    (rf"{_ZONE}(?P<knot.action>DDNS), (?P<event.reason>.*)$", kind("dns-update", "protocol")),
    (rf"{_ZONE}(?P<knot.message>.*)$", INFO),
)  # fmt: skip
REST: tuple[str, Fields] = (r"(?P<knot.message>.*)$", INFO)


def patterns(prefix: str) -> tuple[Pattern, ...]:
    """The shapes of messages behind a prefix."""
    return tuple(Pattern(rf"^{prefix}{body}", fields) for body, fields in (*_BODIES, REST))
