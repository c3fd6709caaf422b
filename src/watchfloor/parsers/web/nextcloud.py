"""Nextcloud and ownCloud logs: failed log-ins, blocked clients, and what else the applications say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.web._records import reader, with_fixed

_LEVELS = {"0": "debug", "1": "info", "2": "warn", "3": "error", "4": "fatal"}
# The name is the client's own text: it ends at the last quote that the server's words follow.
_FAILED = (
    r"^Login failed: (?:'(?s:(.*))'|(\S+)) \((?:Remote IP|IP): ?'?([0-9A-Fa-f.:]+)'?(?:, X-Forwarded-For: .*)?\)\s*$"
)
_RECORDS = reader(
    {
        "time": "_time",
        "remoteAddr": "source.address",
        "user": "user.name",
        "app": "log.logger",
        "level": "log.level",
        "method": "http.request.method",
        "url": "url.original",
        "message": "message",
        "userAgent": "user_agent.original",
        "reqId": "http.request.id",
    },
    vendor="nextcloud",
    times=("%Y-%m-%dT%H:%M:%S%.f%#z", "%B %d, %Y %H:%M:%S", "%Y-%m-%d %H:%M:%S"),
    fixed={},
    empty=frozenset({"", "-", "--"}),
)


def _parse(records: Sequence[Mapping[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    frame = _RECORDS(records, wanted)
    parts = column(frame, "message").str.extract_groups(_FAILED).struct
    name, address = parts.field("1").fill_null(parts.field("2")), parts.field("3")
    failed = address.is_not_null()
    frame = frame.with_columns(
        name.fill_null(column(frame, "user.name")).alias("user.name"),
        column(frame, "source.address").fill_null(address).alias("source.address"),
        column(frame, "source.ip").fill_null(address).alias("source.ip"),
        column(frame, "log.level").replace(_LEVELS).alias("log.level"),
        pl.when(failed).then(pl.lit("failure")).alias("event.outcome"),
        pl.when(failed).then(pl.lit("login-failed")).alias("event.action"),
        pl.when(failed).then(pl.lit(["authentication", "web"])).otherwise(pl.lit(["web"])).alias("event.category"),
    )
    return with_fixed(frame, {"event.type": ["info"]})


PARSER = JsonParser(
    reference="https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/logging_configuration.html",
    claims=lambda record: {"reqId", "app", "remoteAddr"} <= record.keys(),
    parse=_parse,
    keys=("reqId", "app", "message"),
)
