"""Syslog records that rsyslog, syslog-ng, Vector or a log service ship as JSON, the message as one of the names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._times import epochs, parse_times
from watchfloor.parsers.plugin import JsonEnvelope
from watchfloor.parsers.shipping._envelope import columns, text_of

_TIMES = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f")
_PROGRAMS = ("appname", "app_name", "app-name", "programname", "program", "PROGRAM", "syslogtag", "ident", "tag")
_MESSAGES = ("message", "msg", "MESSAGE", "MSG")
_FIELDS = {
    "_stamp": ("timestamp", "time", "@timestamp", "timereported", "ISODATE", "DATE", "timegenerated"),
    "host.hostname": ("hostname", "host", "HOST", "fromhost", "source"),
    "process.name": _PROGRAMS,
    "process.pid": ("procid", "pid", "PID"),
    "log.syslog.msgid": ("msgid", "MSGID"),
    "log.syslog.facility.name": ("facility", "syslogfacility-text", "FACILITY"),
    "log.syslog.severity.name": ("severity", "syslogseverity-text", "PRIORITY", "priority", "LEVEL"),
}


def claims(record: dict[str, Any]) -> bool:
    """A message, the program that wrote it, and its host."""
    return (
        any(isinstance(record.get(name), str) for name in _MESSAGES)
        and any(isinstance(record.get(name), str) for name in _PROGRAMS)
        and any(name in record for name in _FIELDS["host.hostname"])
    )


def unwrap(records: Sequence[dict[str, Any]]) -> tuple[list[str], pl.DataFrame]:
    """The messages, and the envelope's time, host and program."""
    texts = [text_of(next(record[name] for name in _MESSAGES if name in record)) for record in records]
    frame = columns(records, _FIELDS)
    tag = frame["process.name"].str.extract(r"^([^\[\]:]+)(?:\[\d+\])?:?\s*$", 1).fill_null(frame["process.name"])
    frame = frame.with_columns(tag.alias("process.name"), tag.str.to_lowercase().alias("@program"))
    utc, local = parse_times(frame["_stamp"], _TIMES)
    return texts, frame.drop("_stamp").with_columns(
        utc.fill_null(epochs(frame["_stamp"])).alias("@timestamp"),
        local.alias("@local"),
        pl.lit("linux.syslog").alias("event.dataset"),
    )


PARSER = JsonEnvelope(
    reference="https://www.rsyslog.com/doc/configuration/properties.html",
    claims=claims,
    unwrap=unwrap,
)
