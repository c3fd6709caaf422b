"""Messages of PowerDNS: the authoritative server and the recursor, also in its structured form.

A name is written with whitespace escaped, so it has no space.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._times import nanoseconds
from watchfloor.parsers.dns._question import ANSWER, QUERY, RCODE_NAMES, kind, named, with_question
from watchfloor.parsers.plugin import Pattern

_ASKED = r"(?P<dns.question.name>\S+)\|(?P<dns.question.type>[A-Za-z0-9-]+)"
_ZONE = r"'(?P<dns.question.name>\S+)'"
_QUOTED = r"(?:[^\"\\]|\\.)*"
_TRANSFER = kind("zone-transfer", "connection", "protocol")
_TRANSFER_DENIED = kind("zone-transfer-denied", "connection", "denied", "protocol", event__outcome="failure")
_NOTIFY_DENIED = kind("dns-notify-denied", "connection", "denied", "protocol", event__outcome="failure")
_V4_OR_V6 = r"(?:\[[0-9A-Fa-f:.%\w]+\]|\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)"
_FROM = rf"(?P<source.address>{_V4_OR_V6}?)(?::(?P<source.port>\d{{1,5}}))?"

_BODIES = (
    Pattern(
        rf"(?P<_tcp>TCP )?Remote {_FROM}(?:<-{_V4_OR_V6})?(?: \(ECS [^)]*\))? wants '{_ASKED}', do = (?P<_do>[01]),"
        r" bufsize = \d+(?: \(\d+\))?(?:, maxReplyLen = \d+)?(?:: packetcache (?P<powerdns.cache>HIT|MISS))?\s*$",
        QUERY,
    ),
    Pattern(rf"(?:\d+ )?\[\d+(?:/\d+)?\] (?P<_tcp>TCP )?question for '{_ASKED}' from {_FROM}(?: \(.*\))?\s*$", QUERY),
    Pattern(
        rf"(?:\d+ )?\[\d+(?:/\d+)?\] (?P<_tcp>TCP )?answer to question '{_ASKED}': (?P<dns.answers_count>\d+) answers, "
        r".*?(?P<_ms>[\d.]+) tot ms, .*rcode=(?P<dns.response_code>\d+)(?:, .*)?\s*$",
        ANSWER,
    ),
    Pattern(
        r'msg="Question" .*? proto="(?P<network.transport>[a-z]+)" '
        rf'qname="(?P<dns.question.name>{_QUOTED})" qtype="(?P<dns.question.type>[A-Za-z0-9-]+)" '
        rf'remote="{_FROM}"',
        QUERY,
    ),
    Pattern(
        r'msg="Answer" .*? answers="(?P<dns.answers_count>\d+)" .*? proto="(?P<network.transport>[a-z]+)" '
        rf'qname="(?P<dns.question.name>{_QUOTED})" qtype="(?P<dns.question.type>[A-Za-z0-9-]+)" '
        rf'rcode="(?P<dns.response_code>\d+)" rd="[01]" remote="{_FROM}" .*? totms="(?P<_ms>[\d.]+)"',
        ANSWER,
    ),
    Pattern(
        rf"(?P<_axfr>[AI]XFR)-out zone {_ZONE}, client '{_FROM}'(?:, allowed .*?)?,? (?P<event.reason>(?:denied"
        r"|failed|refused)"
        r".*)$",
        _TRANSFER_DENIED,
    ),
    Pattern(rf"(?P<_axfr>[AI]XFR)-out zone {_ZONE}, client '{_FROM}',? (?P<event.reason>.*)$", _TRANSFER),
    Pattern(rf"(?P<_axfr>[AI]XFR) of domain {_ZONE} (?P<event.reason>denied) to {_FROM}", _TRANSFER_DENIED),
    Pattern(rf"(?P<_axfr>[AI]XFR) of domain {_ZONE} (?P<event.reason>initiated by|allowed to|to) {_FROM}", _TRANSFER),
    Pattern(
        rf"Received NOTIFY for (?P<dns.question.name>\S+) from {_FROM} (?P<event.reason>.*\((?:Refused|Not Auth)\).*)$",
        _NOTIFY_DENIED,
    ),
    Pattern(
        rf"Received NOTIFY for (?P<dns.question.name>\S+) from {_FROM}(?: (?P<event.reason>.*))?$",
        kind("dns-notify", "connection", "protocol"),
    ),
    Pattern(
        rf"UPDATE \((?P<dns.id>\d+)\) from {_FROM} for (?P<dns.question.name>[^\s:]+): (?P<event.reason>.*Sending "
        r"(?P<dns.response_code>REFUSED|NotAuth|ServFail).*)$",
        kind("dns-update-denied", "connection", "denied", "protocol", event__outcome="failure"),
    ),
    Pattern(
        rf"UPDATE \((?P<dns.id>\d+)\) from {_FROM} for (?P<dns.question.name>[^\s:]+): (?P<event.reason>.*)$",
        kind("dns-update", "connection", "protocol"),
    ),
    Pattern(r"Lookup for '(?P<dns.question.type>[A-Z0-9-]+)' of '(?P<dns.question.name>\S+)' within zoneID ",
     kind("dns-lookup", "info")),
)  # fmt: skip
SHAPES = (
    r"(?:(?:TCP )?Remote \S+ wants '|(?:\d+ )?\[\d+(?:/\d+)?\] (?:TCP )?(?:question for|answer to question) '|msg=\""
    r"|[AI]XFR-out zone '|[AI]XFR of domain '|Received NOTIFY for |UPDATE \(\d+\) from |Lookup for '|Returning: '"
    r"|End of answers|Found a zone ')"
)
"""How the messages begin that no other program writes."""


def patterns(prefix: str) -> tuple[Pattern, ...]:
    """The shapes of messages behind a prefix."""
    return tuple(Pattern(rf"^{prefix}{each.regex}", each.fields) for each in _BODIES)


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Transport, flags, duration and response code by name; both sides."""
    derived: list[pl.Expr | pl.Series] = []
    if "_tcp" in frame.columns:
        known = [pl.col("network.transport")] if "network.transport" in frame.columns else []
        # Of the answers the recursor does not say whether they went by TCP.
        asked = pl.col("dns.type") == "query"
        by_word = pl.when(pl.col("_tcp").is_not_null()).then(pl.lit("tcp")).when(asked).then(pl.lit("udp"))
        derived.append(pl.coalesce(*known, by_word).alias("network.transport"))
    if "_do" in frame.columns:
        derived.append(pl.when(pl.col("_do") == "1").then(pl.concat_list(pl.lit("DO"))).alias("dns.header_flags"))
    if "_ms" in frame.columns:
        derived.append(nanoseconds(frame["_ms"], 1e6).alias("event.duration"))
    if "_axfr" in frame.columns:
        known = [pl.col("dns.question.type")] if "dns.question.type" in frame.columns else []
        derived.append(pl.coalesce(*known, "_axfr").alias("dns.question.type"))
    frame = frame.with_columns(derived).drop("_tcp", "_do", "_ms", "_axfr", strict=False)
    names = {**RCODE_NAMES, "NotAuth": "NOTAUTH", "ServFail": "SERVFAIL"}
    return with_question(named(frame, "dns.response_code", names))
