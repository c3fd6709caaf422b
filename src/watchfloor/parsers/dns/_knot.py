"""Messages of Knot DNS: access decisions, transfers, notifies, updates, zone events."""

from __future__ import annotations

from watchfloor.parsers.dns._question import INFO, IP, kind
from watchfloor.parsers.plugin import Pattern

LEVELS = r"(?:critical|error|warning|notice|info|debug)"
_ZONE = r"\[(?P<dns.question.name>[^\]\s]+)\] "
_REMOTE = rf"(?:remote|client) (?P<source.address>{IP})@(?P<source.port>\d{{1,5}})"
_KEY = r"(?:,? (?:TCP|UDP|QUIC|TLS)(?:/\w+)?)?(?:, key (?P<knot.key>[^,\s]+))?"
_BODIES = (
    Pattern(
        rf"{_ZONE}ACL, denied, action (?P<knot.action>\S+), {_REMOTE}{_KEY}",
        kind("dns-access-denied", "connection", "denied", "protocol", event__outcome="failure"),
    ),
    Pattern(
        rf"{_ZONE}ACL, allowed, action (?P<knot.action>\S+), {_REMOTE}{_KEY}",
        kind("dns-access-allowed", "allowed", "connection", "protocol", event__outcome="success"),
    ),
    Pattern(
        rf"{_ZONE}(?P<dns.question.type>AXFR|IXFR), outgoing, {_REMOTE}{_KEY}, (?P<event.reason>.*)$",
        kind("zone-transfer", "connection", "protocol"),
    ),
    Pattern(rf"{_ZONE}notify, incoming, {_REMOTE}{_KEY}(?:, (?P<event.reason>.*))?$",
     kind("dns-notify", "connection", "protocol")),
    Pattern(
        rf"{_ZONE}(?P<knot.action>AXFR|IXFR|refresh|notify|DS check)(?:, (?:incoming|outgoing))?, remote (?:\S+, "
        r"address )?"
        rf"(?P<destination.address>{IP})@(?P<destination.port>\d{{1,5}}){_KEY},? (?P<event.reason>.*)$",
        kind("zone-refresh", "connection", "protocol"),
    ),
    Pattern(rf"{_ZONE}(?P<knot.action>DDNS), (?P<event.reason>.*)$", kind("dns-update", "protocol")),
    Pattern(rf"{_ZONE}(?P<knot.message>.*)$", INFO),
)  # fmt: skip
REST = Pattern(r"(?P<knot.message>.*)$", INFO)


def patterns(prefix: str) -> tuple[Pattern, ...]:
    """The shapes of messages behind a prefix."""
    return tuple(Pattern(rf"^{prefix}{each.regex}", each.fields) for each in (*_BODIES, REST))
