"""Flat events and alerts as JSON lines."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson

from watchfloor.core.clock import iso


def json_line(value: Any) -> bytes:
    """One JSON document and a line end; times as ISO 8601 in UTC with a Z."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_PASSTHROUGH_DATETIME)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return iso(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)
