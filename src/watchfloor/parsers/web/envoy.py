"""Envoy and Istio access logs in their default text formats."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers.plugin import LineParser, Pattern
from watchfloor.parsers.web._records import ACCESS, finish_access

_QUOTED = r'"(?P<{name}>[^"]*)"'
_HEAD = (
    r'^\[(?P<_time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)\] "(?P<_request>[^"]*)" '
    r"(?P<http.response.status_code>\d{1,3})"
    r" (?P<envoy.response_flags>\S+)"
)
_COUNTS = r" (?P<source.bytes>\d+) (?P<destination.bytes>\d+) (?P<_millis>\d+) (?P<envoy.upstream_service_time>\d+|-)"
_TEXTS = " ".join(
    _QUOTED.format(name=name)
    for name in ("_forwarded", "user_agent.original", "http.request.id", "_host", "envoy.upstream_host")
)
_ISTIO = (
    rf"{_HEAD} (?P<envoy.response_code_details>\S+) (?P<envoy.connection_termination_details>\S+)"
    rf' "(?P<event.reason>[^"]*)"{_COUNTS} {_TEXTS} (?P<envoy.upstream_cluster>\S+) '
    rf"(?P<envoy.upstream_local_address>\S+)"
    r" (?P<_peer>\S+) (?P<_client>\S+) (?P<tls.client.server_name>\S+) (?P<envoy.route_name>\S+)\s*$"
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The default format tells the client's address in X-Forwarded-For alone."""
    forwarded = column(frame, "_forwarded")
    told = pl.select(pl.when(column(frame, "_client").is_null() & (forwarded != "-")).then(forwarded)).to_series()
    return finish_access(frame.with_columns(told.alias("_clients")))


PARSER = LineParser(
    reference="https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage",
    patterns=(
        Pattern(_ISTIO, ACCESS),
        Pattern(rf"{_HEAD}{_COUNTS} {_TEXTS}(?: .*)?\s*$", ACCESS),
    ),
    times=("%Y-%m-%dT%H:%M:%S%.f%#z",),
    sieve=r'^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z\] "[^"]*" \d{1,3} \S+ ',
    finish=_finish,
)
