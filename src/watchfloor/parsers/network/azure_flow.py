"""Azure flow logs of network security groups and virtual networks; of a record's tuples the first is the event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, word
from watchfloor.parsers._connection import connection
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._times import epochs, moments
from watchfloor.parsers.plugin import JsonParser

_NAMES = (
    "moment", "source", "destination", "source_port", "destination_port", "protocol", "direction", "decision", "state",
    "packets_sent", "bytes_sent", "packets_received", "bytes_received",
)  # fmt: skip
_VIRTUAL = (*_NAMES[:7], "state", "encryption", *_NAMES[9:])
_FIELDS: dict[str, Target] = {
    "time": "@time", "tuple.moment": "@moment", "tuple.source": "source.address",
    "tuple.destination": "destination.address",
    "tuple.source_port": "source.port", "tuple.destination_port": "destination.port", "tuple.protocol": "@protocol",
    "tuple.direction": "@direction", "tuple.decision": "@decision", "tuple.state": "@state",
    "tuple.packets_sent": "source.packets", "tuple.bytes_sent": "source.bytes",
    "tuple.packets_received": "destination.packets", "tuple.bytes_received": "destination.bytes", "rule": "rule.name",
    "mac": "@mac", "macAddress": "@mac", "operationName": "event.action", "systemId": "cloud.instance.id",
    "resourceId": "@resource",
    "category": "event.provider",
}  # fmt: skip
_TRANSPORTS = {"T": "tcp", "U": "udp"}
_DIRECTIONS = {"i": "inbound", "o": "outbound"}
_VERDICTS = {"a": "allowed", "d": "denied"}
_STATES = {"b": "start", "e": "end"}


def claims(record: Mapping[str, Any]) -> bool:
    """Whether it is a record of a flow log."""
    return record.get("category") in ("NetworkSecurityGroupFlowEvent", "FlowLogFlowEvent")


def _groups(record: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """(rule, MAC, tuples) of each rule's flows."""
    properties = record.get("properties")
    flows = properties.get("flows") if isinstance(properties, dict) else None
    for group in flows if isinstance(flows, list) else []:
        for flow in group.get("flows", []):
            yield str(group.get("rule", "")), str(flow.get("mac", "")), flow.get("flowTuples", [])
    records = record.get("flowRecords")
    for acl in records.get("flows", []) if isinstance(records, dict) else []:
        for flow in acl.get("flowGroups", []):
            yield str(flow.get("rule", "")), str(record.get("macAddress", "")), flow.get("flowTuples", [])


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in record.items() if name not in ("properties", "flowRecords")}
    groups = list(_groups(record))
    rest["tuples"] = [line for _, _, lines in groups for line in lines]
    for rule, mac, lines in groups:
        if lines:
            values = str(lines[0]).split(",")
            names = _VIRTUAL if "flowRecords" in record else _NAMES
            return rest | {"rule": rule, "mac": mac, "tuple": dict(zip(names, values, strict=False))}
    return rest


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = mapped([_flat(record) for record in records], _FIELDS, vendor="azure.flow", wanted=wanted)
    state = column(frame, "@state").str.to_lowercase()
    verdict = word(column(frame, "@decision"), _VERDICTS)
    verdict = verdict.fill_null(
        pl.select(
            pl.when(column(frame, "@decision").is_null() & state.is_not_null()).then(
                pl.when(state == "d").then(pl.lit("denied")).otherwise(pl.lit("allowed"))
            )
        ).to_series()
    )
    step = word(state, _STATES)
    kind = pl.lit("connection")
    both = (
        pl.when(step.is_not_null() & verdict.is_not_null())
        .then(pl.concat_list(kind, verdict, step))
        .when(verdict.is_not_null())
        .then(pl.concat_list(kind, verdict))
        .otherwise(pl.lit(["connection"]))
    )
    utc, local = moments(column(frame, "@time"), ("%Y-%m-%dT%H:%M:%S%.f",))
    mac = column(frame, "@mac")
    inbound = column(frame, "@direction").str.to_lowercase() == "i"
    frame = frame.with_columns(
        epochs(column(frame, "@moment")).fill_null(utc).alias("@timestamp"),
        local,
        pl.lit("event").alias("event.kind"),
        pl.lit(["network"]).alias("event.category"),
        both.alias("event.type"),
        word(verdict, {"allowed": "success", "denied": "failure"}).alias("event.outcome"),
        column(frame, "@protocol").replace(_TRANSPORTS).alias("@proto"),
        word(column(frame, "@direction"), _DIRECTIONS).alias("network.direction"),
        pl.when(inbound).then(mac).alias("destination.mac"),
        pl.when(~inbound).then(mac).alias("source.mac"),
        pl.lit("azure").alias("cloud.provider"),
        column(frame, "@resource")
        .str.extract(r"(?i)/subscriptions/([^/]+)")
        .str.to_lowercase()
        .alias("cloud.account.id"),
    )
    return connection(frame)


PARSER = JsonParser(
    reference="https://learn.microsoft.com/en-us/azure/network-watcher/nsg-flow-logs-overview#log-format",
    claims=claims,
    parse=parse,
    keys=("category",),
)
