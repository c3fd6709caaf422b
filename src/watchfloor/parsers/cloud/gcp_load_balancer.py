"""Requests through Google Cloud's load balancers, with what Cloud Armor decided."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from watchfloor.parsers.cloud._layout import Layout, at, parser

REFERENCE = "https://docs.cloud.google.com/load-balancing/docs/https/https-logging-monitoring"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "receiveTimestamp": "_time",
    "httpRequest.requestMethod": "http.request.method",
    "httpRequest.requestUrl": "url.full",
    "httpRequest.status": "http.response.status_code",
    "httpRequest.requestSize": "http.request.bytes",
    "httpRequest.responseSize": "http.response.bytes",
    "httpRequest.userAgent": "user_agent.original",
    "httpRequest.remoteIp": "source.address",
    "httpRequest.serverIp": "destination.address",
    "httpRequest.referer": "http.request.referrer",
    "jsonPayload.enforcedSecurityPolicy.name": "rule.name",
    "jsonPayload.enforcedSecurityPolicy.outcome": "event.action",
    "resource.labels.project_id": "cloud.project.id",
    "severity": "log.level",
    "logName": "log.logger",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return (type(record["httpRequest"]) is dict and "requestUrl" in record["httpRequest"]) or "jsonPayload" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    url, status = at(record, "httpRequest", "requestUrl"), at(record, "httpRequest", "status")
    found: dict[str, Any] = {}
    if type(url) is str:
        parts = urlsplit(url) if "[" not in url else None
        if parts is not None:
            found = {"url.scheme": parts.scheme, "url.domain": parts.netloc.partition(":")[0], "url.path": parts.path,
                     "url.query": parts.query or None, "url.original": url}  # fmt: skip
    if type(status) is int:
        found["event.outcome"] = "success" if status < 400 else "failure"
    return found


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "gcp.loadbalancer_logs",
        _FIELDS,
        {
            "event.kind": "event",
            "cloud.provider": "gcp",
            "event.category": ["web"],
            "event.type": ["access"],
            "network.protocol": "http",
        },
        beyond=_beyond,
    ),
    keys=("httpRequest", "insertId"),
)
