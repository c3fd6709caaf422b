"""Google Cloud: VPC flow logs and firewall rule logs as Cloud Logging exports them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, word
from watchfloor.parsers._connection import connection
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._times import parse_times
from watchfloor.parsers.plugin import JsonParser

_FIELDS: dict[str, Target] = {
    "timestamp": "@time", "logName": "log.logger", "jsonPayload.connection.src_ip": "source.address",
    "jsonPayload.connection.dest_ip": "destination.address", "jsonPayload.connection.src_port": "source.port",
    "jsonPayload.connection.dest_port": "destination.port", "jsonPayload.connection.protocol": "@proto",
    "jsonPayload.bytes_sent": ("source.bytes", "network.bytes"), "jsonPayload.packets_sent": ("source.packets",
    "network.packets"),
    "jsonPayload.start_time": "@start", "jsonPayload.end_time": "@end", "jsonPayload.disposition": "@disposition",
    "jsonPayload.rule_details.reference": "@rule", "jsonPayload.rule_details.direction": "@direction",
    "jsonPayload.rule_details.action": "@action", "jsonPayload.src_instance.vm_name": "source.domain",
    "jsonPayload.dest_instance.vm_name": "destination.domain", "jsonPayload.instance.project_id": "cloud.project.id",
    "jsonPayload.instance.vm_name": "@vm", "jsonPayload.instance.region": "cloud.region",
    "jsonPayload.instance.zone": "cloud.availability_zone",
    "resource.labels.project_id": "cloud.project.id",
    **{
        f"jsonPayload.{theirs}_location.{name}": f"{ours}.{field}"
        for theirs, ours in (("src", "source"), ("dest", "destination"))
        for name, field in {
            "continent": "geo.continent_name", "country": "geo.country_iso_code", "region": "geo.region_name",
            "city": "geo.city_name", "asn": "as.number",
        }.items()
    },
}  # fmt: skip
_LOGS = ("compute.googleapis.com%2Fvpc_flows", "compute.googleapis.com%2Ffirewall", "compute.googleapis.com/vpc_flows",
         "compute.googleapis.com/firewall", "networkmanagement.googleapis.com%2Fvpc_flows")  # fmt: skip
_FORMS = ("%Y-%m-%dT%H:%M:%S%.f%#z",)
_DIRECTIONS = {"ingress": "inbound", "egress": "outbound"}


def claims(record: Mapping[str, Any]) -> bool:
    """Whether it is an entry of such a log."""
    name = record.get("logName")
    payload = record.get("jsonPayload")
    return isinstance(name, str) and name.endswith(_LOGS) and isinstance(payload, dict) and "connection" in payload


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = mapped(records, _FIELDS, vendor="gcp", wanted=wanted)
    start, end, moment = (parse_times(column(frame, name), _FORMS)[0] for name in ("@start", "@end", "@time"))
    firewall = column(frame, "@disposition").is_not_null()
    verdict = column(frame, "@disposition").str.to_lowercase()
    inbound = (column(frame, "@direction") == "INGRESS").fill_null(value=False)
    vm = column(frame, "@vm")
    sides = {"source": ~inbound, "destination": inbound}
    frame = frame.with_columns(
        moment.alias("@timestamp"),
        start.alias("event.start"),
        end.alias("event.end"),
        (end - start).dt.total_nanoseconds().alias("event.duration"),
        pl.lit("event").alias("event.kind"),
        pl.lit(["network"]).alias("event.category"),
        pl.when(firewall)
        .then(pl.concat_list(verdict, pl.lit("connection")))
        .otherwise(pl.lit(["connection"]))
        .alias("event.type"),
        pl.when(firewall).then(pl.lit("firewall-rule")).alias("event.action"),
        word(verdict, {"allowed": "success", "denied": "failure"}).alias("event.outcome"),
        column(frame, "@rule").str.replace(r"^.*firewall:", "").alias("rule.name"),
        word(column(frame, "@direction"), _DIRECTIONS).alias("network.direction"),
        pl.lit("gcp").alias("cloud.provider"),
        *(
            column(frame, f"{side}.domain")
            .fill_null(pl.select(pl.when(here & firewall).then(vm)).to_series())
            .alias(f"{side}.domain")
            for side, here in sides.items()
        ),
    )
    return connection(frame)


PARSER = JsonParser(
    reference="https://cloud.google.com/vpc/docs/about-flow-logs-records",
    claims=claims,
    parse=parse,
    keys=("logName", "jsonPayload"),
)
