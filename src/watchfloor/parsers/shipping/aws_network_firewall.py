"""Records of AWS Network Firewall: Suricata's events with the firewall's name and zone beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._times import epochs
from watchfloor.parsers.plugin import JsonEnvelope
from watchfloor.parsers.shipping._envelope import columns, text_of

_FIELDS = {
    "_stamp": ("event_timestamp",),
    "observer.name": ("firewall_name",),
    "cloud.availability_zone": ("availability_zone",),
}


def claims(record: dict[str, Any]) -> bool:
    """An event of Suricata's and the firewall that saw it."""
    event = record["event"]
    return isinstance(record["firewall_name"], str) and isinstance(event, dict) and "event_type" in event


def unwrap(records: Sequence[dict[str, Any]]) -> tuple[list[str], pl.DataFrame]:
    """Suricata's events, and where they were seen."""
    frame = columns(records, _FIELDS)
    return [text_of(record["event"]) for record in records], frame.drop("_stamp").with_columns(
        epochs(frame["_stamp"]).alias("@timestamp"),
        pl.lit("aws").alias("cloud.provider"),
        pl.lit("Network Firewall").alias("observer.product"),
    )


PARSER = JsonEnvelope(
    reference="https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-logging-contents.html",
    claims=claims,
    unwrap=unwrap,
    keys=("event", "firewall_name"),
)
