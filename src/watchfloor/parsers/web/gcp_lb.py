"""Google Cloud's application load balancers and Cloud Armor: requests and what security policies made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.web._records import ACCESS, reader

_POLICY = "jsonPayload.enforcedSecurityPolicy"
_BALANCERS = frozenset({"http_load_balancer", "http_external_regional_lb_rule", "internal_http_lb_rule", "cloud_cdn"})


def _derive(frame: pl.DataFrame) -> pl.DataFrame:
    """The latency without its unit."""
    seconds = column(frame, "_latency").str.strip_suffix("s")
    return frame.with_columns(seconds.alias("_seconds"), pl.lit("gcp").alias("cloud.provider"))


def _claims(record: Mapping[str, Any]) -> bool:
    resource = record.get("resource")
    if not isinstance(record.get("httpRequest"), dict) or not isinstance(resource, dict):
        return False
    kind = resource.get("type")
    return type(kind) is str and kind in _BALANCERS


PARSER = JsonParser(
    reference="https://cloud.google.com/load-balancing/docs/https/https-logging-monitoring",
    claims=_claims,
    parse=reader(
        {
            "timestamp": "_time",
            "severity": "log.level",
            "httpRequest.requestMethod": "http.request.method",
            "httpRequest.requestUrl": "url.original",
            "httpRequest.requestSize": "http.request.bytes",
            "httpRequest.status": "http.response.status_code",
            "httpRequest.responseSize": "http.response.bytes",
            "httpRequest.userAgent": "user_agent.original",
            "httpRequest.remoteIp": "source.address",
            "httpRequest.serverIp": "destination.address",
            "httpRequest.referer": "http.request.referrer",
            "httpRequest.protocol": "_protocol",
            "httpRequest.latency": "_latency",
            "jsonPayload.statusDetails": "event.reason",
            "jsonPayload.securityPolicyRequestData.remoteIpInfo.regionCode": "source.geo.country_iso_code",
            "jsonPayload.securityPolicyRequestData.remoteIpInfo.asn": "source.as.number",
            f"{_POLICY}.name": "rule.ruleset",
            f"{_POLICY}.priority": "rule.id",
            f"{_POLICY}.configuredAction": "event.action",
            "resource.labels.project_id": "cloud.project.id",
            "resource.labels.zone": "cloud.region",
            "resource.labels.region": "cloud.region",
            "trace": "trace.id",
        },
        vendor="gcp.loadbalancing",
        times=("%Y-%m-%dT%H:%M:%S%.f%#z",),
        derive=_derive,
        fixed=ACCESS,
    ),
    keys=("httpRequest", "resource", "logName"),
)
