"""Times as the forms of Windows events write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import polars as pl

_FILETIME_OF_1970 = 116_444_736_000_000_000
_FILETIME_FROM = 10**15
"""A number above is a FILETIME (100 ns since 1601), one below milliseconds since 1970 (years up to 33,658)."""


def utc_times(values: Sequence[Any]) -> pl.Series:
    """`@timestamp` of ISO 8601 text with a zone, FILETIME or epoch milliseconds; null for anything else.

    Fractions beyond microseconds are cut off. Years outside 1 to 9999 are null.
    """
    texts = [value if type(value) is str else None for value in values]
    times = pl.Series("@timestamp", texts, dtype=pl.String).str.to_datetime(
        "%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", strict=False
    )
    odd = [row for row in times.is_null().arg_true().to_list() if values[row] is not None]
    if odd:
        times = times.scatter(odd, [_moment(values[row]) for row in odd])
    return times.dt.replace_time_zone("UTC")


def local_times(values: Sequence[str | None]) -> pl.Series:
    """`@local` of ISO 8601 text without a zone, with a blank or `T` between date and time; null for anything else."""
    texts = pl.Series("@local", values, dtype=pl.String).str.replace("T", " ", literal=True)
    return texts.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)


def _moment(value: Any) -> dt.datetime | None:
    """The moment in UTC, without zone."""
    try:
        if isinstance(value, str) and not value.isdecimal():
            moment = dt.datetime.fromisoformat(value.strip())
            return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else None
        number = int(value)
        microseconds = (number - _FILETIME_OF_1970) // 10 if number >= _FILETIME_FROM else number * 1000
        return dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=microseconds)  # noqa: DTZ001 a difference in UTC
    except (ValueError, TypeError, OverflowError):
        return None
