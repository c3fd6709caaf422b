"""F5 BIG-IP: events of the application security manager (WAF) and of the advanced firewall manager, as pairs."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers._users import with_domain
from watchfloor.parsers.plugin import FieldsParser
from watchfloor.parsers.web._records import reader

_PAIR = re.compile(r'([A-Za-z_]\w*)=(?:"((?:[^"\\]|\\.)*)"|((?:[^\s,"\]][^\s,\]]*)?(?: [^\s=,"\]]+(?![\w]*=))*))')
_BLOCKED = ("drop", "reject", "blocked", "deny", "closed")
_EMPTY = frozenset({"", "-", "N/A", "n/a", "none", "Unknown"})


def _read(lines: Sequence[str], _header: str) -> list[dict[str, str] | None]:
    found: list[dict[str, str] | None] = []
    for line in lines:
        record: dict[str, str] = {}
        for key, quoted, bare in _PAIR.findall(line):
            record.setdefault(key, quoted or bare)
        found.append(record if len(record) > 3 else None)
    return found


def _derive(frame: pl.DataFrame) -> pl.DataFrame:
    """Category by what was guarded: connections, or requests, which have a URI."""
    web = column(frame, "_support").is_not_null() | column(frame, "url.original").is_not_null()
    action = column(frame, "event.action").str.to_lowercase()
    blocked = action.is_in(_BLOCKED).fill_null(value=False)
    query = column(frame, "_query")
    target = pl.when(query.is_not_null()).then(column(frame, "url.original") + "?" + query.str.strip_prefix("?"))
    frame = frame.with_columns(
        pl.coalesce(target, column(frame, "url.original")).alias("url.original"),
        pl.when(web)
        .then(pl.lit(["intrusion_detection", "web"]))
        .otherwise(pl.lit(["network"]))
        .alias("event.category"),
        pl.when(blocked).then(pl.lit(["denied"])).otherwise(pl.lit(["allowed"])).alias("event.type"),
        pl.when(blocked).then(pl.lit("failure")).otherwise(pl.lit("success")).alias("event.outcome"),
        column(frame, "network.transport").str.to_lowercase().alias("network.transport"),
        column(frame, "_scheme").str.to_lowercase().alias("url.scheme"),
        pl.lit("F5").alias("observer.vendor"),
        pl.lit("web.f5_bigip").alias("event.dataset"),
    )
    return with_domain(frame)


PARSER = FieldsParser(
    reference="https://techdocs.f5.com/en-us/bigip-15-1-0/external-monitoring-of-big-ip-systems-implementations.html",
    # Anchored at what F5 writes first: a line of another program may quote all of the rest.
    sieve=(
        r"^(?:(?:[^\s\[\]=\",]*[^\s\[\]=\",:] ){4,7}\[F5@\w+ acl_policy_name="
        r'|(?:hostname|acl_policy_name|errdefs_msgno|action)="[^"]*",.*\bacl_policy_name=|(?:ASM:)?unit_hostname=")'
    ),
    read=_read,
    parse=reader(
        {
            "date_time": "_time",
            "hostname": "host.hostname",
            "unit_hostname": "host.hostname",
            "bigip_mgmt_ip": "observer.ip",
            "management_ip_address": "observer.ip",
            "device_product": "observer.product",
            "device_version": "observer.version",
            "source_ip": "source.address",
            "ip_client": "source.address",
            "source_port": "source.port",
            "src_port": "source.port",
            "geo_location": "source.geo.country_iso_code",
            "source_user": "user.name",
            "username": "user.name",
            "dest_ip": "destination.address",
            "dest_port": "destination.port",
            "translated_source_ip": "source.nat.ip",
            "translated_source_port": "source.nat.port",
            "translated_dest_ip": "destination.nat.ip",
            "translated_dest_port": "destination.nat.port",
            "ip_protocol": "network.transport",
            "vlan": "observer.ingress.zone",
            "action": "event.action",
            "request_status": "event.action",
            "drop_reason": "event.reason",
            "violations": "event.reason",
            "errdefs_msgno": "event.code",
            "support_id": ("_support", "http.request.id"),
            "acl_rule_name": "rule.name",
            "sig_names": "rule.name",
            "attack_type": "rule.category",
            "acl_policy_name": "rule.ruleset",
            "policy_name": "rule.ruleset",
            "sig_ids": "rule.id",
            "severity": "log.level",
            "method": "http.request.method",
            "protocol": "_scheme",
            "uri": "url.original",
            "query_string": "_query",
            "response_code": "http.response.status_code",
            "x_forwarded_for_header_value": "_forwarded",
        },
        vendor="f5.bigip",
        times=("%b %d %Y %H:%M:%S", "%Y-%m-%d %H:%M:%S"),
        fixed={},
        derive=_derive,
        empty=_EMPTY,
    ),
    datasets=r"web\.f5_bigip",
)
