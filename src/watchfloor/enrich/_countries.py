"""Countries by their two letters: names, and places to judge distances by."""

from __future__ import annotations

import csv
import functools
from importlib import resources


@functools.cache
def _countries() -> dict[str, tuple[str, float, float, float]]:
    """Code -> name, latitude, longitude, radius."""
    text = resources.files("watchfloor").joinpath("content", "geo", "countries.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        row["code"]: (row["name"], float(row["latitude"]), float(row["longitude"]), float(row["radius"]))
        for row in rows
    }


@functools.cache
def _codes() -> dict[str, str]:
    return {name.lower(): code for code, (name, *_) in _countries().items()}


def country_name(code: str) -> str | None:
    """The country's English name; None for letters that stand for none."""
    found = _countries().get(code)
    return found[0] if found else None


def country_code(name: str) -> str | None:
    """The two letters of a country by the name that `country_name` gives it, in any case; None for other names."""
    return _codes().get(name.lower())


def centroid(code: str) -> tuple[float, float] | None:
    """Latitude and longitude of about the middle of the country's land, in degrees; None for unknown letters."""
    found = _countries().get(code)
    return found[1:3] if found else None


def radius(code: str) -> float | None:
    """Kilometres around `centroid` within which all of the country's land is, but for islands more than 700 km away.

    Circles of countries with a common border therefore always meet. None for unknown letters.
    """
    found = _countries().get(code)
    return found[3] if found else None
