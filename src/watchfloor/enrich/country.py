"""The country of an address, by the bundled ranges of the registries."""

from __future__ import annotations

import functools
from importlib import resources

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from watchfloor.core.addresses import NOWHERE, Addresses, Ranges
from watchfloor.enrich._countries import country_name, populated
from watchfloor.enrich._country_file import unpack
from watchfloor.enrich.plugin import Answers, Enrichment, Questions, at_sides

__all__ = ["ENRICHMENT", "countries", "country_name", "data_source", "populated"]


@functools.cache
def _bundled() -> tuple[Ranges, pa.Array, str]:
    data = resources.files("watchfloor").joinpath("content", "geo", "countries.zst").read_bytes()
    ranges, codes, source = unpack(data)
    return ranges, pa.array(codes, pa.string()), source


def countries(addresses: Addresses) -> pa.Array:
    """Text: of each address the country by two letters (ISO 3166-1), null where none is registered."""
    return _codes(_bundled()[0].find(addresses))


def _codes(found: NDArray[np.int32]) -> pa.Array:
    return _bundled()[1].take(pa.array(found, mask=found == NOWHERE))


def data_source() -> str:
    """Where the bundled ranges are from, and of which day."""
    return _bundled()[2]


def _answer(asked: Questions) -> Answers:
    codes = _codes(asked.each(lambda distinct: _bundled()[0].find(distinct.addresses))).dictionary_encode()
    names = pa.array([country_name(code) for code in codes.dictionary.to_pylist()], pa.string())
    return {"code": codes.cast(pa.string()), "name": names.take(codes.indices)}


ENRICHMENT = Enrichment(
    reference="https://github.com/sapics/ip-location-db/tree/main/geo-whois-asn-country",
    # The registries' country need not be the one of a city that the record tells.
    places=at_sides(
        "ip",
        {"code": "geo.country_iso_code", "name": "geo.country_name"},
        beside=("geo.city_name", "geo.region_name", "geo.location.lat"),
    ),
    answer=_answer,
    after=("city",),
)
