"""Coordinates are a place on Earth or not there, however they are written; countries are two letters."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.parsers._place import SIDES, placed
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.records import RawBatch, Source

LAT, LON = "source.geo.location.lat", "source.geo.location.lon"
DEGREES = st.one_of(
    st.none(),
    st.floats(),
    st.floats(-200, 200).map(str),
    st.integers(-200, 200),
    st.sampled_from(
        [0, 0.0, "0", "0.0", "", " ", "-", "null", "N/A", "x", "48,2", "1e3", "1e1", "NaN", "inf", True, []]
    ),
)


def event(record: dict[str, Any]) -> dict[str, Any]:
    source = Source("test", "x.json", reference=dt.datetime(2026, 11, 26, tzinfo=dt.UTC), reference_kind="now")
    return next(iter(parse_records(RawBatch.of(source, [orjson.dumps(record).decode()]), wanted=frozenset()).rows()))


def point(found: dict[str, Any], side: str = "source") -> tuple[float, float] | None:
    lat, lon = found.get(f"{side}.geo.location.lat"), found.get(f"{side}.geo.location.lon")
    assert (lat is None) is (lon is None)
    return None if lat is None or lon is None else (lat, lon)


def ecs(location: Any, side: str = "source") -> dict[str, Any]:
    return {"@timestamp": "2026-11-25T08:15:30Z", "ecs": {"version": "9.1"}, side: {"geo": {"location": location}}}


@pytest.mark.parametrize(
    "location",
    [
        {"lat": 48.2, "lon": 16.37},
        {"lat": "48.2", "lon": "16.37"},
        "48.2,16.37",
        " 48.2 , 16.37 ",
        [16.37, 48.2],
        ["16.37", "48.2"],
        [16.37, 48.2, 171.0],
        "POINT (16.37 48.2)",
        "point(16.37 48.2)",
        "POINT Z (16.37 48.2 171)",
        {"type": "Point", "coordinates": [16.37, 48.2]},
    ],
)
@pytest.mark.parametrize("side", SIDES)
def test_spellings_of_a_point(location: Any, side: str) -> None:
    assert point(event(ecs(location, side)), side) == (48.2, 16.37)


@pytest.mark.parametrize(
    "location",
    [
        *(None, "", {}, [], "x", "48.2", [16.37], "u2edk", "0,0", [0, 0], "POINT (0 0)", "91,16.37", [181, 48.2]),
        *("POINT EMPTY", "LINESTRING (1 2, 3 4)", [[16.37, 48.2], [1, 2]], [{"lat": 1, "lon": 2}], "48.2,16.37,1"),
        *({"lat": 48.2}, {"lat": 48.2, "lon": None}, {"lat": "", "lon": ""}, {"lat": 0, "lon": 0.0}, True, 48),
        *({"lat": "NaN", "lon": 16.37}, {"lat": 48.2, "lon": "inf"}, {"lat": {"a": 1}, "lon": [2]}),
        *({"lat": 90.1, "lon": 0}, {"lat": 0, "lon": -180.1}, {"coordinates": "x"}, {"coordinates": [1]}),
    ],
)
def test_what_is_no_point(location: Any) -> None:
    found = event(ecs(location))
    assert point(found) is None
    assert found["event.kind"] == "event"
    assert "error.message" not in found


@pytest.mark.parametrize("pair", [(90, 180), (-90, -180), (0, 32.58), (51.48, 0), ("-33.9", "1.84e1")])
def test_edges_of_the_earth(pair: tuple[Any, Any]) -> None:
    assert point(event(ecs({"lat": pair[0], "lon": pair[1]}))) == (float(pair[0]), float(pair[1]))


def test_a_pair_goes_before_a_point_and_is_never_mixed_with_it() -> None:
    frame = pl.DataFrame(
        {LAT: [48.2, 48.2, None], LON: [16.37, None, 16.37], "source.geo.location": ["1,2", "1,2", None]}
    )
    assert placed(frame).rows() == [(48.2, 16.37), (1.0, 2.0), (None, None)]


@given(DEGREES, DEGREES)
def test_any_values_give_both_coordinates_or_none(lat: Any, lon: Any) -> None:
    where = {"city": "Vienna", "countryOrRegion": "AT", "geoCoordinates": {"latitude": lat, "longitude": lon}}
    record = {"createdDateTime": "2026-11-25T08:15:30Z", "appDisplayName": "Portal", "ipAddress": "203.0.113.9"}
    found = event({**record, "location": where})
    pair = point(found)
    assert found["event.dataset"] == "cloud.entra_signin"
    assert found["source.geo.city_name"] == "Vienna"
    if pair is not None:
        assert math.isclose(pair[0], float(lat))
        assert math.isclose(pair[1], float(lon))
        assert abs(pair[0]) <= 90
        assert abs(pair[1]) <= 180
        assert pair != (0, 0)


@pytest.mark.parametrize(
    ("given", "code", "name"),
    [
        *(("AT", "AT", None), ("at", "AT", None), (" at ", "AT", None), ("AUT", "AT", None), ("aut", "AT", None)),
        *(("XK", "XK", None), ("T1", None, None), ("XX", None, None), ("ZZ", None, None), ("R1", None, None)),
        *(("XQX", None, None), ("Austria", None, "Austria"), ("Österreich", None, "Österreich"), ("10.0", None, None)),
    ],
)
def test_codes_of_countries(given: str, code: str | None, name: str | None) -> None:
    found = placed(pl.DataFrame({"source.geo.country_iso_code": [given]})).rows(named=True)[0]
    assert (found["source.geo.country_iso_code"], found.get("source.geo.country_name")) == (code, name)


def test_a_name_in_the_place_of_a_code_leaves_the_name_that_is_told() -> None:
    frame = pl.DataFrame(
        {"source.geo.country_iso_code": ["Austria"], "source.geo.country_name": ["Republic of Austria"]}
    )
    assert placed(frame)["source.geo.country_name"].to_list() == ["Republic of Austria"]
