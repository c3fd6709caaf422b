"""City, region, country and place of an address, by the user's own database."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.enrich.databases import Record, answers
from watchfloor.enrich.plugin import SIDES, Answers, Enrichment, Place, Questions

_OUTPUTS = {
    "code": "geo.country_iso_code",
    "city": "geo.city_name",
    "region": "geo.region_name",
    "latitude": "geo.location.lat",
    "longitude": "geo.location.lon",
}


def part(record: Record) -> Record:
    """What a record tells of the place, None for what it does not."""
    country, location = record.get("country"), record.get("location")
    regions = record.get("subdivisions")
    found: dict[str, str | float | None] = {
        "code": _text(country, "iso_code"),
        "city": _name(record.get("city")),
        "region": _name(regions[0] if isinstance(regions, list) and regions else None),
    }
    latitude, longitude = _degrees(location, "latitude", 90.0), _degrees(location, "longitude", 180.0)
    if latitude is not None and longitude is not None:
        found |= {"latitude": latitude, "longitude": longitude}
    return found


def _name(place: Any) -> str | None:
    return _text(place.get("names"), "en") if isinstance(place, dict) else None


def _text(holder: Any, key: str) -> str | None:
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, str) and value else None


def _degrees(holder: Any, key: str, most: float) -> float | None:
    value = holder.get(key) if isinstance(holder, dict) else None
    return float(value) if isinstance(value, (int, float)) and abs(value) <= most else None


def _answer(asked: Questions) -> Answers:
    path = asked.knowledge.city_database
    assert path is not None
    _, names, codes = asked.values
    # A country that the record names and that nobody knows the code of may be another than the database's.
    strange = pc.and_(pc.is_valid(names), pc.is_null(codes))
    kinds = {name: pa.float64() if name in {"latitude", "longitude"} else pa.string() for name in _OUTPUTS}
    found = answers(path, asked, kinds, part)
    return {name: pc.if_else(strange, pa.scalar(None, values.type), values) for name, values in found.items()}


ENRICHMENT = Enrichment(
    reference="https://dev.maxmind.com/geoip/docs/databases/city-and-country",
    places=tuple(
        Place(
            tuple(f"{side}.{field}" for field in ("ip", "geo.country_name", "geo.country_iso_code")),
            {answer: f"{side}.{field}" for answer, field in _OUTPUTS.items()},
        )
        for side in SIDES
    ),
    answer=_answer,
    needed=lambda knowledge: knowledge.city_database is not None,
    one_thing=True,
    after=("country_code",),
)
