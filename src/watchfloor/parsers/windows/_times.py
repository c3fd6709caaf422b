"""Times as the forms of Windows events write them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

import polars as pl

_FILETIME_OF_1970 = 116_444_736_000_000_000
_FILETIME_FROM = 10**15
"""A number above is a FILETIME (100 ns since 1601), one below milliseconds since 1970 (years up to 33,658)."""
_MONTHS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)  # noqa: SIM905  # reads
}
_LAST_MONTH = 12
_CLOCK = r"(?P<hour>\d{1,2}):(?P<rest>\d\d:\d\d(?:\.\d+)?)(?: ?(?P<half>[AaPp][Mm]))?"
_CLOCK += r"(?: ?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d))?"
_ISO = re.compile(rf"(?P<year>\d{{4}})[-/](?P<month>\d\d)[-/](?P<day>\d\d)[T ]{_CLOCK}")
_BY_NUMBER = re.compile(rf"(?P<month>\d{{1,2}})(?P<dot>[./-])(?P<day>\d{{1,2}})[./-](?P<year>\d{{4}}),? {_CLOCK}")
_BY_NAME = re.compile(
    rf"(?:[A-Za-z]{{3,9}},? )?(?P<month>[A-Za-z]{{3,9}}) (?P<day>\d{{1,2}})(?:,? (?P<year_first>\d{{4}}))?,? "
    rf"{_CLOCK}(?: (?P<year_last>\d{{4}}))?"
)


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


def written(text: str) -> tuple[str | None, str | None]:
    """(ISO 8601 with a zone, ISO 8601 without one) of a time as texts have it; both None when it is none.

    Years stand first or last, months may have names, clocks may have 12 hours. Of `03/04/2031`, the month comes first,
    as in the texts of US English, unless that cannot be.
    """
    text = " ".join(text[:80].replace("\u200e", "").replace("\u202f", " ").split())
    for pattern in (_ISO, _BY_NAME, _BY_NUMBER):
        match = pattern.fullmatch(text)
        if match:
            break
    else:
        return None, None
    parts = match.groupdict()
    parts["year"] = parts.get("year") or parts.get("year_first") or parts.get("year_last")
    if parts["year"] is None:
        return None, None
    day, month = int(parts["day"]), _MONTHS.get(parts["month"][:3].lower()) or int(parts["month"])
    if pattern is _BY_NUMBER and (parts["dot"] == "." or month > _LAST_MONTH):
        day, month = month, day
    hour = int(parts["hour"])
    if half := parts.get("half"):
        hour = hour % 12 + 12 * (half[0] in "pP")
    stamp = f"{parts['year']}-{month:02}-{day:02}T{hour:02}:{parts['rest']}"
    zone = parts.get("zone")
    return (f"{stamp}{'Z' if zone in {'UTC', 'GMT'} else zone}", None) if zone else (None, stamp)


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
