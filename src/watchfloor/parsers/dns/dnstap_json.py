"""dnstap as JSON, one message a line, as the dnstap tool writes it with `-j`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers.dns._records import finished, lists, text_of
from watchfloor.parsers.plugin import JsonParser

_FIELDS: dict[str, Target] = {
    "message.response_time": "_time",
    "message.query_time": "_time",
    "message.query_address": "source.address",
    "message.query_port": "source.port",
    "message.response_address": "destination.address",
    "message.response_port": "destination.port",
    "message.socket_protocol": "network.transport",
    "identity": "observer.hostname",
    "version": "observer.version",
}
_HEADER = re.compile(r"opcode: (\w+), status: (\w+), id: +(\d+)\s*\n;; flags: ?([a-z ]*)")
_QUESTION = re.compile(r"QUESTION SECTION:\s*\n;(\S+)\s+(?:(IN|CH|HS|ANY)\s+)?(\S+)")
_ANSWER = re.compile(r"ANSWER SECTION:\s*\n((?:\S.*\n?)*)")
_TRANSPORTS = {"dot": "tcp", "doh": "tcp", "doq": "udp", "dnscryptudp": "udp", "dnscrypttcp": "tcp"}


def _claims(record: dict[str, Any]) -> bool:
    message = record.get("message")
    return record.get("type") == "MESSAGE" and isinstance(message, dict) and "socket_family" in message


def _parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    kinds = [text_of(record["message"].get("type")).upper() for record in records]
    texts = [_text(record["message"], kind) for record, kind in zip(records, kinds, strict=True)]
    heads = [_HEADER.search(text) for text in texts]
    asked = [_QUESTION.search(text) for text in texts]
    answer = [kind.endswith("RESPONSE") for kind in kinds]
    codes = [head[2] if head and reply else None for head, reply in zip(heads, answer, strict=True)]
    frame = mapped(records, _FIELDS, vendor="dnstap", wanted=wanted).with_columns(
        pl.Series("dns.type", ["answer" if each else "query" for each in answer]),
        pl.Series("event.action", ["dns-answer" if each else "dns-query" for each in answer]),
        pl.Series("dns.op_code", [head[1] if head else None for head in heads], dtype=pl.String),
        pl.Series("dns.response_code", codes, dtype=pl.String),
        pl.Series("dns.id", [head[3] if head else None for head in heads], dtype=pl.String),
        lists("dns.header_flags", [head[4].upper().split() if head else None for head in heads]),
        pl.Series("dns.question.name", [each[1] if each else None for each in asked], dtype=pl.String),
        pl.Series("dns.question.class", [each[2] if each else None for each in asked], dtype=pl.String),
        pl.Series("dns.question.type", [each[3] if each else None for each in asked], dtype=pl.String),
        lists("_answers", [_data(text) for text in texts]),
    )
    if "network.transport" in frame.columns:
        transport = pl.col("network.transport").str.to_lowercase().replace(_TRANSPORTS)
        frame = frame.with_columns(transport.alias("network.transport"))
    return finished(frame, "dns-query", ["connection", "protocol"])


def _text(message: dict[str, Any], kind: str) -> str:
    return text_of(message.get("response_message" if kind.endswith("RESPONSE") else "query_message"))


def _data(text: str) -> list[str]:
    section = _ANSWER.search(text)
    records = [line.split(None, 4) for line in section[1].splitlines()] if section else []
    return [record[4].removesuffix(".") for record in records if len(record) == 5]


PARSER = JsonParser(
    dataset="dns.dnstap",
    reference="https://github.com/dnstap/golang-dnstap",
    claims=_claims,
    parse=_parse,
    keys=("type", "message"),
)
