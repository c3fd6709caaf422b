"""Log events as Amazon CloudWatch Logs gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._times import epochs
from watchfloor.parsers.plugin import JsonEnvelope
from watchfloor.parsers.shipping._envelope import columns, text_of

_BESIDE = ("ingestionTime", "logStreamName", "logGroup", "logStream", "eventId")
_MEMBER = {"id", "timestamp", "message"}
"""What a log event of a subscription has."""
_FIELDS = {"_stamp": ("timestamp",), "@path": ("logGroup", "logStreamName"), "cloud.account.id": ("owner",)}


def claims(record: dict[str, Any]) -> bool:
    """A message with CloudWatch's names beside it."""
    return isinstance(record["message"], str) and (any(name in record for name in _BESIDE) or record.keys() == _MEMBER)


def unwrap(records: Sequence[dict[str, Any]]) -> tuple[list[str], pl.DataFrame]:
    """The messages and their times."""
    texts = [text_of(record["message"]).rstrip("\r\n") for record in records]
    frame = columns(records, _FIELDS)
    return texts, frame.drop("_stamp").with_columns(epochs(frame["_stamp"]).alias("@timestamp"))


PARSER = JsonEnvelope(
    reference="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_OutputLogEvent.html",
    claims=claims,
    unwrap=unwrap,
    keys=("message", "timestamp"),
)
