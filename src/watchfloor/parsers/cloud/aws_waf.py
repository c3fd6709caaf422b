"""AWS WAF: requests that a web ACL allowed, counted or blocked."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, at, named, parser

REFERENCE = "https://docs.aws.amazon.com/waf/latest/developerguide/logging-fields.html"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "action": "event.action",
    "webaclId": "rule.ruleset",
    "terminatingRuleId": ("rule.id", "rule.name"),
    "httpRequest.clientIp": "source.address",
    "httpRequest.country": "source.geo.country_iso_code",
    "httpRequest.uri": ("url.original", "url.path"),
    "httpRequest.args": "url.query",
    "httpRequest.httpMethod": "http.request.method",
    "httpRequest.requestId": "http.request.id",
    "responseCodeSent": "http.response.status_code",
    "ja3Fingerprint": "tls.client.ja3",
    "ja4Fingerprint": "tls.client.ja4",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return type(record["httpRequest"]) is dict and ("webaclId" in record or "terminatingRuleId" in record)


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    action, parts = record.get("action"), str(record.get("webaclId")).split(":")
    headers = {name.lower(): value for name, value in named(at(record, "httpRequest", "headers")).items()}
    version = at(record, "httpRequest", "httpVersion")
    return {
        "event.type": ["access", "allowed" if action in {"ALLOW", "COUNT"} else "denied"],
        "url.domain": headers.get("host"),
        "user_agent.original": headers.get("user-agent"),
        "http.version": version.removeprefix("HTTP/") if type(version) is str else None,
        "cloud.region": parts[3] or None if len(parts) > 5 else None,
        "cloud.account.id": parts[4] if len(parts) > 5 else None,
    }


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "aws.waf",
        _FIELDS,
        {"event.kind": "event", "cloud.provider": "aws", "event.category": ["web"], "network.protocol": "http"},
        beyond=_beyond,
    ),
    keys=("httpRequest",),
)
