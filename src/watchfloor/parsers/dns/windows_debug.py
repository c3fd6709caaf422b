"""Debug log of Microsoft's DNS server (dns.log): packets, and the server's events.

A date is in the server's regional format. With AM or PM the month comes first, else the day, unless that month does
not exist.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.dns._question import INFO, IP, kind, with_flags, with_question
from watchfloor.parsers.plugin import LineParser, Pattern

_DATE = r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{8}),? \d{1,2}[:.]\d\d[:.]\d\d(?: ?[AaPp]\.?[Mm]\.?)?"
_HEAD = rf"(?P<_time>{_DATE}) (?P<process.thread.id>[0-9A-Fa-f]{{3,8}}) "
_PACKET = (
    r"PACKET\s+(?:[0-9A-Fa-f]{8,16} )?(?P<network.transport>UDP|TCP) (?P<_direction>Rcv|Snd) "
    rf"(?P<_remote>{IP})\s+(?P<_id>[0-9A-Fa-f]{{4}}) (?P<_kind>R| ) ?(?P<dns.op_code>[QNU?]) "
    r"\[(?P<microsoft.dns.flags>[0-9A-Fa-f]{4})\s(?P<_flags>[ATDR ]*?)\s+(?P<_rcode>[A-Z0-9]+)\]\s+"
    r"(?P<dns.question.type>[A-Z0-9*-]+)\s+(?P<dns.question.name>\(\d+\).*?)\s*$"
)
_ACTIONS = {"N": "dns-notify", "U": "dns-update"}
_OPCODES = {"Q": "QUERY", "N": "NOTIFY", "U": "UPDATE"}
_KEY = (
    r"(?:DNS Server log file (?:creation|wrap) at .*|Log file wrap at .*"
    r"|Message logging key \(for packets - other items use a subset of these fields\):"
    r"|\tField #  Information         Values|\t-------  -----------         ------"
    r"|\t {1,4}\d{1,2} {2,8}[A-Z\[][A-Za-z /()\]\[]*(?:= [A-Za-z ]+)?|\t {20,40}(?:blank|[A-Z?]) = [A-Za-z ]+)\s*$"
)
"""What the file begins with."""


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Who asked whom, the name out of its labels, the id as a number."""
    if "process.thread.id" in frame.columns:
        thread = pl.col("process.thread.id").cast(pl.String).str.to_integer(base=16, strict=False)
        frame = frame.with_columns(thread.alias("process.thread.id"))
    if "_kind" not in frame.columns:
        return with_question(frame)
    answer = pl.col("_kind") == "R"
    received = pl.col("_direction") == "Rcv"
    asked_us = received == ~answer
    packet = pl.col("_direction").is_not_null()
    frame = with_flags(frame, {"A": "AA", "T": "TC", "D": "RD", "R": "RA"}).with_columns(
        pl.when(asked_us).then("_remote").alias("source.address"),
        pl.when(~asked_us).then("_remote").alias("destination.address"),
        pl.when(answer).then(pl.lit("answer")).when(packet).then(pl.lit("query")).alias("dns.type"),
        pl.when(answer)
        .then(pl.lit("dns-answer"))
        .when(packet)
        .then(pl.col("dns.op_code").replace_strict(_ACTIONS, default="dns-query"))
        .alias("event.action"),
        pl.when(answer).then("_rcode").alias("dns.response_code"),
        pl.when(received).then(pl.lit("inbound")).when(packet).then(pl.lit("outbound")).alias("network.direction"),
        pl.col("_id").str.to_integer(base=16, strict=False).cast(pl.String).alias("dns.id"),
        pl.col("network.transport").str.to_lowercase(),
        pl.col("dns.op_code").replace_strict(_OPCODES, default=None, return_dtype=pl.String),
        _labels(pl.col("dns.question.name")).alias("dns.question.name"),
    )
    return with_question(frame.drop("_kind", "_direction", "_remote", "_id", "_rcode"))


def _labels(name: pl.Expr) -> pl.Expr:
    """`(3)www(7)example(3)org(0)` as a name."""
    dotted = name.str.replace_all(r"\(\d+\)", ".").str.strip_prefix(".")
    return pl.when(dotted == "").then(pl.lit(".")).otherwise(dotted)


_PACKETS = kind("dns-query", "connection", "protocol")

PARSER = LineParser(
    reference=(
        "https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/cc776361(v=ws.10)"
    ),
    sieve=rf"^(?:{_DATE} [0-9A-Fa-f]{{3,8}} [A-Z][A-Za-z-]{{2,9}} "
    r"|DNS Server log file |Log file wrap|Message logging key |\t(?:Field #|---| {1,40}\S))",
    patterns=(
        Pattern(rf"^{_HEAD}{_PACKET}", _PACKETS),
        Pattern(
            rf"^{_HEAD}(?P<log.logger>EVENT|PACKET|DSPOLL|INIT|LOOKUP|RECURSE|REMOTE|TOMBSTN|UPDATE|NOTIFY|Note:|CACHE)\s+"
            r"(?P<microsoft.dns.message>.*)$",
            INFO,
        ),
        Pattern(rf"^{_KEY}", INFO),
    ),
    times=(
        "%m/%d/%Y %I:%M:%S %p",
        "%d/%m/%Y %I:%M:%S %p",
        "%d/%m/%Y %H:%M:%S",
        "%m/%d/%Y %H:%M:%S",
        "%d.%m.%Y %H:%M:%S",
        "%Y-%m-%d %H:%M:%S",
        "%Y/%m/%d %H:%M:%S",
        "%Y-%m-%d %I:%M:%S %p",
        "%d-%m-%Y %H:%M:%S",
        "%Y.%m.%d %H:%M:%S",
        "%Y%m%d %H:%M:%S",
        "%d/%m/%Y %H.%M.%S",
        "%d.%m.%Y %H.%M.%S",
        "%m/%d/%y %H:%M:%S",
    ),
    finish=_finish,
)
