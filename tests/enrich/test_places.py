"""What the record tells of a place or a network is not joined with what a database says of another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from enriched_event import enriched
from mmdb import database

from watchfloor.enrich.plugin import Knowledge

PLACES = {
    "198.51.100.0/24": {
        "city": {"names": {"en": "Vienna"}},
        "country": {"iso_code": "AT"},
        "location": {"latitude": 48.2, "longitude": 16.37},
    },
    "203.0.113.0/25": {"country": {"iso_code": "DE"}, "location": {"latitude": 51.3, "longitude": 9.5}},
    "192.0.2.0/24": {"city": {"names": {"en": "Berlin"}}, "country": {"iso_code": "DE"}},
}
"""A city with coordinates, the middle of a country, a city without coordinates."""


@pytest.mark.parametrize(
    ("address", "said", "added"),
    [
        ("198.51.100.7", {}, {"city_name", "country_iso_code", "country_name", "location.lat", "location.lon"}),
        ("198.51.100.7", {"country_iso_code": "AT"}, {"city_name", "country_name", "location.lat", "location.lon"}),
        (
            "198.51.100.7",
            {"country_name": "Austria"},
            {"city_name", "country_iso_code", "location.lat", "location.lon"},
        ),
        ("198.51.100.7", {"city_name": "Vienna"}, {"country_iso_code", "country_name", "location.lat", "location.lon"}),
        ("198.51.100.7", {"country_iso_code": "DE"}, {"country_name"}),
        ("198.51.100.7", {"country_name": "Nowhere"}, set()),
        ("198.51.100.7", {"city_name": "Salzburg"}, set()),
        ("198.51.100.7", {"region_name": "Vienna"}, set()),
        ("198.51.100.7", {"location.lat": 48.3, "location.lon": 14.28}, set()),
        ("198.51.100.7", {"city_name": "Salzburg", "country_iso_code": "AT"}, {"country_name"}),
        ("203.0.113.7", {"city_name": "Berlin"}, set()),
        ("203.0.113.7", {"city_name": "Berlin", "country_iso_code": "DE"}, {"country_name"}),
        ("192.0.2.1", {"location.lat": 53.6, "location.lon": 10.0}, set()),
        ("192.0.2.1", {"location.lat": 53.6, "location.lon": 10.0, "country_iso_code": "DE"}, {"country_name"}),
        ("8.8.8.8", {"city_name": "Salzburg"}, set()),
        ("8.8.8.8", {"region_name": "Styria"}, set()),
        ("8.8.8.8", {"location.lat": 48.3, "location.lon": 14.28}, set()),
        ("8.8.8.8", {}, {"country_iso_code", "country_name"}),
    ],
)
def test_a_place_that_the_record_tells_is_not_mixed_with_another(
    tmp_path: Path, address: str, said: dict[str, Any], added: set[str]
) -> None:
    (tmp_path / "city.mmdb").write_bytes(database(PLACES))
    known = Knowledge(city_database=tmp_path / "city.mmdb")
    given = {f"source__geo__{name.replace('.', '__')}": value for name, value in said.items()}
    found = enriched(known, source__ip=address, **given)
    about = {name.removeprefix("source.geo."): value for name, value in found.items() if ".geo." in name}
    assert {name: about[name] for name in said} == said
    assert about.keys() - said.keys() == added


def test_a_network_that_the_record_tells_is_not_mixed_with_another(tmp_path: Path) -> None:
    (tmp_path / "asn.mmdb").write_bytes(database({"198.51.100.0/24": {"autonomous_system_number": 64500}}))
    known = Knowledge(asn_database=tmp_path / "asn.mmdb")
    found = enriched(known, source__ip="198.51.100.7", source__as__organization__name="Example Carrier")
    assert "source.as.number" not in found
