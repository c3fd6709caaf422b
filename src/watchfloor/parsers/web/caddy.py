"""Caddy's JSON logs: requests, errors of handlers, and what the server says of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.web._records import reader, with_fixed

_FIELDS = {
    "ts": "_time",
    "level": "log.level",
    "logger": "log.logger",
    "request.remote_ip": "source.address",
    "request.remote_port": "source.port",
    "request.remote_addr": "_client",
    "request.client_ip": "network.forwarded_ip",
    "request.proto": "_protocol",
    "request.method": "http.request.method",
    "request.uri": "url.original",
    "user_id": "user.name",
    "bytes_read": "http.request.body.bytes",
    "size": "http.response.body.bytes",
    "status": "http.response.status_code",
    "err_id": "error.code",
    "request.tls.server_name": "tls.client.server_name",
    "request.tls.proto": "tls.next_protocol",
    "request.tls.resumed": "tls.resumed",
    "agent": "user_agent.original",
    "referer": "http.request.referrer",
    "host": "_host",
    "seconds": "_seconds",
    "msg": "message",
}
_TLS = {769: "1.0", 770: "1.1", 771: "1.2", 772: "1.3"}


def _view(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with single values in place of headers that are lists, and the duration in seconds."""
    request = record.get("request")
    request = request if isinstance(request, dict) else {}
    headers = request.get("headers")
    headers = headers if isinstance(headers, dict) else {}
    return {
        **record,
        "agent": _first(headers.get("User-Agent")),
        "referer": _first(headers.get("Referer")),
        "host": request.get("host"),
        "seconds": record.get("duration") if isinstance(record.get("duration"), float | int) else None,
    }


def _first(values: Any) -> Any:
    return values[0] if isinstance(values, list) and values else None


_REQUEST = reader(
    _FIELDS, vendor="caddy", times=("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y/%m/%d %H:%M:%S%.f"), fixed={}, view=_view
)


def _parse(records: Sequence[Mapping[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    frame = _REQUEST(records, wanted)
    tls = [_tls(record) for record in records]
    if any(tls):
        frame = frame.with_columns(pl.Series("tls.version", tls, dtype=pl.String))
        protocol = pl.when(pl.col("tls.version").is_not_null()).then(pl.lit("tls"))
        frame = frame.with_columns(protocol.alias("tls.version_protocol"))
    kinds = ["access" if record.get("msg") == "handled request" else _kind(record) for record in records]
    types = pl.Series("event.type", [[kind] for kind in kinds], dtype=pl.List(pl.String))
    return with_fixed(frame.with_columns(types), {"event.category": ["web"]})


def _kind(record: Mapping[str, Any]) -> str:
    return "error" if str(record.get("level")).lower() in {"error", "warn", "panic", "fatal"} else "info"


def _tls(record: Mapping[str, Any]) -> str | None:
    request = record.get("request")
    tls = request.get("tls") if isinstance(request, dict) else None
    version = tls.get("version") if isinstance(tls, dict) else None
    return _TLS.get(version) if isinstance(version, int) else None


def _claims(record: dict[str, Any]) -> bool:
    if not isinstance(record.get("level"), str) or not isinstance(record.get("msg"), str):
        return False
    request = record.get("request")
    if isinstance(request, dict):
        return "proto" in request and ("remote_ip" in request or "remote_addr" in request)
    logger = str(record.get("logger", ""))
    return logger.split(".", maxsplit=1)[0] in {"http", "tls", "admin", "caddy", "pki", "events"}


PARSER = JsonParser(
    reference="https://caddyserver.com/docs/logging",
    claims=_claims,
    parse=_parse,
    keys=("level", "ts", "msg"),
)
