"""What DNS records have in common: kinds of events, both sides, the name asked for, the answer's outcome."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from watchfloor.parsers._address import ip_of, split_address
from watchfloor.parsers._patterns import typed
from watchfloor.parsers.plugin import Fields

DNS: Fields = {"event.category": ["network"], "network.protocol": "dns"}
IP = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(?:%\w+)?)"
_SIDES = {"source": "client", "destination": "server"}
_RCODES = (
    *("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH"),
    "NOTZONE",
)
RCODE_NAMES = {str(number): name for number, name in enumerate(_RCODES)}
"""Names of response codes by number (https://www.iana.org/assignments/dns-parameters)."""


def kind(action: str, *types: str, **more: str) -> Fields:
    """Fields of a DNS event; keywords name further fields with `__` for the dot."""
    others = {name.replace("__", "."): value for name, value in more.items()}
    return {**DNS, "event.type": [*types], "event.action": action, **others}


QUERY = kind("dns-query", "connection", "protocol", dns__type="query")
ANSWER = kind("dns-answer", "connection", "protocol", dns__type="answer")
DENIED = kind("dns-query-denied", "connection", "denied", "protocol", event__outcome="failure", dns__type="query")
INFO: Fields = {"event.category": ["network"], "event.type": ["info"], "network.protocol": "dns"}
"""A server's message that is about no question."""


def with_question(frame: pl.DataFrame) -> pl.DataFrame:
    """Names without the last dot, addresses on both sides, client and server beside source and destination, outcome.

    A scratch column `_answers` (list of texts) gives `dns.answers.data` and `dns.resolved_ip`.
    """
    if "dns.question.name" in frame.columns:
        frame = frame.with_columns(undotted(pl.col("dns.question.name")))
    for side, role in _SIDES.items():
        frame = split_address(frame, side)
        given = [name for name in ("address", "ip", "domain", "port", "mac") if f"{side}.{name}" in frame.columns]
        frame = frame.with_columns(pl.col(f"{side}.{name}").alias(f"{role}.{name}") for name in given)
    if "_answers" in frame.columns:
        frame = _with_answers(frame)
    if "dns.response_code" not in frame.columns:
        return frame
    code = pl.col("dns.response_code")
    outcome = pl.when(code == "NOERROR").then(pl.lit("success")).when(code.is_not_null()).then(pl.lit("failure"))
    known = [pl.col("event.outcome")] if "event.outcome" in frame.columns else []
    return frame.with_columns(pl.coalesce(*known, outcome).alias("event.outcome"))


def undotted(name: pl.Expr) -> pl.Expr:
    """A name without the dot of the root at its end; the root itself stays a dot."""
    return pl.when(name == ".").then(name).otherwise(name.str.strip_suffix("."))


def _with_answers(frame: pl.DataFrame) -> pl.DataFrame:
    """The data of the answers, and the addresses among them."""
    flat = frame.select(pl.int_range(pl.len()).alias("_row"), pl.col("_answers")).explode("_answers")
    flat = flat.with_columns(ip_of(flat["_answers"]).alias("_ip"))
    grouped = flat.group_by("_row", maintain_order=True).agg(pl.col("_ip").drop_nulls())["_ip"]
    empty = pl.col("_answers").list.len() == 0
    return frame.with_columns(
        pl.when(~empty).then("_answers").alias("dns.answers.data"),
        pl.select(pl.when(grouped.list.len() > 0).then(grouped)).to_series().alias("dns.resolved_ip"),
    ).drop("_answers")


def with_flags(frame: pl.DataFrame, letters: Mapping[str, str]) -> pl.DataFrame:
    """`dns.header_flags` from the letters or signs in `_flags`, in place of it."""
    if "_flags" not in frame.columns:
        return frame
    texts = frame["_flags"].to_list()
    known = {text: [flag for letter, flag in letters.items() if letter in text] for text in set(texts) - {None}}
    lists = [known.get(text) or None for text in texts]
    return frame.drop("_flags").with_columns(pl.Series("dns.header_flags", lists, dtype=pl.List(pl.String)))


def named(frame: pl.DataFrame, column: str, names: Mapping[str, str]) -> pl.DataFrame:
    """The column's numbers as names; what has no name stays as it is."""
    if column not in frame.columns:
        return frame
    return typed(frame.with_columns(pl.col(column).replace(names)))
