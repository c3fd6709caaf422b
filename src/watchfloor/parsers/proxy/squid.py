"""Squid: access logs in the native, common and combined formats, and what cache.log says."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._patterns import REMAINDER
from watchfloor.parsers._times import epochs
from watchfloor.parsers._users import with_domain
from watchfloor.parsers.plugin import LineParser, Pattern
from watchfloor.parsers.web._access import HOST, TIME
from watchfloor.parsers.web._records import ACCESS, finish_access

_CODE = r"(?P<event.action>[A-Z][A-Z_]*)"
_HIERARCHY = r"(?P<squid.hierarchy>[A-Z][A-Z_0-9]*)"
_NATIVE = (
    r"^(?P<_seconds_since>\d{9,10}\.\d{3}) +(?P<_millis>-?\d+) (?P<source.address>\S+) "
    rf"{_CODE}/(?P<http.response.status_code>-?\d{{1,3}}) (?P<http.response.bytes>\d+) (?P<http.request.method>\S+) "
    rf"(?P<url.original>.*) (?P<user.name>\S+) {_HIERARCHY}/(?P<destination.address>\S+)"
    r" (?P<http.response.mime_type>[^\s\[]+)(?: \[.*)?\s*$"
)
# Squid does not escape quotes in requests and headers.
_COMMON = (
    rf"^(?P<source.address>{HOST}) \S+ (?P<user.name>.*?) {TIME} \"(?P<_request>.*?)\" "
    rf"(?P<http.response.status_code>\d{{1,3}}) "
    rf'(?P<http.response.bytes>\d+|-)(?: "(?P<http.request.referrer>.*?)" "(?P<user_agent.original>.*)")? '
    rf"{_CODE}:{_HIERARCHY}\s*$"
)
_CACHE = (
    r"^(?P<_time>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)?)(?: kid(?P<squid.kid>\d+))?\| "
    rf"(?:(?P<log.level>WARNING|ERROR|FATAL|SECURITY ALERT|SECURITY NOTICE|BUG|Attention|NOTICE|STARTUP NOTICE)"
    rf": )?{REMAINDER}"
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Time, outcome and all that follows from the request; what squid denied is a failure."""
    if "_seconds_since" in frame.columns:
        native = epochs(frame["_seconds_since"])
        utc = frame["@timestamp"].fill_null(native) if "@timestamp" in frame.columns else native
        frame = frame.drop("_seconds_since").with_columns(utc.alias("@timestamp"))
    if "event.action" in frame.columns:
        denied = pl.col("event.action").str.contains("DENIED")
        frame = frame.with_columns(pl.when(denied).then(pl.lit("failure")).alias("event.outcome"))
    return with_domain(finish_access(frame))


PARSER = LineParser(
    reference="https://wiki.squid-cache.org/Features/LogFormat",
    patterns=(
        Pattern(_NATIVE, ACCESS),
        Pattern(_COMMON, ACCESS),
        Pattern(_CACHE, {"event.category": ["web"], "event.type": ["info"]}),
    ),
    times=("%d/%b/%Y:%H:%M:%S %z", "%Y/%m/%d %H:%M:%S%.f"),
    sieve=(
        r"^(?:\d{9,10}\.\d{3} +-?\d+ \S+ [A-Z][A-Z_]*/|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: kid\d+)?\| "
        r"|[0-9A-Za-z_-]*[.:][0-9A-Za-z.:_-]* \S+ .*(?:TCP|UDP|NONE|TAG)[A-Z_]*:[A-Z][A-Z_0-9]*\s*$)"
    ),
    finish=_finish,
)
