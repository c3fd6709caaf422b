"""CoreDNS: records of its log plugin (common and combined), and of its errors plugin.

A name may hold spaces and quotes behind a backslash; what stands behind it is read from the end.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.dns._question import IP, kind, with_question
from watchfloor.parsers.plugin import LineParser, Pattern

_TIME = (
    r"(?:(?P<_time>\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?) )?"
    r"\[(?P<log.level>INFO|ERROR|WARNING|DEBUG|FATAL)\] "
)
_BARE_TIME = _TIME.replace(r"\[(?P<log.level>INFO|ERROR|WARNING|DEBUG|FATAL)\] ", "")
_CLIENT = rf"(?:\[(?P<_sixth>{IP})\]|(?P<_fourth>{IP}?)):(?P<source.port>\d{{1,5}})"
_QUESTION = r"(?P<dns.question.type>\S+) (?P<dns.question.class>\S+) (?P<dns.question.name>.+)"
_RECORD = (
    rf'{_CLIENT} - (?P<dns.id>\d+) "{_QUESTION} (?P<network.transport>[a-z]+) (?P<coredns.query.size>\d+) '
    r'(?P<_do>true|false) (?P<coredns.query.bufsize>\d+)" (?P<dns.response_code>[A-Z0-9]+|-) (?P<_flags>[a-z,]*|-)'
    r" ?(?P<coredns.response.size>\d+) "
    r'(?P<_duration>[\d.]+(?:e-?\d+)?)(?P<_unit>s|ms|µs|ns)(?: "(?P<_opcode>\d+)")?\s*$'
)
_ANSWER = kind("dns-answer", "protocol", dns__type="answer")
_FAILED = kind("dns-query-failed", "error", "protocol", event__outcome="failure")
_UNITS = {"s": 1e9, "ms": 1e6, "µs": 1e3, "ns": 1.0}
_OPCODES = {"0": "QUERY", "1": "IQUERY", "2": "STATUS", "4": "NOTIFY", "5": "UPDATE"}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Client, flags, duration, operation."""
    if "_duration" not in frame.columns:
        return with_question(frame)
    unit = pl.col("_unit").replace_strict(_UNITS, default=None, return_dtype=pl.Float64)
    flags = pl.col("_flags").str.to_uppercase().str.split(",")
    secured = pl.col("_do") == "true"
    frame = frame.with_columns(
        pl.coalesce("_sixth", "_fourth").alias("source.address"),
        (pl.col("_duration").cast(pl.Float64, strict=False) * unit).round().cast(pl.Int64).alias("event.duration"),
        pl.when(secured)
        .then(pl.concat_list(flags, pl.lit("DO")))
        .otherwise(flags)
        .alias("dns.header_flags"),
        secured.alias("coredns.dnssec_ok"),
        *(
            [pl.col("_opcode").replace(_OPCODES).alias("dns.op_code")] if "_opcode" in frame.columns else []
        ),
    )  # fmt: skip
    scratch = ("_sixth", "_fourth", "_duration", "_unit", "_flags", "_do", "_opcode")
    return with_question(frame.drop(scratch, strict=False))


PARSER = LineParser(
    reference="https://coredns.io/plugins/log/",
    sieve=rf"^(?:\d{{4}}[-/][\dT:.Z/ +-]{{12,35}} )?"
    rf"(?:\[[A-Z]{{4,7}}\] (?:\[?{IP}\]?:\d+ - \d|plugin/)|\[?{IP}\]?:\d+ - \d+ \")",
    patterns=(
        Pattern(rf"^{_TIME}{_RECORD}", _ANSWER),
        Pattern(rf"^{_BARE_TIME}{_RECORD}", _ANSWER),
        Pattern(
            rf"^{_TIME}plugin/errors: (?P<_rcode>\d+) (?P<dns.question.name>\S+) (?P<dns.question.type>[A-Z0-9]+): "
            r"(?P<event.reason>.*)$",
            _FAILED,
        ),
        Pattern(
            rf"^{_TIME}(?P<log.logger>plugin/[a-z0-9_-]+): (?P<coredns.message>.*)$",
            kind("dns-server", "info"),
        ),
    ),
    times=(
        "%Y-%m-%dT%H:%M:%S%.f%#z",
        "%Y/%m/%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
    ),
    sources=("coredns",),
    finish=_finish,
)
