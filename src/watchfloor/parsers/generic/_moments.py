"""Times whose form nobody tells: epochs of any unit, ISO 8601, RFC 2822, CEF, LEEF, syslog and databases."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._times import epochs, offsets

_ZONE = r"\s*(Z|[A-Z]{3,4}|(?:UTC|GMT)?[+-]\d\d:?\d\d)$"
_FORMATS = (
    "%Y-%m-%dT%H:%M:%S%.f",
    "%b %d %Y %H:%M:%S%.f",
    "%Y/%m/%d %H:%M:%S%.f",
    "%d/%b/%Y:%H:%M:%S",
    "%a, %d %b %Y %H:%M:%S",
    "%d %b %Y %H:%M:%S%.f",
    "%a %b %e %H:%M:%S %Y",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S%.f",
    "%d.%m.%Y %H:%M:%S%.f",
    "%Y%m%d%H%M%S",
    "%Y-%m-%dT%H:%M",
)
_YEARLESS = r"^([A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d(?:\.\d+)?)(?: [A-Z]{3,4})?$"


def moments(texts: pl.Series) -> list[pl.Series]:
    """The columns `@timestamp`, `@local` and `_yearless` that the texts give, as far as they give any."""
    plain = texts.str.strip_chars()
    utc = epochs(plain)
    zone = plain.str.extract(_ZONE)
    body = pl.select(pl.when(zone.is_not_null()).then(plain.str.replace(_ZONE, "")).otherwise(plain)).to_series()
    body = body.str.replace(r"^(\d{4}-\d\d-\d\d) ", "${1}T").str.replace(r"(:\d\d),(\d{3,6})$", "${1}.${2}")
    body = body.str.replace(r"^(\d{4})-(\d)-", "${1}-0${2}-").str.replace(r"(\.\d{9})\d+$", "${1}")
    offset = offsets(zone)
    local = pl.Series([None] * len(texts), dtype=pl.Datetime("us"))
    for form in _FORMATS:
        if not (utc.is_null() & local.is_null() & plain.is_not_null()).any():
            break
        whole = pl.select(pl.concat_str([body, offset])).to_series()
        utc = utc.fill_null(whole.str.to_datetime(f"{form}%z", time_unit="us", time_zone="UTC", strict=False))
        unzoned = pl.select(pl.when(offset.is_null()).then(body)).to_series()
        local = local.fill_null(unzoned.str.to_datetime(form, time_unit="us", strict=False))
    found = [utc.alias("@timestamp"), local.alias("@local"), plain.str.extract(_YEARLESS).alias("_yearless")]
    return [each for each in found if each.null_count() < len(each)]


def instants(texts: pl.Series) -> pl.Series:
    """The same as UTC alone: what names no zone is taken for UTC."""
    empty = pl.Series([None] * len(texts), dtype=pl.Datetime("us", "UTC"))
    for each in moments(texts):
        if each.name == "@timestamp":
            empty = each.fill_null(empty)
        elif each.name == "@local":
            empty = empty.fill_null(each.dt.replace_time_zone("UTC"))
    return empty.alias(texts.name)
