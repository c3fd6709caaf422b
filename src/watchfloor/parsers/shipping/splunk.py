"""Records as Splunk takes and gives them: HTTP event collector, exported search results, Cribl's `_raw`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._times import epochs, parse_times
from watchfloor.parsers.plugin import JsonEnvelope
from watchfloor.parsers.shipping._envelope import columns, text_of

_TIMES = ("%Y-%m-%dT%H:%M:%S%.f%#z",)
_BESIDE = ("sourcetype", "source", "index", "host", "time")
_FIELDS = {
    "_stamp": ("time", "_time"),
    "host.hostname": ("host",),
    "@path": ("source",),
    "shipper.file.path": ("source",),
}


def claims(record: dict[str, Any]) -> bool:
    """An event with Splunk's metadata beside it, or a raw record."""
    inner = _result(record)
    if isinstance(inner.get("_raw"), str):
        return True
    return isinstance(inner.get("event"), str | dict) and sum(name in inner for name in _BESIDE) >= 2


def _result(record: dict[str, Any]) -> dict[str, Any]:
    result = record.get("result")
    return result if isinstance(result, dict) else record


def unwrap(records: Sequence[dict[str, Any]]) -> tuple[list[str], pl.DataFrame]:
    """The raw records, and Splunk's time, host and source."""
    inner = [_result(record) for record in records]
    texts = [text_of(each.get("_raw") or each.get("event")).rstrip("\r\n") for each in inner]
    frame = columns(inner, _FIELDS)
    utc, _ = parse_times(frame["_stamp"], _TIMES)
    return texts, frame.drop("_stamp").with_columns(utc.fill_null(epochs(frame["_stamp"])).alias("@timestamp"))


PARSER = JsonEnvelope(
    reference="https://docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector",
    claims=claims,
    unwrap=unwrap,
)
