"""Events as Amazon EventBridge delivers them: CloudTrail's calls, findings and others, each under `detail`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._times import parse_times
from watchfloor.parsers.plugin import JsonEnvelope
from watchfloor.parsers.shipping._envelope import columns, text_of

_TIMES = ("%Y-%m-%dT%H:%M:%S%.f%#z",)
_FIELDS = {
    "_stamp": ("time",),
    "event.action": ("detail-type",),
    "event.provider": ("source",),
    "cloud.account.id": ("account",),
    "cloud.region": ("region",),
}


def claims(record: dict[str, Any]) -> bool:
    """An event with its type, where it came from, and an object that tells the rest."""
    return (
        isinstance(record["detail"], dict)
        and isinstance(record["detail-type"], str)
        and isinstance(record["source"], str)
        and bool(record["detail"])
    )


def unwrap(records: Sequence[dict[str, Any]]) -> tuple[list[str], pl.DataFrame]:
    """The events, with the account and the region that EventBridge names."""
    frame = columns(records, _FIELDS)
    utc, _ = parse_times(frame["_stamp"], _TIMES)
    return [text_of(record["detail"]) for record in records], frame.drop("_stamp").with_columns(
        utc.alias("@timestamp"), pl.lit("aws").alias("cloud.provider")
    )


PARSER = JsonEnvelope(
    reference="https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html",
    claims=claims,
    unwrap=unwrap,
    keys=("detail", "detail-type", "source"),
)
