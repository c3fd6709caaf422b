"""dnstap as text: one line a message, as BIND's dnstap-read and the quiet format of the dnstap tool write it.

The kinds are two letters: who (A authoritative, R resolver, C client, F forwarder, S stub, T tool, U update) and Q
for query or R for response.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.dns._question import IP, kind, with_question
from watchfloor.parsers.plugin import LineParser, Pattern

_KIND = r"(?P<dnstap.type>[ARCFSTU][QR]) "
_PROTOCOL = r"(?P<network.transport>UDP|TCP|DOT|DOH|DOQ|DNSCryptUDP|DNSCryptTCP) (?P<_size>\d+)b "
_SOURCE = rf"(?P<source.address>{IP}?):(?P<source.port>\d{{1,5}})"
_TARGET = rf"(?P<destination.address>{IP}?):(?P<destination.port>\d{{1,5}})"
_TIME = r"(?P<_time>\d{2}-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d\.\d{3})"
_MESSAGE = kind("dns-query", "connection", "protocol")


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Query or answer, and how long it is."""
    answer = pl.col("dnstap.type").str.ends_with("R")
    size = pl.col("_size").cast(pl.Int64, strict=False)
    transports = {"dot": "tcp", "doh": "tcp", "doq": "udp", "dnscryptudp": "udp", "dnscrypttcp": "tcp"}
    unset = ["0.0.0.0", "::"]  # noqa: S104  # what a resolver does not know
    sides = [pl.when(~pl.col(name).is_in(unset)).then(name).alias(name) for name in ("source.address",)]
    frame = frame.with_columns(
        pl.when(answer).then(pl.lit("answer")).otherwise(pl.lit("query")).alias("dns.type"),
        pl.when(answer).then(pl.lit("dns-answer")).otherwise(pl.lit("dns-query")).alias("event.action"),
        pl.when(~answer).then(size).alias("source.bytes"),
        pl.when(answer).then(size).alias("destination.bytes"),
        pl.col("network.transport").str.to_lowercase().replace(transports),
        *sides,
    )
    return with_question(frame.drop("_size"))


PARSER = LineParser(
    reference="https://dnstap.info/",
    sieve=r"^(?:\d{2}-[A-Z][a-z]{2}-\d{4} )?\d\d:\d\d:\d\d\.\d{3,9} [ARCFSTU][QR] ",
    patterns=(
        Pattern(
            rf"^{_TIME} {_KIND}{_SOURCE} (?:->|<-) {_TARGET} {_PROTOCOL}(?P<dns.question.name>\S+)/"
            r"(?P<dns.question.class>[A-Z0-9]+)/(?P<dns.question.type>[A-Za-z0-9-]+)\s*$",
            _MESSAGE,
        ),
        Pattern(rf"^{_TIME} {_KIND}{_SOURCE} (?:->|<-) {_TARGET} {_PROTOCOL}", _MESSAGE),
        Pattern(
            rf"^\d\d:\d\d:\d\d\.\d{{3,9}} {_KIND}(?P<source.address>{IP}) {_PROTOCOL}\"(?P<dns.question.name>\S+)\" "
            r"(?P<dns.question.class>[A-Z0-9]+) (?P<dns.question.type>[A-Za-z0-9-]+)\s*$",
            _MESSAGE,
        ),
    ),
    times=("%d-%b-%Y %H:%M:%S%.f",),
    finish=_finish,
)
