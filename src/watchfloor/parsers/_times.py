"""Times without a zone or a year: resolved by what is known of the source."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import polars as pl

from watchfloor.schema.records import Source

LOCAL = "@local"
"""Datetime without zone, µs, in the source's zone."""
YEARLESS = "_yearless"
"""Text `Mon DD HH:MM:SS[.fff]`, in the source's zone."""
_LOCAL_TYPE = pl.Datetime("us")
_UTC_TYPE = pl.Datetime("us", "UTC")
_DAY = dt.timedelta(days=1)


def parse_times(texts: pl.Series, formats: Sequence[str]) -> tuple[pl.Series, pl.Series]:
    """(UTC times, local times without zone) of texts; the first format that fits counts.

    Formats are in chrono's syntax; one with `%z` or `%#z` gives UTC.
    """
    utc = pl.Series([None] * len(texts), dtype=_UTC_TYPE)
    local = pl.Series([None] * len(texts), dtype=_LOCAL_TYPE)
    for form in formats:
        if not (utc.is_null() & local.is_null()).any():
            break
        if "%z" in form or "%#z" in form:
            utc = utc.fill_null(texts.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False))
        else:
            local = local.fill_null(texts.str.to_datetime(form, time_unit="us", strict=False))
    return utc, local


def resolve(frame: pl.DataFrame, sources: Sequence[Source]) -> pl.DataFrame:
    """`@timestamp` from `@local` and `_yearless` by the zone and reference of each row's `@source`.

    Where there is no time at all, or one that no calendar knows, `@timestamp` stays null.
    """
    if not {LOCAL, YEARLESS} & set(frame.columns):
        return frame
    local = frame[LOCAL] if LOCAL in frame.columns else pl.Series([None] * len(frame), dtype=_LOCAL_TYPE)
    if YEARLESS in frame.columns:
        limits = pl.Series([_limit(source) for source in sources], dtype=_LOCAL_TYPE)
        local = local.fill_null(with_year(frame[YEARLESS], limits.gather(frame["@source"])))
    utc = _by_zone(local, frame["@source"], sources)
    if "@timestamp" in frame.columns:
        utc = frame["@timestamp"].fill_null(utc)
    return frame.drop([LOCAL, YEARLESS], strict=False).with_columns(utc.alias("@timestamp"))


def _limit(source: Source) -> dt.datetime:
    return source.reference.astimezone(source.zone).replace(tzinfo=None) + _DAY


def with_year(texts: pl.Series, limits: pl.Series) -> pl.Series:
    """Texts `Mon DD HH:MM:SS[.fff]` in the latest year in which each is not later than its limit."""
    found = pl.Series([None] * len(texts), dtype=_LOCAL_TYPE)
    years = limits.dt.year()
    for back in range(9):  # 29 February comes back after 8 years at the latest
        if not (found.is_null() & texts.is_not_null()).any():
            break
        dated = (years - back).cast(pl.String) + " " + texts
        moments = dated.str.to_datetime("%Y %b %e %H:%M:%S%.f", time_unit="us", strict=False)
        found = pl.select(pl.coalesce(found, pl.when(moments <= limits).then(moments))).to_series()
    return found


def _by_zone(local: pl.Series, source: pl.Series, sources: Sequence[Source]) -> pl.Series:
    zones = {str(each.zone): each.zone for each in sources}
    if len(zones) == 1:
        return in_utc(local, sources[0].zone)
    names = pl.Series([str(each.zone) for each in sources]).gather(source)
    utc = pl.Series([None] * len(local), dtype=_UTC_TYPE)
    for name, zone in zones.items():
        here = pl.select(pl.when(names == name).then(local)).to_series()
        utc = utc.fill_null(in_utc(here, zone))
    return utc


def in_utc(local: pl.Series, zone: dt.tzinfo) -> pl.Series:
    """Local times as UTC: the earlier one where clocks went back, by the offset before where they went forward."""
    if zone == dt.UTC:
        return local.dt.replace_time_zone("UTC")
    if isinstance(zone, dt.timezone):
        return (local - zone.utcoffset(None)).dt.replace_time_zone("UTC")
    if not (isinstance(zone, ZoneInfo) and _known(zone.key)):
        moments = [None if each is None else each.replace(tzinfo=zone).astimezone(dt.UTC) for each in local]
        return pl.Series(moments, dtype=_UTC_TYPE)
    there = _there(local, zone.key)
    if there.null_count() > local.null_count():
        there = there.fill_null(_there(local - _DAY, zone.key) + _DAY)
    return there


def _there(local: pl.Series, key: str) -> pl.Series:
    zoned = local.dt.replace_time_zone(key, ambiguous="earliest", non_existent="null")
    return zoned.dt.convert_time_zone("UTC")


@functools.cache
def _known(key: str) -> bool:
    """Whether polars' own zone database has the zone."""
    try:
        _there(pl.Series([dt.datetime(2000, 1, 1)], dtype=_LOCAL_TYPE), key)  # noqa: DTZ001  # the zone is the question
    except pl.exceptions.ComputeError:
        return False
    return True


def epochs(texts: pl.Series) -> pl.Series:
    """UTC times of seconds since 1970, with or without a fraction, or of milli-, micro- or nanoseconds by size."""
    digits = texts.str.extract(r"^\s*(\d{9,19})(?:\.\d*)?\s*$", 1)
    whole = digits.cast(pl.Int64, strict=False)
    fraction = texts.str.extract(r"^\s*\d{9,11}\.(\d{1,6})\d*\s*$", 1)
    micros = fraction.str.pad_end(6, "0").cast(pl.Int64, strict=False).fill_null(0)
    size = digits.str.len_chars()
    value = pl.select(
        pl.when(size <= 11)
        .then(whole * 1_000_000 + micros)
        .when(size <= 14)
        .then(whole * 1_000)
        .when(size <= 17)
        .then(whole)
        .otherwise(whole // 1_000)
    ).to_series()
    return value.cast(_UTC_TYPE)
