"""Lines that Filebeat, Elastic Agent, Logstash or Vector ship as documents with the line as their message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._times import parse_times
from watchfloor.parsers.plugin import JsonEnvelope
from watchfloor.parsers.shipping._envelope import columns, text_of, value

_PARSED = ("event.category", "event.type", "source.ip", "destination.ip", "user.name", "process.name", "winlog", "url")
"""What only a document that was parsed already has."""
_SHIPPED = ("agent.type", "beat.name", "input.type", "log.file.path", "@version", "source_type", "log.offset")
_TIMES = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f")
_FIELDS = {
    "_stamp": ("@timestamp", "timestamp"),
    "host.hostname": ("host.hostname", "host.name", "beat.hostname", "agent.hostname", "host"),
    "agent.name": ("agent.name", "beat.name"),
    "agent.type": ("agent.type",),
    "agent.id": ("agent.id", "agent.ephemeral_id"),
    "agent.version": ("agent.version", "beat.version"),
    "container.id": ("container.id",),
    "container.name": ("container.name", "kubernetes.container.name"),
    "container.image.name": ("container.image.name",),
    "orchestrator.namespace": ("kubernetes.namespace",),
    "orchestrator.resource.name": ("kubernetes.pod.name",),
    "cloud.instance.id": ("cloud.instance.id",),
    "@path": ("log.file.path", "source", "file"),
    "shipper.file.path": ("log.file.path", "source", "file"),
}


def claims(record: dict[str, Any]) -> bool:
    """A document with a line as its message, of a known shipper, that nobody has parsed yet."""
    inner = _document(record)
    if not isinstance(inner.get("message"), str) or not ("@timestamp" in inner or "timestamp" in inner):
        return False
    if not any(value(inner, path) is not None for path in _SHIPPED):
        return False
    return all(value(inner, path) is None for path in _PARSED)


def _document(record: dict[str, Any]) -> dict[str, Any]:
    source = record.get("_source")
    return source if isinstance(source, dict) else record


def unwrap(records: Sequence[dict[str, Any]]) -> tuple[list[str], pl.DataFrame]:
    """The lines, and what the shipper knows of where they come from."""
    inner = [_document(record) for record in records]
    texts = [text_of(value(each, "event.original") or each["message"]).rstrip("\r\n") for each in inner]
    frame = columns(inner, _FIELDS)
    utc, local = parse_times(frame["_stamp"], _TIMES)
    return texts, frame.drop("_stamp").with_columns(
        utc.fill_null(local.dt.replace_time_zone("UTC")).alias("@timestamp")
    )


PARSER = JsonEnvelope(
    reference="https://www.elastic.co/docs/reference/beats/filebeat/exported-fields-log",
    claims=claims,
    unwrap=unwrap,
)
