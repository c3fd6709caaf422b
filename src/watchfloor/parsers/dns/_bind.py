"""Messages of BIND's named, also as Infoblox NIOS writes them.

Names are written with whitespace and quotes escaped (RFC 1035 §5.1), so a client cannot leave its name's place.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.dns._question import (
    ANSWER,
    DENIED,
    INFO,
    IP,
    QUERY,
    kind,
    undotted,
    with_flags,
    with_question,
)
from watchfloor.parsers.plugin import Fields, Pattern

LEVELS = r"(?:critical|error|warning|notice|info|debug \d+|dynamic)"
CATEGORIES = (
    r"(?:client|cname|config|database|default|delegation-only|dispatch|dnssec|dnstap|edns-disabled|general"
    r"|infoblox-responses|lame-servers"
    r"|network|notify|nsid|queries|query-errors|rate-limit|resolver|responses|rpz|rpz-passthru|security|serve-stale"
    r"|spill|sslkeylog|trust-anchor-telemetry|unmatched|update|update-security|xfer-in|xfer-out|zoneload)"
)
_PEER = (
    rf"client (?:@0x[0-9a-fA-F]+ )?(?P<source.address>{IP})#(?P<source.port>\d{{1,5}})(?:/key (?P<bind.key>\S*[^\s:]))?"
    r"(?: \((?P<_asked>\S*)\))?:? "
)
_CLIENT = rf"{_PEER}(?:view (?P<bind.view>\S+): )?"
_NAME = r"(?P<dns.question.name>\S+)"
_ZONE = r"(?P<dns.question.name>\S+)/(?P<dns.question.class>[A-Z0-9]+)"
_SLASHED = r"(?P<dns.question.name>\S+)/(?P<dns.question.type>[A-Za-z0-9-]+)/(?P<dns.question.class>[A-Z0-9]+)"
_LISTED = r"(?P<dns.question.class>[A-Z0-9]+) (?P<dns.question.type>[A-Za-z0-9-]+)"
_SERVER = rf"(?P<destination.address>{IP})#(?P<destination.port>\d{{1,5}})"
_WHY = r"(?: \((?P<event.reason>[^()]*)\))?"
_FLAGS = r"(?P<_flags>[+-][A-Za-z0-9()]*)"

_TRANSFER_DENIED = kind("zone-transfer-denied", "connection", "denied", "protocol", event__outcome="failure")
_UPDATE_DENIED = kind("dns-update-denied", "connection", "denied", "protocol", event__outcome="failure")
_UPDATE = kind("dns-update", "connection", "protocol")
_TRANSFER = kind("zone-transfer", "connection", "protocol")
_NOTIFY = kind("dns-notify", "connection", "protocol")
_FAILED = kind("dns-query-failed", "connection", "protocol", "error", event__outcome="failure", dns__type="query")
_LAME = kind("dns-resolve-failed", "connection", "protocol", "error", event__outcome="failure", dns__type="query")
_LIMITED = kind("dns-rate-limited", "connection", "denied", "protocol", event__outcome="failure")
_POLICY = kind("dns-policy-rewrite", "connection", "protocol", "info", dns__type="query")
_BLOCKED = kind("dns-policy-rewrite", "connection", "denied", "protocol", dns__type="query")
_PASSED = kind("dns-policy-passthru", "allowed", "connection", "protocol", dns__type="query")


def _policy(policies: str, fields: Fields) -> Pattern:
    text = (
        rf"{_CLIENT}(?:disabled )?rpz (?P<bind.rpz.trigger>[A-Z-]+) (?P<bind.rpz.policy>{policies}) rewrite "
        rf"(?:{_SLASHED}|(?P<_rewritten>\S+)) via (?P<rule.name>\S+?)(?: \(CNAME to: (?P<bind.rpz.target>\S+)\))?\s*$"
    )
    return Pattern(text, fields)


_BODIES = (
    Pattern(
        rf"{_CLIENT}query: {_NAME} {_LISTED} {_FLAGS}(?: \((?P<destination.address>{IP})\))?"
        r"(?: \[ECS (?P<bind.ecs>[^\]\s]+)\])?\s*$",
        QUERY,
    ),
    Pattern(  # Infoblox
        rf"{_PEER}(?P<network.transport>UDP|TCP|[A-Z]{{3,5}}): (?:view (?P<bind.view>\S+): )?query: {_NAME} {_LISTED}"
        rf" response: (?P<dns.response_code>[A-Z0-9]+) (?P<_answer_flags>[+-][A-Za-z]*)(?: (?P<_records>.*))?$",
        ANSWER,
    ),
    Pattern(
        rf"{_CLIENT}response: {_NAME} {_LISTED} (?P<dns.response_code>[A-Z0-9]+)(?: (?P<dns.answers_count>\d+) "
        r"\d+ \d+)?"
        rf"(?: {_FLAGS})?(?: \((?P<destination.address>{IP})\))?(?: .*)?$",
        ANSWER,
    ),
    Pattern(rf"{_CLIENT}query: {_NAME} {_LISTED}(?: .*)?$", QUERY),
    Pattern(rf"{_CLIENT}query(?: \(cache\))? '{_SLASHED}' denied{_WHY}", DENIED),
    Pattern(rf"{_CLIENT}zone transfer '{_SLASHED}' denied{_WHY}", _TRANSFER_DENIED),
    Pattern(rf"{_CLIENT}bad zone transfer request: '{_ZONE}': (?P<event.reason>.*)$", _TRANSFER_DENIED),
    Pattern(rf"{_CLIENT}update(?: forwarding)? '{_ZONE}' denied{_WHY}", _UPDATE_DENIED),
    Pattern(rf"{_CLIENT}updating zone '{_ZONE}': (?:update (?:failed|unsuccessful|rejected)): (?P<event.reason>.*)$",
     {**_UPDATE, "event.outcome": "failure"}),
    Pattern(rf"{_CLIENT}updating zone '{_ZONE}': (?P<bind.message>.*)$", {**_UPDATE, "event.outcome": "success"}),
    Pattern(rf"{_CLIENT}transfer of '{_ZONE}': (?P<bind.message>.*)$", _TRANSFER),
    _policy("PASSTHRU|DISABLED|OFF", _PASSED),
    _policy("NXDOMAIN|NODATA|DROP", _BLOCKED),
    _policy(r"\S+", _POLICY),
    Pattern(
        rf"{_CLIENT}(?:would )?rate limit (?P<bind.rate_limit.action>drop|slip) (?P<event.reason>.*) to "
        r"(?P<bind.rate_limit.network>[0-9A-Fa-f.:]+/\d+)(?: for \S*.*)?$",
        _LIMITED,
    ),
    Pattern(
        r"(?:would )?\*?(?P<event.reason>(?:stop )?limit(?:ing)? .*) to "
        r"(?P<bind.rate_limit.network>[0-9A-Fa-f.:]+/\d+)"
        rf"(?: for (?P<dns.question.name>\S+)(?: {_LISTED})?\s*(?:\([0-9a-f]+\))?)?\s*$",
        kind("dns-rate-limit", "info"),
    ),
    Pattern(
        rf"{_CLIENT}query failed \((?P<event.reason>(?P<dns.response_code>REFUSED))\) for (?P<dns.question.name>\S+)/"
        r"(?P<dns.question.class>[A-Z0-9]+)/(?P<dns.question.type>[A-Za-z0-9-]+) at ",
        DENIED,
    ),
    Pattern(
        rf"{_CLIENT}query failed \((?P<event.reason>(?P<dns.response_code>[A-Z]{{4,10}}))\) for "
        r"(?P<dns.question.name>\S+)/(?P<dns.question.class>[A-Z0-9]+)/(?P<dns.question.type>[A-Za-z0-9-]+) at ",
        _FAILED,
    ),
    Pattern(
        rf"{_CLIENT}query failed \((?P<event.reason>[^()]*)\) for (?P<dns.question.name>\S+)/"
        r"(?P<dns.question.class>[A-Z0-9]+)/(?P<dns.question.type>[A-Za-z0-9-]+) at ",
        _FAILED,
    ),
    Pattern(rf"{_CLIENT}rewriting query name '(?P<dns.question.name>\S+)' to '(?P<bind.rewritten>\S+)', type "
     r"(?P<dns.question.type>\S+)\s*$", _POLICY),
    Pattern(
        rf"{_CLIENT}(?P<event.reason>request has invalid signature: .*)$",
        kind("dns-signature-invalid", "connection", "denied", "protocol", event__outcome="failure"),
    ),
    Pattern(rf"{_CLIENT}received notify for zone '(?P<dns.question.name>\S+)'(?:: (?P<event.reason>.*))?", _NOTIFY),
    Pattern(rf"{_CLIENT}(?P<bind.message>.*)$", kind("dns-client", "connection", "info")),
    Pattern(
        rf"zone {_ZONE}(?:/\S+)?: (?:refused )?notify from (?:non-(?:primary|master): )?"
        rf"(?P<source.address>{IP})#(?P<source.port>\d{{1,5}}):? ?"
        r"(?P<event.reason>.*)$",
        _NOTIFY,
    ),
    Pattern(
        rf"zone {_ZONE}(?:/\S+)?: (?P<event.reason>refresh: .*?|.*?) (?:for )?(?:master|primary) "
        rf"{_SERVER}(?: exceeded)?(?: \(source [^)]*\))?(?:: (?P<bind.message>.*))?$",
        kind("zone-refresh-failed", "connection", "protocol", "error", event__outcome="failure"),
    ),
    Pattern(rf"transfer of '{_ZONE}(?:/[^'\s]*)?' from {_SERVER}: (?P<bind.message>.*)$", _TRANSFER),
    Pattern(rf"zone {_ZONE}(?:/\S+)?: (?P<bind.message>.*)$", INFO),
    Pattern(
        rf"(?P<event.reason>\S.*?) resolving '{_SLASHED}'(?: \(in '\S*'\?\))?: {_SERVER}",
        _LAME,
    ),
    Pattern(
        rf"(?P<event.reason>DNS format error) from {_SERVER} resolving (?P<dns.question.name>\S+)/"
        rf"(?P<dns.question.type>[A-Za-z0-9-]+)(?: for (?:client )?(?P<source.address>{IP})#(?P<source.port>\d+))?"
        r"(?: for \S+)?: (?P<bind.message>.*)$",
        _LAME,
    ),
    Pattern(rf"lame server resolving '(?P<dns.question.name>\S+)' \(in '\S+'\?\): {_SERVER}", _LAME),
    Pattern(r"\s*validating (?:@0x[0-9a-f]+: )?(?P<dns.question.name>\S+?)(?:/| )(?P<dns.question.type>[A-Z0-9]+): "
     r"(?P<event.reason>.*)$", kind("dnssec-validation", "info")),
    Pattern(  # Infoblox threat policies, in ArcSight's format
        r"CEF:0\|Infoblox\|NIOS\|[^|]*\|(?P<rule.id>[^|]*)\|(?P<rule.name>[^|]*)\|(?P<event.severity>\d+)\|"
        rf"app=DNS dst=(?P<destination.address>{IP}) src=(?P<source.address>{IP}) spt=(?P<source.port>\d+)"
        r" view=(?P<bind.view>\S*) qtype=(?P<dns.question.type>\S+) msg=\"?(?P<bind.message>(?:(?:disabled )?rpz \S+"
        r" \S+ rewrite (?P<dns.question.name>\S+?)(?: \[\S+\])? via)?.*)$",
        _POLICY,
    ),
)  # fmt: skip


def patterns(prefix: str) -> tuple[Pattern, ...]:
    """The shapes of messages behind a prefix."""
    return tuple(Pattern(rf"^{prefix}{each.regex}", each.fields) for each in _BODIES)


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Flags by name, the transport, the answers' records, both sides."""
    frame = _with_transport(frame)
    frame = with_flags(frame, {"+": "RD", "C": "CD", "D": "DO"})
    if "_answer_flags" in frame.columns:
        frame = _with_records(frame)
    for scratch in ("_asked", "_rewritten"):
        if scratch in frame.columns:
            known = [pl.col("dns.question.name")] if "dns.question.name" in frame.columns else []
            frame = frame.with_columns(pl.coalesce(*known, scratch).alias("dns.question.name"))
    return with_question(frame.drop("_asked", "_rewritten", strict=False))


