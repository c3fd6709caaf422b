"""Amazon's web application firewall (AWS WAF): what it allowed, counted, challenged or blocked, and by which rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.web._aws import finish
from watchfloor.parsers.web._records import reader, with_fixed
from watchfloor.parsers.web._request import decoded

_BLOCKED = frozenset({"BLOCK", "CAPTCHA", "CHALLENGE"})


def _derive(frame: pl.DataFrame) -> pl.DataFrame:
    return finish(frame.with_columns(decoded(column(frame, "url.query")).alias("url.query")))


_RECORDS = reader(
    {
        "timestamp": "_time",
        "action": "event.action",
        "terminatingRuleId": "rule.id",
        "terminatingRuleType": "rule.category",
        "webaclId": ("rule.ruleset", "_arn"),
        "responseCodeSent": "http.response.status_code",
        "ja3Fingerprint": "tls.client.ja3",
        "ja4Fingerprint": "tls.client.ja4",
        "httpRequest.clientIp": "source.address",
        "httpRequest.country": "source.geo.country_iso_code",
        "clientAsn": "source.as.number",
        "httpRequest.uri": "url.original",
        "httpRequest.args": "url.query",
        "httpRequest.httpVersion": "_protocol",
        "httpRequest.httpMethod": "http.request.method",
        "httpRequest.requestId": "http.request.id",
        "httpRequest.host": "url.domain",
        "@host": "url.domain",
        "@user-agent": "user_agent.original",
        "@referer": "http.request.referrer",
        "@x-forwarded-for": "_forwarded",
    },
    vendor="aws.waf",
    derive=_derive,
    fixed={},
)


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with the headers of note by name."""
    request = record.get("httpRequest")
    headers = request.get("headers") if isinstance(request, dict) else None
    found = dict(record)
    for header in headers if isinstance(headers, list) else ():
        if isinstance(header, dict) and isinstance(header.get("name"), str):
            found.setdefault(f"@{header['name'].lower()}", header.get("value"))
    return found


def _parse(records: Sequence[Mapping[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    frame = _RECORDS([_flat(record) for record in records], wanted)
    blocked = pl.col("event.action").is_in(list(_BLOCKED))
    frame = frame.with_columns(
        pl.concat_list(pl.when(blocked).then(pl.lit("denied")).otherwise(pl.lit("allowed"))).alias("event.type"),
        pl.when(blocked).then(pl.lit("failure")).otherwise(pl.lit("success")).alias("event.outcome"),
    )
    return with_fixed(frame, {"event.category": ["network", "web"]})


PARSER = JsonParser(
    reference="https://docs.aws.amazon.com/waf/latest/developerguide/logging-fields.html",
    claims=lambda record: "webaclId" in record and isinstance(record.get("httpRequest"), dict),
    parse=_parse,
    keys=("webaclId", "httpRequest", "action"),
)
