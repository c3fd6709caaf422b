"""Amazon CloudFront standard logs: tab-separated columns in the W3C extended format."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from watchfloor.parsers._pairs import columns
from watchfloor.parsers.plugin import FieldsParser
from watchfloor.parsers.web._records import reader
from watchfloor.parsers.web._request import decoded
from watchfloor.parsers.web._w3c import FIELDS, TIMES, derived, names_in, rows

_COLUMNS = [
    "date",
    "time",
    "x-edge-location",
    "sc-bytes",
    "c-ip",
    "cs-method",
    "cs(Host)",
    "cs-uri-stem",
    "sc-status",
    "cs(Referer)",
    "cs(User-Agent)",
    "cs-uri-query",
    "cs(Cookie)",
    "x-edge-result-type",
    "x-edge-request-id",
    "x-host-header",
    "cs-protocol",
    "cs-bytes",
    "time-taken",
    "x-forwarded-for",
    "ssl-protocol",
    "ssl-cipher",
    "x-edge-response-result-type",
    "cs-protocol-version",
    "fle-status",
    "fle-encrypted-fields",
    "c-port",
    "time-to-first-byte",
    "x-edge-detailed-result-type",
    "sc-content-type",
    "sc-content-len",
    "sc-range-start",
    "sc-range-end",
]
_FEWEST = 24


def _read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:
    names = names_in(header)
    if names:
        return rows(lines, names, "\t")
    return columns([line.rstrip("\r\n ") for line in lines], _COLUMNS, "\t", fewest=_FEWEST)


def _derive(frame: pl.DataFrame) -> pl.DataFrame:
    """Agent and query without percent escapes, of which CloudFront puts two around each other."""
    if "_agent" in frame.columns:
        frame = frame.with_columns(decoded(decoded(frame["_agent"])).alias("_agent"))
    return derived(frame.with_columns(pl.lit("aws").alias("cloud.provider")))


PARSER = FieldsParser(
    reference="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html",
    sieve=r"^\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t[A-Z]{3}\d[^\t]*\t\d+\t",
    header=r"(?m)^#Fields: .*x-edge-location",
    read=_read,
    parse=reader(
        {
            **{name: target for name, target in FIELDS.items() if name not in {"time-taken", "cs-host", "cs(Host)"}},
            "x-host-header": ("url.domain", "destination.domain"),
            "cs(Host)": ("url.domain", "destination.domain"),
            "cs-protocol": "url.scheme",
            "sc-bytes": "http.response.bytes",
            "cs-bytes": "http.request.bytes",
            "sc-content-type": "http.response.mime_type",
            "time-taken": "_seconds",
            "x-forwarded-for": "_forwarded",
            "ssl-protocol": "_tls",
            "ssl-cipher": "tls.cipher",
            "x-edge-request-id": "http.request.id",
            "x-edge-result-type": "event.action",
            "c-country": "source.geo.country_iso_code",
            "asn": "source.as.number",
        },
        vendor="aws.cloudfront",
        times=TIMES,
        utc=True,
        derive=_derive,
        empty=frozenset({"", "-"}),
    ),
)
