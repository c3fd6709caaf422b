"""The bundled countries against a reader of the database that they were made from."""

from __future__ import annotations

import csv
import ipaddress
import random
import time
from importlib import resources
from pathlib import Path

import maxminddb
import pytest

from watchfloor.core.addresses import Addresses
from watchfloor.enrich import country
from watchfloor.enrich._countries import country_code, country_name, populated

SHARED = Path(__file__).parents[3] / "shared/data/feeds"
DATABASE = SHARED / "geo-whois-asn-country-ipv4.mmdb"


@pytest.mark.skipif(not DATABASE.exists(), reason="shared data is not here")
def test_countries_are_those_of_the_database() -> None:
    chosen = random.Random(7)
    with maxminddb.open_database(DATABASE) as database:
        networks = [network for network, _ in database]
        picked = [chosen.choice(networks) for _ in range(3_000)]
        edges = [number for network in picked for number in (network[0], network[-1])]
        beside = [address + step for address in edges for step in (-1, 1) if 0 < int(address) < 2**32 - 1]
        numbers = [ipaddress.IPv4Address(chosen.getrandbits(32)) for _ in range(10_000)]
        texts = [str(address) for address in (*edges, *beside, *numbers)]
        expected = []
        for text in texts:
            record = database.get(text) if ipaddress.IPv4Address(text).is_global else None
            expected.append(record["country_code"] if isinstance(record, dict) else None)
    assert country.countries(Addresses.of(texts)).to_pylist() == expected
    assert None in expected
    assert len(set(expected)) > 100


def test_sixth_version_and_addresses_of_nobody() -> None:
    texts = [
        "2001:4860:4860::8888",
        "10.0.0.1",
        "192.168.1.1",
        "192.0.2.1",
        "fe80::1%eth0",
        "::1",
        "fd00::1",
        "100.64.0.1",
    ]
    found = country.countries(Addresses.of(texts)).to_pylist()
    assert found == ["US", None, None, None, None, None, None, None]


WITHOUT_TOWNS = {"AN", "AQ", "BV", "HM", "IO", "TK", "UM"}
"""Dissolved, or no place of 15,000 people or of rank."""


def test_every_country_of_the_data_has_a_name_and_towns() -> None:
    codes = country._bundled()[1].to_pylist()
    assert len(codes) > 240
    for code in codes:
        name, towns = country_name(code), populated(code)
        assert name
        assert country_code(name.upper()) == code
        assert bool(towns) == (code not in WITHOUT_TOWNS), code
        for latitude, longitude, around, people in towns:
            assert -90 <= latitude <= 90
            assert -180 <= longitude <= 180
            assert 0 < around < 130
            assert people >= 1
    assert populated("ZZ") == ()
    assert country_name("") is None


def test_loading_takes_no_time_that_a_user_notices() -> None:
    country._bundled.cache_clear()
    start = time.process_time()
    country.data_source()
    assert time.process_time() - start < 0.5  # 0.02 s on an idle machine


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *(
            ("Russian Federation", "RU"),
            ("Korea, Republic of", "KR"),
            ("south korea", "KR"),
            ("Syrian Arab Republic", "SY"),
        ),
        *(("United States of America", "US"), ("Turkey", "TR"), ("Türkiye", "TR"), ("The Netherlands", "NL")),
        *(("Czechia", "CZ"), ("Czech Republic", "CZ"), ("Congo", "CG"), ("Congo (Kinshasa)", "CD"), ("Reserved", None)),
        *(("", None), ("US", None)),
    ],
)
def test_spellings_of_countries(name: str, code: str | None) -> None:
    assert country_code(name) == code


def test_spellings_are_of_countries_that_have_a_name() -> None:
    text = resources.files("watchfloor").joinpath("content", "geo", "country_aliases.csv").read_text("utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert len({row["name"].lower() for row in rows}) == len(rows) > 50
    for row in rows:
        assert country_name(row["code"]) is not None
        assert country_code(row["name"]) == row["code"]
