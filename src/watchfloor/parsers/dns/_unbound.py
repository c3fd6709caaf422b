"""Messages of unbound: questions, answers, what its own zones and policies do with them.

Unbound writes `?` for what is unprintable in a name, so a name has no space.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._times import nanoseconds
from watchfloor.parsers.dns._question import ANSWER, IP, QUERY, kind, with_question
from watchfloor.parsers.plugin import Pattern

LEVELS = r"(?:fatal error|error|warning|notice|info|debug|query|reply)"
_QUESTION = r"(?P<dns.question.name>\S+) (?P<dns.question.type>[A-Z0-9-]+) (?P<dns.question.class>[A-Z0-9]+)"
_CLIENT = rf"(?P<source.address>{IP})"
_PEER = rf"{_CLIENT}@(?P<source.port>\d{{1,5}})"
_DENIED = kind("dns-query-denied", "connection", "denied", "protocol", dns__type="query")
_LOCAL = kind("dns-local-answer", "connection", "protocol", dns__type="query")
_FAILED = kind(
    "dns-resolve-failed", "connection", "protocol", "error", event__outcome="failure", dns__response_code="SERVFAIL"
)

_TRANSPORTS = {"udp": "udp", "tcp": "tcp", "ssl": "tcp", "doh": "tcp", "doq": "udp", "dnscrypt": "udp"}
_REFUSING = r"(?:deny|refuse|static|always_refuse|always_nxdomain|always_nodata|always_null|always_deny|inform_deny)"
_BODIES = (
    Pattern(
        rf"{_CLIENT} {_QUESTION} (?P<dns.response_code>[A-Z]+[A-Z0-9]*) (?P<_seconds>\d+\.\d+) (?P<_cached>[01])"
        r" (?P<_bytes>\d+)(?: (?:on (?P<_how>[a-z]+) )?(?P<destination.address>\S+) (?P<destination.port>\d+))?\s*$",
        ANSWER,
    ),
    Pattern(rf"{_CLIENT} {_QUESTION}\s*$", QUERY),
    Pattern(
        rf"(?P<rule.name>\S+) (?P<unbound.action>{_REFUSING}) {_PEER} {_QUESTION}\s*$",
        _DENIED,
    ),
    Pattern(rf"(?P<rule.name>\S+) (?P<unbound.action>[a-z_]+) {_PEER} {_QUESTION}\s*$", _LOCAL),
    Pattern(
        r"(?:rpz: )?applied (?:\[(?P<rule.ruleset>[^\]]*)\] )?(?P<rule.name>\S+) (?:\S+ )?(?P<unbound.action>"
        rf"rpz-(?:nxdomain|nodata|drop)) {_PEER} {_QUESTION}\s*$",
        _DENIED,
    ),
    Pattern(
        r"(?:rpz: )?applied (?:\[(?P<rule.ruleset>[^\]]*)\] )?(?P<rule.name>\S+) (?:\S+ )?(?P<unbound.action>"
        rf"rpz-[a-z-]+) {_PEER} {_QUESTION}\s*$",
        _LOCAL,
    ),
    Pattern(
        r"SERVFAIL <(?P<dns.question.name>\S+) (?P<dns.question.type>[A-Z0-9-]+) (?P<dns.question.class>[A-Z0-9]+)>: "
        r"(?P<event.reason>.*)$",
        _FAILED,
    ),
    Pattern(
        r"validation failure <(?P<dns.question.name>\S+) (?P<dns.question.type>[A-Z0-9-]+) "
        r"(?P<dns.question.class>[A-Z0-9]+)>: (?P<event.reason>.*)$",
        _FAILED,
    ),
    Pattern(
        rf"(?:ip_ratelimit exceeded|ratelimit exceeded) (?P<source.address>{IP}) (?P<event.reason>\d+)(?: .*)?$",
        kind("dns-rate-limited", "connection", "denied", "protocol", event__outcome="failure"),
    ),
    Pattern(rf"{_CLIENT} (?P<unbound.message>null TYPE0 CLASS0 (?P<dns.response_code>[A-Z]+) .*)$", ANSWER),
)  # fmt: skip


def patterns(prefix: str) -> tuple[Pattern, ...]:
    """The shapes of messages behind a prefix."""
    return tuple(Pattern(rf"^{prefix}{each.regex}", each.fields) for each in _BODIES)


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """How long an answer took, how long it is, and whether it came from the cache; both sides."""
    if "_seconds" in frame.columns:
        frame = frame.with_columns(
            nanoseconds(frame["_seconds"]).alias("event.duration"),
            (pl.col("_cached") == "1").alias("unbound.cached"),
            pl.col("_bytes").cast(pl.Int64, strict=False).alias("destination.bytes"),
        ).drop("_seconds", "_cached", "_bytes")
    if "_how" in frame.columns:  # with `log-destaddr`
        transport = pl.col("_how").replace_strict(_TRANSPORTS, default=None, return_dtype=pl.String)
        frame = frame.with_columns(transport.alias("network.transport")).drop("_how")
    return with_question(frame)
