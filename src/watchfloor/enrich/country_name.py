"""The name of a country by its two letters, where the record tells these."""

from __future__ import annotations

import pyarrow as pa

from watchfloor.enrich._countries import country_name
from watchfloor.enrich.plugin import SIDES, Answers, Enrichment, Place, Questions


def _answer(asked: Questions) -> Answers:
    return {"name": pa.array([country_name(code) for code in asked.values[0].to_pylist()], pa.string())}


ENRICHMENT = Enrichment(
    reference="https://www.iso.org/iso-3166-country-codes.html",
    places=tuple(Place((f"{side}.geo.country_iso_code",), {"name": f"{side}.geo.country_name"}) for side in SIDES),
    answer=_answer,
    after=("country",),
)
