"""Cisco Umbrella's secure web gateway: its proxy logs as CSV."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers._pairs import columns
from watchfloor.parsers.plugin import FieldsParser
from watchfloor.parsers.web._records import ACCESS, reader

_COLUMNS = [
    "Timestamp",
    "Policy Identity Label",
    "Internal Client IP",
    "External Client IP",
    "Destination IP",
    "Content Type",
    "Action",
    "URL",
    "Referer",
    "User Agent",
    "Status Code",
    "Request Size",
    "Response Size",
    "Response Body Size",
    "SHA256",
    "Categories",
    "AV Detections",
    "PUAs",
    "AMP Disposition",
    "AMP Malware Name",
    "AMP Score",
    "Policy Identity Type",
    "Blocked Categories",
    "Identities",
    "Identity Types",
    "Request Method",
    "DLP Status",
    "Certificate Errors",
    "File Name",
    "Ruleset ID",
    "Rule ID",
    "Destination List IDs",
    "Isolate Action",
    "File Action",
    "Warn Status",
    "Forwarding Method",
    "Producer",
    "MSP Organization ID",
    "Egress IP",
    "Organization ID",
    "Application ID",
]


def _read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:
    names = [each.strip().strip('"') for each in header.split(",")] if header else _COLUMNS
    return columns(lines, names)


def _derive(frame: pl.DataFrame) -> pl.DataFrame:
    """What was blocked is a failure; the client is the inner one where it is known; a label may be a user."""
    blocked = column(frame, "event.action").str.to_lowercase().str.contains("block").fill_null(value=False)
    inner = column(frame, "_inner").fill_null(column(frame, "_outer"))
    user = column(frame, "_kind").str.contains("User")
    return frame.with_columns(
        pl.when(user).then(column(frame, "_label")).alias("user.name"),
        pl.when(blocked).then(pl.lit("failure")).alias("event.outcome"),
        inner.alias("source.address"),
    )


PARSER = FieldsParser(
    reference="https://docs.umbrella.com/deployment-umbrella/docs/log-formats-and-versioning",
    sieve=(
        r'^"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d","[^"]*","[0-9A-Fa-f.:]*","[0-9A-Fa-f.:]*","[0-9A-Fa-f.:]*","[^"]*",'
        r'"(?i:allowed|blocked|block|isolated|warned)","'
    ),
    header=r'^"?Timestamp"?,"?Policy Identity Label"?,"?Internal Client IP"?,',
    read=_read,
    parse=reader(
        {
            "Timestamp": "_time",
            "Internal Client IP": "_inner",
            "External Client IP": ("_outer", "source.nat.ip"),
            "Destination IP": "destination.address",
            "Content Type": "http.response.mime_type",
            "Action": "event.action",
            "URL": "url.original",
            "Referer": "http.request.referrer",
            "User Agent": "user_agent.original",
            "Status Code": "http.response.status_code",
            "Request Size": "http.request.bytes",
            "Response Size": "http.response.bytes",
            "Response Body Size": "http.response.body.bytes",
            "SHA256": "file.hash.sha256",
            "Request Method": "http.request.method",
            "File Name": "file.name",
            "Ruleset ID": "rule.ruleset",
            "Rule ID": "rule.id",
            "Policy Identity Label": "_label",
            "Policy Identity Type": "_kind",
        },
        vendor="cisco.umbrella",
        times=("%Y-%m-%d %H:%M:%S",),
        utc=True,
        derive=_derive,
        fixed=ACCESS,
    ),
)
