"""Azure Application Gateway and Front Door: requests and what their web application firewalls did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.web._records import reader, with_fixed

_CATEGORIES = {
    "applicationgatewayaccesslog": "access",
    "applicationgatewayfirewalllog": "firewall",
    "frontdooraccesslog": "access",
    "frontdoorwebapplicationfirewalllog": "firewall",
}
_BLOCKED = ("block", "blocked", "denied", "logandscore:block", "jschallengeissued")
_NAMES: dict[str, str] = {
    "timestamp": "_time",
    "time": "_time",
    "resourceid": "cloud.instance.id",
    "clientip": "_client",
    "clientport": "source.port",
    "httpmethod": "http.request.method",
    "requesturi": "url.original",
    "requestquery": "_query",
    "useragent": "user_agent.original",
    "httpstatus": "http.response.status_code",
    "httpstatuscode": "http.response.status_code",
    "httpversion": "_protocol",
    "receivedbytes": "http.request.bytes",
    "requestbytes": "http.request.bytes",
    "sentbytes": "http.response.bytes",
    "responsebytes": "http.response.bytes",
    "timetaken": "_seconds",
    "originalhost": "_host",
    "originalrequesturiwithargs": "_target",
    "host": "_host",
    "hostname": "_host",
    "referer": "http.request.referrer",
    "sslcipher": "tls.cipher",
    "securitycipher": "tls.cipher",
    "sslprotocol": "_tls",
    "securityprotocol": "_tls",
    "transactionid": "http.request.id",
    "trackingreference": "http.request.id",
    "ruleid": "rule.id",
    "rulename": "rule.name",
    "rulegroup": "rule.category",
    "rulesettype": "rule.ruleset",
    "rulesetversion": "rule.version",
    "policy": "rule.ruleset",
    "message": "event.reason",
    "details.msg": "event.reason",
    "action": "event.action",
    "operationname": "event.action",
}


def _derive(frame: pl.DataFrame) -> pl.DataFrame:
    """The target with its query, whichever of the two ways of saying it is used."""
    target, query = column(frame, "url.original"), column(frame, "_query")
    bare = pl.select(pl.when(~target.str.contains("?", literal=True)).then(query.str.strip_prefix("?"))).to_series()
    joined = column(frame, "_target").fill_null(target + "?" + bare).fill_null(target)
    return frame.with_columns(joined.alias("url.original"), pl.lit("azure").alias("cloud.provider"))


def _view(record: Mapping[str, Any]) -> dict[str, Any]:
    """The values by names in lower case: Azure's services do not agree on it."""
    outer = {str(name).lower(): value for name, value in record.items() if name != "properties"}
    properties = record.get("properties")
    inner = {str(name).lower(): value for name, value in (properties if isinstance(properties, dict) else {}).items()}
    return {**outer, **inner}


_RECORDS = reader(
    _NAMES,
    vendor="azure.http",
    times=("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f"),
    fixed={"event.category": ["web"]},
    derive=_derive,
    view=_view,
)


def _parse(records: Sequence[Mapping[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    frame = _RECORDS(records, wanted)
    kinds = [_CATEGORIES[str(record["category"]).lower()] for record in records]
    wall = pl.Series(kinds) == "firewall"
    action = column(frame, "event.action").str.to_lowercase()
    blocked = wall & action.is_in(_BLOCKED).fill_null(value=False)
    outcome = column(frame, "event.outcome")
    return with_fixed(
        frame.with_columns(
            pl.concat_list(
                pl.when(blocked).then(pl.lit("denied")).when(wall).then(pl.lit("info")).otherwise(pl.lit("access"))
            ).alias("event.type"),
            pl.when(blocked).then(pl.lit("failure")).otherwise(outcome).alias("event.outcome"),
        ),
        {"event.category": ["web"]},
    )


PARSER = JsonParser(
    reference="https://learn.microsoft.com/en-us/azure/application-gateway/application-gateway-diagnostics",
    claims=lambda record: str(record.get("category", "")).lower() in _CATEGORIES and "properties" in record,
    parse=_parse,
    keys=("category", "properties"),
)
