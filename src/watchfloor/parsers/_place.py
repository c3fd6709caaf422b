"""Where the sides of a record are: coordinates, of which there are two or none, and the country by its code."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers._iso3166 import ALPHA_2

SIDES = ("source", "destination", "client", "server")
"""Sides that have a place, as in ECS's `geo` field set."""
POINTS = tuple(f"{side}.geo.location{suffix}" for side in SIDES for suffix in ("", ".coordinates"))
"""Columns that may hold a point in one value; `.coordinates` is that of a GeoJSON point."""
_NOWHERE = ("XX", "ZZ")
"""Codes that ISO 3166-1 leaves to users, by which vendors say that they do not know the country."""
_NUMBER = r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
_LATITUDE_FIRST = rf"^\s*{_NUMBER}\s*,\s*{_NUMBER}\s*$"
_LONGITUDE_FIRST = (
    rf"^\s*\[\s*\"?{_NUMBER}\"?\s*,\s*\"?{_NUMBER}\"?\s*(?:,[^,\[\]]*)?\]\s*$",
    rf"^\s*(?i:point)\s*(?i:z\s*)?\(\s*{_NUMBER}\s+{_NUMBER}(?:\s+[^\s()]+)?\s*\)\s*$",
)


def placed(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with coordinates and countries of all sides as their fields have them."""
    for side in SIDES:
        frame = _in_country(_at_point(frame, side), side)
    return frame


def _in_country(frame: pl.DataFrame, side: str) -> pl.DataFrame:
    """Country codes of two capital letters, also for those of three; a name that stands for a code becomes the name."""
    code, name = f"{side}.geo.country_iso_code", f"{side}.geo.country_name"
    if code not in frame.columns:
        return frame
    known = {text: _country(text) for text in frame[code].drop_nulls().unique()}
    codes, names = (
        frame[code].replace_strict({text: each[at] for text, each in known.items()}, return_dtype=pl.String)
        for at in (0, 1)
    )
    given = column(frame, name).fill_null(names)
    return frame.with_columns(codes.alias(code), *([given.alias(name)] if names.null_count() < len(names) else []))


def _country(text: str) -> tuple[str | None, str | None]:
    """(two letters, name) of what stands for a country's code, where it is one of the two."""
    text = text.strip()
    code = ALPHA_2.get(text.upper(), text.upper())
    if len(code) == 2 and code.isascii() and code.isalpha():
        return (None if code in _NOWHERE else code), None
    return None, text if len(text) > 3 and text[0].isalpha() else None


def _at_point(frame: pl.DataFrame, side: str) -> pl.DataFrame:
    """`<side>.geo.location.lat` and `.lon` in degrees, both of them or neither.

    Where a row has no pair of coordinates, `<side>.geo.location` gives it: `lat,lon`, `[lon, lat]` or
    `POINT (lon lat)`, the spellings that Elasticsearch's geo_point has beside the object and the geohash
    (https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/geo-point); the columns in `POINTS` go.
    Text that is no number, degrees out of range, half a pair, and 0/0, by which vendors say that they do not know,
    are no coordinates.
    """
    names = f"{side}.geo.location.lat", f"{side}.geo.location.lon"
    points = [name for name in POINTS if name.startswith(f"{side}.") and name in frame.columns]
    if not points and not any(name in frame.columns for name in names):
        return frame
    pairs = [_pair(*(_degrees(frame, name) for name in names)), *(_pair(*_point(frame[name])) for name in points)]
    return frame.drop(points).with_columns(
        pl.select(pl.coalesce(pair[at] for pair in pairs)).to_series().alias(name) for at, name in enumerate(names)
    )


def _degrees(frame: pl.DataFrame, name: str) -> pl.Series:
    if name not in frame.columns:
        return pl.Series([None] * len(frame), dtype=pl.Float64)
    values = frame[name].str.strip_chars() if frame[name].dtype == pl.String else frame[name]
    return values.cast(pl.Float64, strict=False)


def _point(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Latitude and longitude out of texts that each hold both."""
    texts = values.cast(pl.String, strict=False)
    found = [texts.str.extract(_LATITUDE_FIRST, at) for at in (1, 2)]
    for form in _LONGITUDE_FIRST:
        found = [each.fill_null(texts.str.extract(form, at)) for each, at in zip(found, (2, 1), strict=True)]
    latitude, longitude = (each.cast(pl.Float64, strict=False) for each in found)
    return latitude, longitude


def _pair(latitude: pl.Series, longitude: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The degrees where the two are a place on Earth."""
    known = latitude.is_between(-90, 90) & longitude.is_between(-180, 180) & ((latitude != 0) | (longitude != 0))
    one, other = (pl.select(pl.when(known).then(each)).to_series() for each in (latitude, longitude))
    return one, other
