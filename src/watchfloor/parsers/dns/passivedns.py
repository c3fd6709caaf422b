"""passivedns: questions and answers seen on the wire, in columns between double bars."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._times import with_epoch
from watchfloor.parsers.dns._question import IP, kind, with_question
from watchfloor.parsers.plugin import LineParser, Pattern

_HEAD = rf"(?P<_epoch>\d{{9,11}}\.\d+)\|\|(?P<source.address>{IP})\|\|(?P<destination.address>{IP})\|\|"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The answer, and how long it may be kept."""
    answer = pl.col("_answer").str.strip_suffix(".")
    failed = pl.col("_answer").is_in(["NXDOMAIN", "SERVFAIL", "REFUSED", "FORMERR", "NOTIMP"])
    frame = frame.with_columns(
        pl.when(failed).then("_answer").otherwise(pl.lit("NOERROR")).alias("dns.response_code"),
        pl.when(~failed).then(pl.concat_list(answer)).alias("_answers"),
        pl.when(~failed).then(pl.concat_list(pl.col("_ttl").cast(pl.Int64, strict=False))).alias("dns.answers.ttl"),
    )
    return with_question(with_epoch(frame.drop("_answer", "_ttl")))


PARSER = LineParser(
    reference="https://github.com/gamelinux/passivedns",
    sieve=r"^\d{9,11}\.\d+\|\|",
    patterns=(
        # A name can hold bars, the answer too: their columns are told by those around them.
        Pattern(
            rf"^{_HEAD}(?P<dns.question.class>[A-Z]+)\|\|(?P<dns.question.name>.*)\|\|"
            r"(?P<dns.question.type>[A-Z0-9]+)\|\|(?P<_answer>.*)\|\|(?P<_ttl>\d+)\|\|(?P<passivedns.count>\d+)\s*$",
            kind("dns-answer", "connection", "protocol", dns__type="answer"),
        ),
    ),
    times=(),
    finish=_finish,
)
