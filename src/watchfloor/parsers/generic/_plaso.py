"""Events of timelines by plaso's, l2t's and Timesketch's names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first
from watchfloor.parsers._connection import connection
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers.generic._moments import moments

HEADER_TEXT = (
    r"^\x{FEFF}?(?:date,time,timezone,MACB,source,sourcetype,type,user,host,short,desc,"
    r'|(?:[^\n]*,)?"?datetime"?,(?:[^\n]*,)?"?timestamp_desc"?(?:,|\s*$)'
    r'|(?:[^\n]*,)?"?timestamp_desc"?,(?:[^\n]*,)?"?datetime"?(?:,|\s*$))'
)
"""Headers of l2tcsv, of psort's dynamic output and of Timesketch's CSV."""
HEADER = re.compile(HEADER_TEXT.replace(r"\x{FEFF}", "\ufeff"))
_FIELDS: dict[str, Target] = {
    "datetime": "@time", "timestamp": "@epoch", "timestamp_desc": "@desc", "type": "@desc", "message": "message",
    "desc": "message", "short": "message", "source_short": "event.provider", "source": "event.provider",
    "data_type": "@data_type", "parser": "@parser", "format": "@parser",
    "hostname": "host.hostname", "host": "host.hostname", "computer_name": "host.hostname",
    "username": "user.name", "user": "user.name", "user_sid": "user.id",
    "filename": "file.path", "display_name": "@display", "inode": "file.inode", "sha256_hash": "file.hash.sha256",
    "md5_hash": "file.hash.md5", "sha1_hash": "file.hash.sha1", "file_size": "file.size",
    "url": "url.original", "pid": "process.pid", "process_name": "process.name", "reporter": "process.name",
    "event_identifier": "event.code", "source_ip": "source.address", "ip_address": "source.address",
    "src_ip": "source.address", "dst_ip": "destination.address", "src_port": "source.port",
    "dst_port": "destination.port",
    "http_request_method": "http.request.method", "http_response_code": "http.response.status_code",
    "http_request_user_agent": "user_agent.original", "tag": "tags", "labels": "labels",
}  # fmt: skip


def parsed(records: Sequence[Mapping[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns; dates of l2tcsv are month/day/year in the zone that the line names."""
    frame = mapped([_dated(record) for record in records], _FIELDS, vendor="plaso", wanted=wanted)
    times = first(frame, "@time", "@epoch")
    description = column(frame, "@desc")
    display = column(frame, "@display").str.extract(r"^[A-Z0-9]+:(.+)$")
    path = first(frame, "file.path").str.replace(r"^[A-Z0-9]{2,8}:", "").fill_null(display)
    frame = frame.with_columns(
        *moments(times),
        description.alias("event.action"),
        path.alias("file.path"),
        path.str.extract(r"([^/\\]+)$").alias("file.name"),
        pl.lit("event").alias("event.kind"),
    )
    return connection(frame)


def _dated(record: Mapping[str, Any]) -> Mapping[str, Any]:
    day, clock = record.get("date"), record.get("time")
    if type(day) is str and type(clock) is str and "datetime" not in record:
        return {**record, "datetime": f"{day} {clock} {record.get('timezone', '')}".strip()}
    return record