def _with_transport(frame: pl.DataFrame) -> pl.DataFrame:
    """By the letter T in the flags of a query, or as the record names it."""
    known = [pl.col("network.transport").str.to_lowercase()] if "network.transport" in frame.columns else []
    if "_flags" in frame.columns:
        bare = pl.col("_flags").str.replace(r"E\(\d+\)", "")
        by_flag = pl.when(bare.str.contains("T", literal=True)).then(pl.lit("tcp")).when(bare.is_not_null())
        known.append(by_flag.then(pl.lit("udp")))
    return frame.with_columns(pl.coalesce(known).alias("network.transport")) if known else frame


def _with_records(frame: pl.DataFrame) -> pl.DataFrame:
    """What Infoblox tells of an answer: flags, and records as `name ttl class type data;` one after the other."""
    own = frame["dns.header_flags"] if "dns.header_flags" in frame.columns else pl.Series([None] * len(frame))
    given = with_flags(
        frame.select(pl.col("_answer_flags").alias("_flags")), {"A": "AA", "t": "TC", "+": "RA", "C": "CD", "D": "DO"}
    )["dns.header_flags"]
    flags = pl.select(pl.coalesce(own.cast(pl.List(pl.String)), given)).to_series()
    frame = frame.with_columns(flags.alias("dns.header_flags")).drop("_answer_flags")
    if "_records" not in frame.columns:
        return frame
    lists = [_records(text) for text in frame["_records"].to_list()]
    columns = [
        pl.Series(name, [None if each is None else [record[at] for record in each] for each in lists], dtype=dtype)
        for at, (name, dtype) in enumerate(
            (
                ("dns.answers.name", pl.List(pl.String)),
                ("dns.answers.ttl", pl.List(pl.Int64)),
                ("dns.answers.type", pl.List(pl.String)),
                ("_answers", pl.List(pl.String)),
            )
        )
    ]
    frame = frame.drop("_records").with_columns(columns)
    return frame.with_columns(pl.col("dns.answers.name", "_answers").list.eval(undotted(pl.element())))


def _records(text: str | None) -> list[tuple[str, int | None, str, str]] | None:
    if not text:
        return None
    found = []
    for record in text.strip().rstrip(";").split(";"):
        parts = record.split(None, 4)
        if len(parts) == 5:
            name, ttl, _, kind_of, data = parts
            found.append((name, int(ttl) if ttl.isascii() and ttl.isdigit() else None, kind_of, data))
    return found or None
