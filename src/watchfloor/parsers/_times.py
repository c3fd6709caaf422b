"""Times without a zone or a year: resolved by what is known of the source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import polars as pl

from watchfloor.schema.records import Source

LOCAL = "@local"
"""Datetime without zone, µs, in the source's zone."""
YEARLESS = "_yearless"
"""Text `Mon DD HH:MM:SS[.fff]`, in the source's zone."""
_SLACK = dt.timedelta(days=1)


def parse_times(texts: pl.Series, formats: Sequence[str]) -> tuple[pl.Series, pl.Series]:
    """(UTC times, local times without zone) of texts; the first format that fits counts."""
    utc = pl.Series([None] * len(texts), dtype=pl.Datetime("us", "UTC"))
    local = pl.Series([None] * len(texts), dtype=pl.Datetime("us"))
    for format_ in formats:
        if "%z" in format_ or "%#z" in format_:
            utc = utc.fill_null(texts.str.to_datetime(format_, time_unit="us", time_zone="UTC", strict=False))
        else:
            local = local.fill_null(texts.str.to_datetime(format_, time_unit="us", strict=False))
    return utc, local


def resolve(frame: pl.DataFrame, sources: Sequence[Source]) -> pl.DataFrame:
    """`@timestamp` from `@local` and `_yearless` by the zone and reference of each row's `@source`."""
    if not {LOCAL, YEARLESS} & set(frame.columns):
        return frame
    if "@timestamp" not in frame.columns:
        frame = frame.with_columns(pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("@timestamp"))
    parts = []
    for (index,), part in frame.group_by("@source", maintain_order=True):
        source = sources[int(str(index))]
        local = part[LOCAL] if LOCAL in part.columns else pl.Series([None] * len(part), dtype=pl.Datetime("us"))
        if YEARLESS in part.columns:
            local = local.fill_null(with_year(part[YEARLESS], source))
        parts.append(part.with_columns(part["@timestamp"].fill_null(in_utc(local, source.zone)).alias("@timestamp")))
    return pl.concat(parts).drop([LOCAL, YEARLESS], strict=False)


def with_year(texts: pl.Series, source: Source) -> pl.Series:
    """The latest year in which the date is not later than a day after the source's reference."""
    limit = source.reference.astimezone(source.zone).replace(tzinfo=None) + _SLACK
    found = pl.Series([None] * len(texts), dtype=pl.Datetime("us"))
    for year in range(limit.year, limit.year - 9, -1):  # 29 February comes back after 8 years at the latest
        if not found.is_null().any():
            break
        moments = (f"{year} " + texts).str.to_datetime("%Y %b %e %H:%M:%S%.f", time_unit="us", strict=False)
        found = found.fill_null(pl.select(pl.when(moments <= limit).then(moments)).to_series())
        if not (found.is_null() & texts.is_not_null()).any():
            break
    return found


def in_utc(local: pl.Series, zone: dt.tzinfo) -> pl.Series:
    """Local times as UTC: the earlier one where clocks went back, an hour later where they went forward."""
    if isinstance(zone, ZoneInfo):
        there = local.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
        shifted = (local + dt.timedelta(hours=1)).dt.replace_time_zone(
            zone.key, ambiguous="earliest", non_existent="null"
        )
        return there.fill_null(shifted).dt.convert_time_zone("UTC")
    offset = zone.utcoffset(None) or dt.timedelta()
    return (local - offset).dt.replace_time_zone("UTC")
