"""Access logs of nginx in JSON, where the names are those of nginx's variables."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers._mapping import Target
from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.web._records import ACCESS, reader

_TARGETS = frozenset({"request", "request_uri", "uri"})
_FIELDS: dict[str, Target] = {
    "time_iso8601": "_time",
    "time_local": "_time",
    "msec": "_time",
    "@timestamp": "_time",
    "timestamp": "_time",
    "time": "_time",
    "remote_addr": "source.address",
    "remote_port": "source.port",
    "remote_user": "user.name",
    "request": "_request",
    "request_method": "http.request.method",
    "method": "http.request.method",
    "request_uri": "url.original",
    "uri": "_path",
    "args": "url.query",
    "query_string": "url.query",
    "server_protocol": "_protocol",
    "scheme": "url.scheme",
    "http_host": "_host",
    "host": "_host",
    "server_name": ("_host", "destination.domain"),
    "server_addr": "destination.address",
    "server_port": "destination.port",
    "status": "http.response.status_code",
    "body_bytes_sent": "http.response.body.bytes",
    "bytes_sent": "http.response.bytes",
    "request_length": "http.request.bytes",
    "request_time": "_seconds",
    "request_id": "http.request.id",
    "http_referer": "http.request.referrer",
    "http_referrer": "http.request.referrer",
    "http_user_agent": "user_agent.original",
    "http_x_forwarded_for": "_forwarded",
    "ssl_protocol": "_tls",
    "ssl_cipher": "tls.cipher",
    "ssl_server_name": "tls.client.server_name",
    # https://nginx.org/en/docs/http/ngx_http_geoip_module.html
    "geoip_city_country_code": "source.geo.country_iso_code",
    "geoip_country_code": "source.geo.country_iso_code",
    "geoip_city_country_name": "source.geo.country_name",
    "geoip_country_name": "source.geo.country_name",
    "geoip_region_name": "source.geo.region_name",
    "geoip_city": "source.geo.city_name",
    "geoip_latitude": "source.geo.location.lat",
    "geoip_longitude": "source.geo.location.lon",
}


def _claims(record: dict[str, Any]) -> bool:
    return "remote_addr" in record and "status" in record and not _TARGETS.isdisjoint(record)


PARSER = JsonParser(
    dataset="web.nginx_access",
    reference="https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format",
    claims=_claims,
    parse=reader(
        _FIELDS,
        vendor="nginx.access",
        times=("%Y-%m-%dT%H:%M:%S%.f%#z", "%d/%b/%Y:%H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"),
        empty=frozenset({"", "-", "_"}),
        fixed={**ACCESS, "event.dataset": "web.nginx_access"},
    ),
    keys=("remote_addr", "status"),
    datasets=r"web\.nginx_access",
)
