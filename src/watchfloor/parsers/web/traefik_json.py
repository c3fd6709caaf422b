"""Traefik access logs in JSON."""

from __future__ import annotations

from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.web._records import ACCESS, reader

_DATASET = "web.traefik_access"

PARSER = JsonParser(
    dataset="web.traefik_access",
    reference="https://doc.traefik.io/traefik/observability/access-logs/",
    claims=lambda record: "RequestMethod" in record and "DownstreamStatus" in record,
    parse=reader(
        {
            "StartUTC": "_time",
            "time": "_time",
            "ClientAddr": "_client",
            "ClientHost": "source.address",
            "ClientPort": "source.port",
            "ClientUsername": "user.name",
            "RequestMethod": "http.request.method",
            "RequestPath": "url.original",
            "RequestHost": "url.domain",
            "RequestPort": "url.port",
            "RequestScheme": "url.scheme",
            "RequestProtocol": "_protocol",
            "RequestContentSize": "http.request.body.bytes",
            "DownstreamStatus": "http.response.status_code",
            "DownstreamContentSize": "http.response.body.bytes",
            "Duration": "_nanos",
            "TLSVersion": "tls.version",
            "TLSCipher": "tls.cipher",
            "request_User-Agent": "user_agent.original",
            "request_Referer": "http.request.referrer",
            "request_X-Forwarded-For": "_forwarded",
            "level": "log.level",
        },
        vendor="traefik.access",
        times=("%Y-%m-%dT%H:%M:%S%.f%#z",),
        fixed={**ACCESS, "event.dataset": _DATASET},
        empty=frozenset({"", "-"}),
    ),
    keys=("RequestMethod", "DownstreamStatus"),
    datasets=r"web\.traefik_access",
)
