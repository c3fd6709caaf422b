"""Query logs of the Amazon Route 53 resolver: who asked from which VPC, answers, and what the DNS firewall did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers.dns._records import finished, lists, text_of
from watchfloor.parsers.plugin import JsonParser

_FIELDS: dict[str, Target] = {
    "query_timestamp": "_time",
    "account_id": "cloud.account.id",
    "region": "cloud.region",
    "srcids.instance": "cloud.instance.id",
    "query_name": "dns.question.name",
    "query_type": "dns.question.type",
    "query_class": "dns.question.class",
    "rcode": "dns.response_code",
    "srcaddr": "source.address",
    "srcport": "source.port",
    "transport": "network.transport",
    "firewall_rule_group_id": "rule.ruleset",
    "firewall_domain_list_id": "rule.id",
}
_TYPES = {"BLOCK": ["denied", "protocol"], "ALLOW": ["allowed", "protocol"]}
_IANA = {"tcp": "6", "udp": "17"}


def _claims(record: dict[str, Any]) -> bool:
    return "query_timestamp" in record and "query_name" in record and "srcaddr" in record


def _parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    answers = [_answers(record.get("answers")) for record in records]
    verdicts = [_TYPES.get(text_of(record.get("firewall_rule_action")).upper()) for record in records]
    frame = mapped(records, _FIELDS, vendor="aws.route53", wanted=wanted).with_columns(
        lists("_answers", [[data for _, _, data in each] for each in answers]),
        lists("dns.answers.type", [[kind for _, kind, _ in each] for each in answers]),
        lists("event.type", verdicts),
        pl.lit("aws").alias("cloud.provider"),
        pl.lit("answer").alias("dns.type"),
    )
    if "network.transport" in frame.columns:
        number = pl.col("network.transport").str.to_lowercase().replace_strict(_IANA, default=None)
        frame = frame.with_columns(number.alias("network.iana_number"))
    return finished(frame, "dns-answer", ["protocol"])


def _answers(value: Any) -> list[tuple[str, str, str]]:
    members = value if isinstance(value, list) else []
    return [
        (text_of(each.get("Class")), text_of(each.get("Type")), text_of(each.get("Rdata")).removesuffix("."))
        for each in members
        if isinstance(each, dict) and each.get("Rdata")
    ]


PARSER = JsonParser(
    reference="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html",
    claims=_claims,
    parse=_parse,
    keys=("query_timestamp", "query_name"),
)
