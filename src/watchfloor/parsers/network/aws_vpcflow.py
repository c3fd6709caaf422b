"""AWS VPC flow logs: default columns of version 2, or any order of columns by the header line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, word
from watchfloor.parsers._connection import connection
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import columns, merged
from watchfloor.parsers._times import epochs
from watchfloor.parsers.plugin import FieldsParser

_V2 = (
    "version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes",
    "start", "end", "action", "log-status",
)  # fmt: skip
_V5 = (
    "version", "vpc-id", "subnet-id", "instance-id", "interface-id", "account-id", "type", "srcaddr", "dstaddr",
    "srcport", "dstport", "pkt-srcaddr", "pkt-dstaddr", "protocol", "bytes", "packets", "start", "end", "action",
    "tcp-flags", "log-status",
)  # fmt: skip
_TRANSIT = (
    "version", "interface-id", "account-id", "vpc-id", "subnet-id", "instance-id", "srcaddr", "dstaddr", "srcport",
    "dstport", "protocol", "tcp-flags", "type", "pkt-srcaddr", "pkt-dstaddr", "action", "log-status",
)  # fmt: skip
_ALL = (
    "version", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "start", "end", "type", "packets", "bytes",
    "account-id", "vpc-id", "subnet-id", "instance-id", "interface-id", "region", "az-id", "sublocation-type",
    "sublocation-id", "action", "tcp-flags", "pkt-srcaddr", "pkt-dstaddr", "pkt-src-aws-service", "pkt-dst-aws-service",
    "flow-direction", "traffic-path", "log-status",
)  # fmt: skip
_GATEWAY = ("instance-id", "interface-id", "srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr")
_BY_COUNT = {len(names): names for names in (_V2, _V5, _TRANSIT, _ALL, _GATEWAY)}
"""The default columns, and the custom ones of AWS's own examples, by how many there are."""
_IP = r"[0-9A-Fa-f.:]+"
_FIELDS: dict[str, Target] = {
    "start": "@start", "end": "@end", "action": "@action", "protocol": "@proto", "srcaddr": "source.address",
    "dstaddr": "destination.address", "srcport": "source.port", "dstport": "destination.port",
    "packets": ("source.packets", "network.packets"), "bytes": ("source.bytes", "network.bytes"),
    "account-id": "cloud.account.id", "instance-id": "cloud.instance.id", "region": "cloud.region",
    "az-id": "cloud.availability_zone", "flow-direction": "@direction", "type": "@type",
}  # fmt: skip
_ACTIONS = {"accept": "allowed", "reject": "denied"}
_OUTCOMES = {"accept": "success", "reject": "failure"}
_DIRECTIONS = {"ingress": "ingress", "egress": "egress"}


def read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:
    """Each line's values by the names of the header, else of the version's usual columns."""
    names = header.replace("_", "-").split()
    if names:
        found = columns(lines, names, " ")
        headers = {place for place, line in enumerate(lines) if line.split(None, 1)[:1] == names[:1]}
        return [None if place in headers else one for place, one in enumerate(found)] if headers else found
    counts: dict[int, list[int]] = {}
    for place, line in enumerate(lines):
        counts.setdefault(len(line.split()), []).append(place)
    return merged(
        (places, columns([" ".join(lines[place].split()) for place in places], _BY_COUNT.get(count, ()), " "))
        for count, places in counts.items()
    )


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = mapped(records, _FIELDS, vendor="aws.vpcflow", wanted=wanted)
    start, end = epochs(column(frame, "@start")), epochs(column(frame, "@end"))
    action = column(frame, "@action")
    verdict = word(action, _ACTIONS)
    frame = frame.with_columns(
        end.fill_null(start).alias("@timestamp"),
        start.alias("event.start"),
        end.alias("event.end"),
        (end - start).dt.total_nanoseconds().alias("event.duration"),
        pl.lit("event").alias("event.kind"),
        pl.lit(["network"]).alias("event.category"),
        pl.when(verdict.is_not_null())
        .then(pl.concat_list(pl.lit("connection"), verdict))
        .otherwise(pl.lit(["connection"]))
        .alias("event.type"),
        action.str.to_lowercase().alias("event.action"),
        word(action, _OUTCOMES).alias("event.outcome"),
        word(column(frame, "@direction"), _DIRECTIONS).alias("network.direction"),
        pl.lit("aws").alias("cloud.provider"),
        column(frame, "@type").str.to_lowercase().alias("network.type"),
    )
    return connection(frame)


PARSER = FieldsParser(
    reference="https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html",
    sieve=(
        r"^(?:2 (?:\d{12}|unknown|-) eni-\S+ \S+ \S+ \S+ \S+ \S+ \S+ \S+ \d{10} \d{10} \S+ (?:OK|NODATA|SKIPDATA)\s*$"
        r"|[3-9] (?:vpc-\S+|-) (?:subnet-\S+|-) \S+ eni-\S+ .* (?:OK|NODATA|SKIPDATA)\s*$"
        r"|[3-9] eni-\S+ \S+ (?:vpc-\S+|-) (?:subnet-\S+|-) .* (?:OK|NODATA|SKIPDATA)\s*$"
        rf"|[5-9] (?:{_IP}|-) (?:{_IP}|-) \S+ \S+ \S+ \d{{10}} \d{{10}} \S+ .* (?:OK|NODATA|SKIPDATA)\s*$"
        rf"|(?:i-[0-9a-f]+|-) eni-[0-9a-f]+ {_IP} {_IP} {_IP} {_IP}\s*$)"
    ),
    read=read,
    parse=parse,
    header=r"(?:^|\s)(?:srcaddr|interface[-_]id|pkt[-_]srcaddr)(?:\s.*)?\b(?:dstaddr|account[-_]id|log[-_]status|action|start)\b",
)
