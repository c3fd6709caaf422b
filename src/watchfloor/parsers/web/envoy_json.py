"""Envoy and Istio access logs in JSON, with the names that Istio gives them."""

from __future__ import annotations

from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.web._records import ACCESS, reader

PARSER = JsonParser(
    dataset="web.envoy",
    reference="https://istio.io/latest/docs/tasks/observability/logs/access-log/",
    claims=lambda record: "response_flags" in record and "start_time" in record,
    parse=reader(
        {
            "start_time": "_time",
            "method": "http.request.method",
            "path": "url.original",
            "authority": "_host",
            "protocol": "_protocol",
            "response_code": "http.response.status_code",
            "bytes_received": "source.bytes",
            "bytes_sent": "destination.bytes",
            "duration": "_millis",
            "x_forwarded_for": "_forwarded",
            "user_agent": "user_agent.original",
            "request_id": "http.request.id",
            "downstream_remote_address": "_client",
            "downstream_local_address": "_peer",
            "requested_server_name": "tls.client.server_name",
            "upstream_transport_failure_reason": "event.reason",
        },
        vendor="envoy",
        times=("%Y-%m-%dT%H:%M:%S%.f%#z",),
        fixed={**ACCESS, "event.dataset": "web.envoy"},
    ),
    keys=("response_flags", "start_time"),
    datasets=r"web\.envoy",
)
