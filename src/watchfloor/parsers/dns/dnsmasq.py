"""dnsmasq and Pi-hole: questions, where they were forwarded, answers and where they came from, blocked names.

A name may hold spaces, so whatever dnsmasq writes behind it is read from the end of the message.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import ip_of
from watchfloor.parsers.dns._question import ANSWER, INFO, IP, QUERY, kind, with_question
from watchfloor.parsers.plugin import MessageParser, Pattern

# `log-queries=extra` puts the query's serial number and the client in front.
_EXTRA = rf"(?:(?P<dnsmasq.serial>\d+) (?P<source.address>{IP})/(?P<source.port>\d{{1,5}}) )?"
_SERIAL = rf"(?:(?P<dnsmasq.serial>\d+) {IP}/(?P<source.port>\d{{1,5}}) )?"
_PLAIN = r"(?:(?P<dnsmasq.serial>\d+) )?"
_NAME = r"(?P<dns.question.name>.+)"
_SERVER = rf"(?P<destination.address>{IP})(?:#(?P<destination.port>\d{{1,5}}))?"
_TYPE = r"\[(?:type=)?(?P<dns.question.type>[A-Za-z0-9-]+)\]"
_IS = r" is (?P<_value>.*)$"
_BLOCKED = (
    r"(?P<dnsmasq.origin>(?:gravity|regex|exactly|deny|blacklist|antigravity|external|special|blocked)"
    r"(?: (?:blocked|denied|blacklisted|domain|upstream|block|deny|with \S+ address|by \S+|\([A-Z0-9 ,]+\)))*)"
)
_FORWARDED = kind("dns-query-forwarded", "connection", "protocol", dns__type="query")
_DENIED = kind("dns-query-denied", "connection", "denied", "protocol", dns__type="answer")

_PATTERNS = (
    Pattern(rf"^{_SERIAL}query{_TYPE} {_NAME} from (?P<source.address>{IP})\s*$", QUERY),
    Pattern(rf"^{_EXTRA}forwarded {_NAME} to {_SERVER}\s*$", _FORWARDED),
    Pattern(rf"^{_EXTRA}(?P<dnsmasq.origin>reply|cached-stale|cached) {_NAME}{_IS}", ANSWER),
    Pattern(rf"^{_EXTRA}{_BLOCKED} {_NAME}{_IS}", _DENIED),
    Pattern(rf"^{_EXTRA}(?P<dnsmasq.origin>config|DHCP|auth|/\S+) {_NAME}{_IS}", ANSWER),
    Pattern(rf"^{_SERIAL}auth{_TYPE} {_NAME} from (?P<source.address>{IP})\s*$", QUERY),
    Pattern(rf"^(?:{_PLAIN}|{_EXTRA.replace('dnsmasq.serial', '_serial')})(?:dnssec-query|dnssec-retry){_TYPE} {_NAME} "
            rf"to {_SERVER}\s*$", _FORWARDED),
    Pattern(
        rf"^{_EXTRA}(?P<dnsmasq.origin>validation) {_NAME} is (?P<dnsmasq.validation>[A-Z]+)(?: \(.*\))?\s*$",
        kind("dnssec-validation", "info"),
    ),
    Pattern(
        r"^(?P<event.reason>possible DNS-rebind attack detected): (?P<dns.question.name>.*)$",
        kind("dns-rebind-detected", "denied", "protocol", event__outcome="failure"),
    ),
    Pattern(rf"^(?P<event.reason>(?:ipset|nftset) add) \S+ (?P<dns.resolved_ip>{IP}) (?P<dns.question.name>.*)$", INFO),
    Pattern(
        rf"^nameserver (?P<destination.address>{IP}) (?P<event.reason>refused to do a recursive query)\s*$",
        kind("dns-resolve-failed", "connection", "protocol", "error", event__outcome="failure"),
    ),
    Pattern(
        rf"^Rate-limiting (?P<source.address>{IP}) (?P<event.reason>for at least .*)$",
        kind("dns-rate-limited", "connection", "denied", "protocol", event__outcome="failure"),
    ),
)  # fmt: skip


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """What a name is: addresses, a response code, or a kind of record such as `<CNAME>`; for an address, its name."""
    if "_serial" in frame.columns:
        known = [pl.col("dnsmasq.serial")] if "dnsmasq.serial" in frame.columns else []
        frame = frame.with_columns(pl.coalesce(*known, "_serial").alias("dnsmasq.serial")).drop("_serial")
    if "_value" not in frame.columns:
        return with_question(frame)
    value = pl.col("_value").str.strip_chars_end()
    code = value.str.extract(r"^(NXDOMAIN|SERVFAIL|REFUSED|NODATA|NOTIMP|FORMERR)(?:-IPv[46]| \(E.*\))?$")
    answered = value.is_not_null() & code.is_null()
    data = pl.when(answered & ~value.str.contains(r"^(?:<[A-Z0-9]+>|\(null\))$")).then(pl.concat_list(value))
    failed = pl.when(code == "NODATA").then(pl.lit("NOERROR")).otherwise(code)
    address = ip_of(frame["dns.question.name"]).is_not_null()
    frame = frame.with_columns(
        pl.when(answered).then(pl.lit("NOERROR")).otherwise(failed).alias("dns.response_code"),
        data.alias("_answers"),
        pl.when(answered).then(value.str.extract(r"^<([A-Z0-9]+)>$")).alias("_type"),
        pl.when(answered & address).then(pl.lit("PTR")).alias("_pointer"),
        pl.when((pl.col("dns.question.name") == "error") & code.is_not_null())
        .then(None)
        .otherwise("dns.question.name")
        .alias("dns.question.name"),
    )
    kinds = pl.coalesce("_type", "_pointer")
    known = [pl.col("dns.question.type")] if "dns.question.type" in frame.columns else []
    frame = frame.with_columns(
        pl.coalesce(*known, "_pointer").alias("dns.question.type"),
        pl.when(kinds.is_not_null()).then(pl.concat_list(kinds)).alias("dns.answers.type"),
    )
    return with_question(frame.drop("_value", "_type", "_pointer"))


PARSER = MessageParser(
    reference="https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html",
    programs=frozenset({"dnsmasq", "pihole-ftl"}),
    patterns=_PATTERNS,
    fields=INFO,
    finish=_finish,
)
