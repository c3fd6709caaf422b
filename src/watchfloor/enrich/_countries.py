"""Countries by their two letters: names, and where their people live."""

from __future__ import annotations

import csv
import functools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib import resources

Town = tuple[float, float, float, float]
"""Latitude and longitude in degrees, radius in kilometres, thousands of people within it."""


def _rows(name: str) -> csv.DictReader[str]:
    text = resources.files("watchfloor").joinpath("content", "geo", name).read_text("utf-8")
    return csv.DictReader(text.splitlines())


@functools.cache
def _names() -> dict[str, str]:
    return {row["code"]: row["name"] for row in _rows("countries.csv")}


@functools.cache
def _codes() -> dict[str, str]:
    known = {row["name"].lower(): row["code"] for row in _rows("country_aliases.csv")}
    return known | {name.lower(): code for code, name in _names().items()}


@functools.cache
def _towns() -> Mapping[str, Sequence[Town]]:
    found: dict[str, list[Town]] = defaultdict(list)
    for row in _rows("people.csv"):
        town = float(row["latitude"]), float(row["longitude"]), float(row["radius"]), float(row["people"])
        found[row["code"]].append(town)
    return dict(found)


def country_name(code: str) -> str | None:
    """The country's English name; None for letters that stand for none."""
    return _names().get(code)


def country_code(name: str) -> str | None:
    """The two letters of a country by its English name, also as ISO 3166-1 and vendors spell it; None for others."""
    return _codes().get(name.lower())


def populated(code: str) -> Sequence[Town]:
    """Circles that hold all towns of a country with 15,000 people or more, largest first; none for unknown letters."""
    return _towns().get(code, ())
