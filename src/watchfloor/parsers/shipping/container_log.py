"""Lines of containers: Docker's json-file, and what Fluent Bit, Fluentd and Vector make of them in Kubernetes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._times import epochs, parse_times
from watchfloor.parsers.plugin import JsonEnvelope
from watchfloor.parsers.shipping._envelope import columns, text_of

_TIMES = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f")
_BESIDE = ("stream", "time", "date", "kubernetes", "container_id", "container_name", "tag", "@timestamp", "filePath")
_FIELDS = {
    "_stamp": ("time", "@timestamp", "timestamp", "date"),
    "host.hostname": ("kubernetes.host", "host", "hostname"),
    "container.id": ("kubernetes.docker_id", "kubernetes.container_id", "container_id", "docker.container_id"),
    "container.name": ("kubernetes.container_name", "container_name"),
    "container.image.name": ("kubernetes.container_image", "attrs.tag"),
    "orchestrator.namespace": ("kubernetes.namespace_name",),
    "orchestrator.resource.name": ("kubernetes.pod_name",),
    "@path": ("filePath", "filename", "path"),
    "shipper.file.path": ("filePath", "filename", "path"),
}


def claims(record: dict[str, Any]) -> bool:
    """A line as `log`, with what container runtimes and their shippers put beside it."""
    return isinstance(record.get("log"), str) and any(name in record for name in _BESIDE)


def unwrap(records: Sequence[dict[str, Any]]) -> tuple[list[str], pl.DataFrame]:
    """The lines, and the container and pod that wrote them."""
    texts = [text_of(record["log"]).rstrip("\r\n") for record in records]
    frame = columns(records, _FIELDS)
    utc, local = parse_times(frame["_stamp"], _TIMES)
    utc = utc.fill_null(local.dt.replace_time_zone("UTC")).fill_null(epochs(frame["_stamp"]))
    return texts, frame.drop("_stamp").with_columns(utc.alias("@timestamp"))


PARSER = JsonEnvelope(
    reference="https://docs.docker.com/engine/logging/drivers/json-file/",
    claims=claims,
    unwrap=unwrap,
    keys=("log",),
)
