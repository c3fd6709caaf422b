"""Times without a zone or a year: resolved by what is known of the source."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import polars as pl

from watchfloor.parsers._columns import nulls
from watchfloor.schema.records import Source

LOCAL = "@local"
"""Datetime without zone, µs, in the source's zone."""
YEARLESS = "_yearless"
"""Text `Mon DD HH:MM:SS[.fff]`, in the source's zone."""
ZONES = {
    "Z": "+0000", "UTC": "+0000", "GMT": "+0000", "WET": "+0000", "WEST": "+0100", "CET": "+0100", "CEST": "+0200",
    "EET": "+0200", "EEST": "+0300", "MSK": "+0300", "JST": "+0900", "KST": "+0900", "AEST": "+1000", "AEDT": "+1100",
    "NZST": "+1200", "NZDT": "+1300", "EST": "-0500", "EDT": "-0400", "CDT": "-0500", "MST": "-0700", "MDT": "-0600",
    "PST": "-0800", "PDT": "-0700",
}  # fmt: skip
"""Abbreviations that stand for one offset only; those of India, Britain and China are each used for several."""
_LOCAL_TYPE = pl.Datetime("us")
_UTC_TYPE = pl.Datetime("us", "UTC")
_DAY = dt.timedelta(days=1)


def parse_times(texts: pl.Series, formats: Sequence[str]) -> tuple[pl.Series, pl.Series]:
    """(UTC times, local times without zone) of texts; the first format that fits counts.

    Formats are in chrono's syntax; one with `%z` or `%#z` gives UTC.
    """
    utc = nulls(len(texts), _UTC_TYPE)
    local = nulls(len(texts), _LOCAL_TYPE)
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
    local = frame[LOCAL] if LOCAL in frame.columns else nulls(len(frame), _LOCAL_TYPE)
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
    found = nulls(len(texts), _LOCAL_TYPE)
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
    utc = nulls(len(local), _UTC_TYPE)
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


def with_epoch(frame: pl.DataFrame) -> pl.DataFrame:
    """`@timestamp` from `_epoch`, in place of it; a time that is known already stays."""
    if "_epoch" not in frame.columns:
        return frame
    moments = epochs(frame["_epoch"])
    known = frame["@timestamp"].fill_null(moments) if "@timestamp" in frame.columns else moments
    return frame.drop("_epoch").with_columns(known.alias("@timestamp"))


def offsets(zones: pl.Series) -> pl.Series:
    """Offsets such as `+0200` of zones by abbreviation or offset, null for those that do not tell."""
    names = zones.replace_strict(ZONES, default=None, return_dtype=pl.String)
    given = zones.str.extract_groups(r"^\(?(?:UTC|GMT)?([+-])(\d\d?):?(\d\d)?\b").struct
    return names.fill_null(given.field("1") + given.field("2").str.zfill(2) + given.field("3").fill_null("00"))


def moments(texts: pl.Series, formats: Sequence[str], zones: pl.Series | None = None) -> tuple[pl.Series, pl.Series]:
    """(`@timestamp`, `@local`) of texts whose zone, if any, is at their end or in a column of its own."""
    if zones is not None:
        texts = pl.select(pl.concat_str([texts, offsets(zones).fill_null("")])).to_series()
    utc, _ = parse_times(texts, [f"{form}%#z" for form in formats])
    _, local = parse_times(texts, formats)
    return utc.alias("@timestamp"), local.alias(LOCAL)


def nanoseconds(durations: pl.Series, unit: float = 1e9) -> pl.Series:
    """Durations as `event.duration` has them, from texts or numbers that are seconds, or count another unit."""
    given = durations.cast(pl.Float64, strict=False) * unit
    return pl.select(pl.when(given.is_between(0, 1e18)).then(given.round())).to_series().cast(pl.Int64)


def spans(texts: pl.Series) -> pl.Series:
    """The same from `H:MM:SS`, `1d 02h:03m:04s` or whole seconds."""
    parts = texts.str.extract_groups(
        r"^(?:(?:(?P<d>\d+)d[: ]?)?(?P<h>\d+)h?[: ])?(?:(?P<m>\d+)m?[: ])?(?P<s>\d+)s?$"
    ).struct
    total = parts.field("s").cast(pl.Int64, strict=False)
    for unit, seconds in (("d", 86_400), ("h", 3_600), ("m", 60)):
        total += parts.field(unit).cast(pl.Int64, strict=False).fill_null(0) * seconds
    return total * 1_000_000_000
