"""NSD by syslog: zone transfers, notifies, rate limits."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.dns._nsd import LEVELS, patterns
from watchfloor.parsers.dns._question import INFO, with_question
from watchfloor.parsers.plugin import MessageParser


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The kind of a transfer as the type of its question; both sides."""
    if "_kind" in frame.columns:
        known = [pl.col("dns.question.type")] if "dns.question.type" in frame.columns else []
        kinds = pl.coalesce(*known, pl.col("_kind").str.to_uppercase())
        frame = frame.with_columns(kinds.alias("dns.question.type")).drop("_kind")
    return with_question(frame)


PARSER = MessageParser(
    reference="https://nsd.docs.nlnetlabs.nl/en/latest/manpages/nsd.conf.html",
    programs=frozenset({"nsd"}),
    patterns=patterns(rf"(?:(?P<log.level>{LEVELS}): )?"),
    fields=INFO,
    finish=finish,
)
