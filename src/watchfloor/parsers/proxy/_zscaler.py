"""The names of Zscaler's web log, as its feeds for JSON and for pairs have them."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers._users import with_domain
from watchfloor.parsers.web._records import ACCESS, reader


def _derive(frame: pl.DataFrame) -> pl.DataFrame:
    """URL with its scheme where that is known; what was blocked is a failure."""
    blocked = (
        column(frame, "event.action").str.to_lowercase().str.contains("^(?:block|deny|drop)").fill_null(value=False)
    )
    url, protocol = column(frame, "url.original"), column(frame, "_scheme").str.to_lowercase()
    web = protocol.is_in(["http", "https"]) & ~url.str.contains("://")
    whole = pl.select(pl.when(web).then(protocol + "://" + url).otherwise(url)).to_series()
    return with_domain(
        frame.with_columns(whole.alias("url.original"), pl.when(blocked).then(pl.lit("failure")).alias("event.outcome"))
    )


parse = reader(
    {
        "datetime": "_time",
        "time": "_time",
        "epochtime": "_time",
        "action": "event.action",
        "reason": "event.reason",
        "protocol": "_scheme",
        "proto": "_scheme",
        "url": "url.original",
        "hostname": "destination.domain",
        "host": "destination.domain",
        "serverip": "destination.address",
        "sip": "destination.address",
        "ClientIP": "source.address",
        "cip": "source.address",
        "clientpublicIP": "source.nat.ip",
        "cintip": "source.address",
        "requestmethod": "http.request.method",
        "reqmethod": "http.request.method",
        "requestversion": "_protocol",
        "refererURL": "http.request.referrer",
        "referer": "http.request.referrer",
        "useragent": "user_agent.original",
        "ua": "user_agent.original",
        "status": "http.response.status_code",
        "respcode": "http.response.status_code",
        "responsesize": "http.response.bytes",
        "respsize": "http.response.bytes",
        "requestsize": "http.request.bytes",
        "reqsize": "http.request.bytes",
        "contenttype": "http.response.mime_type",
        "user": "user.name",
        "login": "user.name",
        "devicehostname": "host.name",
        "md5": "file.hash.md5",
        "bamd5": "file.hash.md5",
        "rulelabel": "rule.name",
        "ruletype": "rule.category",
        "appname": "network.application",
    },
    vendor="zscaler.web",
    times=("%Y-%m-%d %H:%M:%S", "%a %b %e %H:%M:%S %Y", "%Y-%m-%dT%H:%M:%S%.f%#z"),
    derive=_derive,
    fixed=ACCESS,
    empty=frozenset({"", "-", "None", "NA", "N/A", "null", "Not_Applicable", "UNKNOWN"}),
)
"""Columns of records by Zscaler's names."""
