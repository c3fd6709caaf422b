"""Zscaler's web log, from its streaming service, in JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.proxy._zscaler import parse


def _parse(records: Sequence[Mapping[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    frame = parse([record["event"] for record in records], wanted)
    return frame.with_columns(pl.lit("proxy.zscaler").alias("event.dataset"))


PARSER = JsonParser(
    reference="https://help.zscaler.com/zia/nss-feed-output-format-web-logs",
    claims=lambda record: record.get("sourcetype") == "zscalernss-web" and isinstance(record.get("event"), dict),
    parse=_parse,
    keys=("sourcetype", "event"),
    datasets=r"proxy\.zscaler",
)
