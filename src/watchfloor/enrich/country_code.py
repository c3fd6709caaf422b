"""The two letters of a country by its name, where the record tells the name alone."""

from __future__ import annotations

import pyarrow as pa

from watchfloor.enrich._countries import country_code
from watchfloor.enrich.plugin import SIDES, Answers, Enrichment, Place, Questions


def _answer(asked: Questions) -> Answers:
    return {"code": pa.array([country_code(name) for name in asked.values[0].to_pylist()], pa.string())}


ENRICHMENT = Enrichment(
    reference="https://www.iso.org/iso-3166-country-codes.html",
    places=tuple(Place((f"{side}.geo.country_name",), {"code": f"{side}.geo.country_iso_code"}) for side in SIDES),
    answer=_answer,
)
