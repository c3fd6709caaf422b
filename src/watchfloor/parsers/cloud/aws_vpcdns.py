"""Queries that Route 53 resolves for networks of AWS."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, dicts, parser

REFERENCE = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "query_timestamp": "_time",
    "p_event_time": "_time",
    "account_id": "cloud.account.id",
    "region": "cloud.region",
    "query_name": "dns.question.name",
    "query_type": "dns.question.type",
    "query_class": "dns.question.class",
    "rcode": "dns.response_code",
    "srcaddr": "source.address",
    "srcport": "source.port",
    "transport": "network.transport",
    "firewall_rule_action": "event.action",
    "vpc_id": "network.name",
    "srcids.instance": "cloud.instance.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "rcode" in record and ("query_timestamp" in record or "srcaddr" in record) and "class_uid" not in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    answers = dicts(record.get("answers"))
    code, name, transport = record.get("rcode"), record.get("query_name"), record.get("transport")
    found: dict[str, Any] = {
        "event.outcome": "success" if code == "NOERROR" else "failure",
        "dns.resolved_ip": [each.get("Rdata") for each in answers if each.get("Type") in {"A", "AAAA"}] or None,
        "dns.type": "answer",
    }
    if answers:
        found["dns.answers.data"] = [each.get("Rdata") for each in answers]
        found["dns.answers.type"] = [each.get("Type") for each in answers]
    if type(name) is str:
        found["dns.question.name"] = name.rstrip(".") or "."
    if type(transport) is str:
        found["network.transport"] = transport.lower()
    return found


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "aws.route53_resolver",
        _FIELDS,
        {
            "event.kind": "event",
            "cloud.provider": "aws",
            "event.category": ["network"],
            "event.type": ["protocol", "info"],
            "network.protocol": "dns",
        },
        beyond=_beyond,
    ),
)
