"""Entries of systemd's journal as `journalctl -o json` or the export format give them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._times import epochs
from watchfloor.parsers.plugin import JsonEnvelope
from watchfloor.parsers.shipping._envelope import columns, severity, text_of

_FIELDS = {
    "_stamp": ("_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP"),
    "host.hostname": ("_HOSTNAME",),
    "process.name": ("SYSLOG_IDENTIFIER", "_COMM"),
    "process.pid": ("_PID", "SYSLOG_PID"),
    "process.executable": ("_EXE",),
    "process.command_line": ("_CMDLINE",),
    "user.id": ("_UID",),
    "service.name": ("_SYSTEMD_UNIT",),
    "container.name": ("CONTAINER_NAME",),
    "container.id": ("CONTAINER_ID_FULL", "CONTAINER_ID"),
    "log.syslog.severity.code": ("PRIORITY",),
    "log.syslog.facility.code": ("SYSLOG_FACILITY",),
}


def claims(record: dict[str, Any]) -> bool:
    """An entry with a message and the journal's own clock, or its trusted fields."""
    return "__REALTIME_TIMESTAMP" in record or "_BOOT_ID" in record


def unwrap(records: Sequence[dict[str, Any]]) -> tuple[list[str], pl.DataFrame]:
    """The messages, and what the journal knows of who wrote them."""
    texts = [text_of(record["MESSAGE"]) for record in records]
    frame = columns(records, _FIELDS)
    return texts, frame.drop("_stamp").with_columns(
        epochs(frame["_stamp"]).alias("@timestamp"),
        severity(frame["log.syslog.severity.code"]).alias("log.syslog.severity.name"),
        frame["process.name"].str.strip_chars("()").str.to_lowercase().alias("@program"),
        pl.lit("linux.syslog").alias("event.dataset"),
    )


PARSER = JsonEnvelope(
    reference="https://www.freedesktop.org/software/systemd/man/latest/systemd.journal-fields.html",
    claims=claims,
    unwrap=unwrap,
    keys=("MESSAGE",),
)
