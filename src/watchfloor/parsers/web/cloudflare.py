"""Cloudflare's logs of HTTP requests and of firewall events, as Logpush and the log API give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.web._records import ACCESS, reader, with_fixed

_BLOCKED = ("block", "drop", "challenge", "jschallenge", "managedchallenge", "managed_challenge", "connectionclose")


def _derive(frame: pl.DataFrame) -> pl.DataFrame:
    """The target with its query, which firewall events give apart."""
    path, query = column(frame, "_target"), column(frame, "_query")
    bare = query.str.strip_prefix("?")
    joined = pl.select(pl.when(bare != "").then(path + "?" + bare).otherwise(path)).to_series()
    return frame.with_columns(column(frame, "url.original").fill_null(joined).alias("url.original"))


_RECORDS = reader(
    {
        "EdgeStartTimestamp": "_time",
        "Datetime": "_time",
        "ClientIP": "source.address",
        "ClientSrcPort": "source.port",
        "ClientCountry": "source.geo.country_iso_code",
        "ClientCity": "source.geo.city_name",
        "ClientLatitude": "source.geo.location.lat",
        "ClientLongitude": "source.geo.location.lon",
        "ClientASN": "source.as.number",
        "ClientASNDescription": "source.as.organization.name",
        "ClientRequestBytes": "http.request.bytes",
        "ClientRequestHost": "_host",
        "ClientRequestMethod": "http.request.method",
        "ClientRequestURI": "url.original",
        "ClientRequestPath": "_target",
        "ClientRequestQuery": "_query",
        "ClientRequestProtocol": "_protocol",
        "ClientRequestReferer": "http.request.referrer",
        "ClientRefererHost": "_referer",
        "ClientRequestScheme": "url.scheme",
        "ClientRequestUserAgent": "user_agent.original",
        "UserAgent": "user_agent.original",
        "ClientSSLCipher": "tls.cipher",
        "ClientSSLProtocol": "_tls",
        "EdgeResponseBytes": "http.response.bytes",
        "EdgeResponseBodyBytes": "http.response.body.bytes",
        "EdgeResponseContentType": "http.response.mime_type",
        "EdgeResponseStatus": "http.response.status_code",
        "OriginIP": "destination.address",
        "RayID": "http.request.id",
        "JA3Hash": "tls.client.ja3",
        "JA4": "tls.client.ja4",
        "Action": "event.action",
        "SecurityAction": "event.action",
        "FirewallMatchesActions": "_actions",
        "WAFAction": "_waf",
        "RuleID": "rule.id",
        "SecurityRuleID": "rule.id",
        "WAFRuleID": "rule.id",
        "SecurityRuleDescription": "rule.name",
        "Description": "rule.name",
        "WAFRuleMessage": "rule.name",
        "Source": "rule.category",
    },
    vendor="cloudflare",
    times=("%Y-%m-%dT%H:%M:%S%.f%#z",),
    fixed={},
    derive=_derive,
    empty=frozenset({"", "-", "unknown", "NONE"}),
)


def _parse(records: Sequence[Mapping[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    frame = _RECORDS(records, wanted)
    if "event.action" in frame.columns:
        blocked = frame["event.action"].is_in(_BLOCKED).fill_null(value=False)
        kind = pl.when(blocked).then(pl.lit("denied")).otherwise(pl.lit("access"))
        known = column(frame, "event.outcome")
        frame = frame.with_columns(
            pl.concat_list(kind).alias("event.type"),
            pl.when(blocked).then(pl.lit("failure")).otherwise(known).alias("event.outcome"),
        )
    return with_fixed(frame, ACCESS)


PARSER = JsonParser(
    reference="https://developers.cloudflare.com/logs/reference/log-fields/zone/http_requests/",
    claims=lambda record: "RayID" in record and "ClientIP" in record,
    parse=_parse,
    keys=("RayID", "ClientIP"),
)
