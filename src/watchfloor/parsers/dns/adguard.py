"""Query log of AdGuard Home: questions, answers as they went over the wire, and which filter rule applied."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers.dns import _wire
from watchfloor.parsers.dns._records import ISO, finished, lists
from watchfloor.parsers.plugin import JsonParser

_FIELDS: dict[str, Target] = {
    "T": "_time",
    "IP": "source.address",
    "QH": "dns.question.name",
    "QT": "dns.question.type",
    "QC": "dns.question.class",
    "CP": "_protocol",
    "Result.Reason": "_reason",
    "Elapsed": "event.duration",
}
# https://github.com/AdguardTeam/AdGuardHome/blob/master/internal/filtering/filtering.go
_BLOCKED = ("3", "4", "5", "6", "7", "8")
_REWRITTEN = ("9", "10", "11")
_REASONS = {
    "0": "not filtered: not found",
    "1": "not filtered: allow list",
    "2": "not filtered: error",
    "3": "filtered: block list",
    "4": "filtered: safe browsing",
    "5": "filtered: parental control",
    "6": "filtered: invalid request",
    "7": "filtered: safe search",
    "8": "filtered: blocked service",
    "9": "rewritten",
    "10": "rewritten by hosts file",
    "11": "rewritten by rule",
}
_TRANSPORTS = {"doh": "tcp", "dot": "tcp", "doq": "udp", "dnscrypt": "udp"}


def _claims(record: dict[str, Any]) -> bool:
    return "QH" in record and "QT" in record and "IP" in record and "T" in record


def _parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    bare = [
        {name: value for name, value in record.items() if name not in {"Answer", "OrigAnswer"}} for record in records
    ]
    messages = [_message(record.get("Answer")) for record in records]
    rules = [_rule(record.get("Result")) for record in records]
    frame = mapped(bare, _FIELDS, vendor="adguard", wanted=wanted).with_columns(
        pl.Series("rule.name", [text for text, _ in rules], dtype=pl.String),
        pl.Series("rule.ruleset", [number for _, number in rules], dtype=pl.String),
        pl.Series("dns.id", [str(each.id) if each else None for each in messages], dtype=pl.String),
        pl.Series("dns.response_code", [each.code if each else None for each in messages], dtype=pl.String),
        lists("dns.header_flags", [each.flags if each else None for each in messages]),
        lists("_answers", [[data for *_, data in each.answers] if each else None for each in messages]),
        lists("dns.answers.type", [[kind for _, kind, _, _ in each.answers] if each else None for each in messages]),
        lists("dns.answers.name", [[name for name, *_ in each.answers] if each else None for each in messages]),
        pl.lit("answer").alias("dns.type"),
    )
    frame = finished(_judged(frame), "dns-answer", ["connection", "protocol"], formats=ISO)
    return frame.drop("_protocol", "_reason", strict=False)


def _judged(frame: pl.DataFrame) -> pl.DataFrame:
    """What the filter made of the question."""
    if "_protocol" in frame.columns:
        transport = pl.col("_protocol").replace_strict(_TRANSPORTS, default=None, return_dtype=pl.String)
        frame = frame.with_columns(transport.alias("network.transport"))
    if "_reason" not in frame.columns:
        return frame
    reason = pl.col("_reason")
    blocked, rewritten = reason.is_in(_BLOCKED), reason.is_in(_REWRITTEN)
    denied = pl.lit(["connection", "denied", "protocol"])
    return frame.with_columns(
        reason.replace_strict(_REASONS, default=None, return_dtype=pl.String).alias("event.reason"),
        pl.when(blocked).then(pl.lit("dns-query-denied")).when(rewritten).then(pl.lit("dns-policy-rewrite"))
        .alias("event.action"),
        pl.when(blocked).then(denied).alias("event.type"),
    )  # fmt: skip


def _message(value: Any) -> _wire.Message | None:
    if not isinstance(value, str):
        return None
    try:
        return _wire.read(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        return None


def _rule(result: Any) -> tuple[str | None, str | None]:
    """Text and list of the rule: of the first one since version 0.106, of the only one before."""
    if not isinstance(result, dict):
        return None, None
    rules = result.get("Rules")
    first = rules[0] if isinstance(rules, list) and rules and isinstance(rules[0], dict) else result
    text = first.get("Text") or first.get("Rule")
    number = first.get("FilterListID", first.get("FilterID"))
    return (str(text), None if number is None else str(number)) if text else (None, None)


PARSER = JsonParser(
    reference="https://github.com/AdguardTeam/AdGuardHome/wiki/Configuration#query-logs-configuration",
    claims=_claims,
    parse=_parse,
    keys=("QH", "QT"),
)
