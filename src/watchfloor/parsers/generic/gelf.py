"""GELF 1.1: Graylog's format, as Docker and many loggers send it; the text inside is parsed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._severity import NAMES
from watchfloor.parsers.generic._moments import moments
from watchfloor.parsers.generic._names import GEO
from watchfloor.parsers.plugin import JsonEnvelope

_FIELDS: dict[str, Target] = {
    "timestamp": "@time", "host": "host.hostname", "level": "log.syslog.severity.code",
    "facility": "log.syslog.facility.name",
    "_container_id": "container.id", "_container_name": "container.name", "_image_name": "container.image.name",
    "_tag": "@program", "_application_name": "@program", "_process_id": "process.pid", "_logger": "log.logger",
    "_LoggerName": "log.logger", "_Thread": "process.thread.name", "file": "@file",
    **{f"_{name.replace('.', '_')}": target for name, target in GEO.items()},
}  # fmt: skip

_SHOWN = frozenset({"full_message", "short_message", "version"})
"""What is not said of the record again."""


def claims(record: Mapping[str, Any]) -> bool:
    """Whether a record has the three names that GELF demands."""
    return type(record.get("short_message")) is str and "host" in record


def unwrap(records: Sequence[dict[str, Any]]) -> tuple[list[str], pl.DataFrame]:
    """The message of each record, and what stands around it."""
    texts = [record.get("full_message") or record["short_message"] for record in records]
    own = [{name: value for name, value in record.items() if name not in _SHOWN} for record in records]
    frame = mapped(own, _FIELDS, vendor="gelf", wanted=frozenset())
    code = column(frame, "log.syslog.severity.code").cast(pl.Int64, strict=False)
    names = code.replace_strict(dict(enumerate(NAMES)), default=None, return_dtype=pl.String)
    outer = frame.with_columns(moments(column(frame, "@time"))).drop("@time", "@file", strict=False)
    outer = outer.with_columns(names.alias("log.syslog.severity.name"), names.alias("log.level"))
    return [text if type(text) is str else str(text) for text in texts], outer


PARSER = JsonEnvelope(
    reference="https://go2docs.graylog.org/current/getting_in_log_data/gelf_format.htm",
    claims=claims,
    unwrap=unwrap,
    keys=("short_message", "host"),
)
